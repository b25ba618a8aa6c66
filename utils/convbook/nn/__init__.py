"""Layers, losses and optimisers in NumPy: enough to train a network and to see everything inside it.

Names, arguments and meanings are PyTorch's, so that what is learnt here carries over, and so do the weights. What
differs: nothing is recorded behind your back. A layer has two methods, `forward(x)` and `backward(dy)`; a loss has
`backward()`, and the chain rule is a loop over the layers.

>>> import numpy as np
>>> from convbook import nn
>>> nn.manual_seed(0)
>>> network = nn.Sequential(
...     nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8 * 4 * 4, 10)
... )
>>> pictures, labels = np.ones((2, 1, 8, 8)), np.array([3, 7])
>>> loss, optimizer = nn.CrossEntropyLoss(), nn.SGD(network.parameters(), lr=0.1)
>>> first = loss(network(pictures), labels)             # forward
>>> _ = network.backward(loss.backward())               # backward, from the loss to the pictures
>>> optimizer.step()                                    # downhill
>>> loss(network(pictures), labels) < first
True
"""

from convbook.nn import init
from convbook.nn.activation import Dropout, LeakyReLU, ReLU
from convbook.nn.checking import GradientReport, gradient_check
from convbook.nn.checkpoints import load, save
from convbook.nn.convolution import Conv2d, ConvTranspose2d
from convbook.nn.linear import Flatten, Linear
from convbook.nn.losses import CrossEntropyLoss, MSELoss, log_softmax, softmax
from convbook.nn.module import Module, Sequential
from convbook.nn.normalisation import BatchNorm2d, fuse_conv_bn_eval
from convbook.nn.optimizers import SGD, Adam, Optimizer
from convbook.nn.parameters import Buffer, Parameter
from convbook.nn.pooling import AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool2d, MaxPool2d
from convbook.nn.randomness import manual_seed
from convbook.nn.residual import BasicBlock
from convbook.nn.training import evaluate, fit, predict

__all__ = [
    "SGD",
    "Adam",
    "AdaptiveAvgPool2d",
    "AdaptiveMaxPool2d",
    "AvgPool2d",
    "BasicBlock",
    "BatchNorm2d",
    "Buffer",
    "Conv2d",
    "ConvTranspose2d",
    "CrossEntropyLoss",
    "Dropout",
    "Flatten",
    "GradientReport",
    "LeakyReLU",
    "Linear",
    "MSELoss",
    "MaxPool2d",
    "Module",
    "Optimizer",
    "Parameter",
    "ReLU",
    "Sequential",
    "evaluate",
    "fit",
    "fuse_conv_bn_eval",
    "gradient_check",
    "init",
    "load",
    "log_softmax",
    "manual_seed",
    "predict",
    "save",
    "softmax",
]
