"""Eleven networks that everyone knows, each written down once as a list of layers that `convbook.shapes` counts.

>>> from convbook.shapes import cost
>>> vgg16 = NETWORKS["VGG16"]
>>> cost(vgg16.layers, vgg16.input_shape).parameters
138357544

They are the versions that torchvision ships, where it ships one, so that its published totals can be compared digit by
digit; each module says what the paper had otherwise. Nothing here is computed: another network is another list.
"""

from convbook.architectures.alexnet import ALEXNET
from convbook.architectures.convnext import CONVNEXT_T
from convbook.architectures.efficientnet import EFFICIENTNET_B0
from convbook.architectures.googlenet import GOOGLENET
from convbook.architectures.lenet import LENET5
from convbook.architectures.mobilenet import MOBILENET_V1, MOBILENET_V2
from convbook.architectures.network import Network
from convbook.architectures.resnet import RESNET18, RESNET50
from convbook.architectures.vgg import VGG16
from convbook.architectures.vit import VIT_B16

NETWORKS = {
    network.name: network
    for network in (
        LENET5,
        ALEXNET,
        VGG16,
        GOOGLENET,
        RESNET18,
        RESNET50,
        MOBILENET_V1,
        MOBILENET_V2,
        EFFICIENTNET_B0,
        CONVNEXT_T,
        VIT_B16,
    )
}

__all__ = ["NETWORKS", "Network"]
