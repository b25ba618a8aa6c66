"""Layers of ours beside PyTorch's with the same weights, and how both are held together."""

import numpy as np

from convbook import nn

# name: our layer and PyTorch's, each made from its own module of layers, and the shape of what comes in
PAIRS = {
    "Conv2d": (
        lambda nn: nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2),
        (3, 4, 7, 6),
    ),
    "Conv2d of an edge repeated": (lambda nn: nn.Conv2d(2, 3, 3, padding=1, padding_mode="replicate"), (2, 2, 5, 4)),
    "Conv2d same": (lambda nn: nn.Conv2d(2, 3, (2, 5), padding="same", bias=False), (2, 2, 6, 7)),
    "Conv2d for one picture": (lambda nn: nn.Conv2d(2, 3, 3), (2, 6, 7)),
    "Conv2d by Winograd": (lambda nn: nn.Conv2d(16, 16, 3, padding=1), (2, 16, 8, 9)),
    "Conv2d with more padding than kernel": (lambda nn: nn.Conv2d(2, 3, 3, padding=4), (2, 2, 4, 5)),
    "ConvTranspose2d": (
        lambda nn: nn.ConvTranspose2d(4, 6, (3, 2), stride=(2, 3), padding=(1, 0), output_padding=(1, 2), groups=2),
        (2, 4, 5, 4),
    ),
    "ConvTranspose2d without bias": (lambda nn: nn.ConvTranspose2d(2, 3, 3, bias=False, dilation=2), (2, 2, 4, 5)),
    "MaxPool2d": (lambda nn: nn.MaxPool2d((3, 2), stride=(2, 1), padding=1, ceil_mode=True), (2, 3, 6, 7)),
    "AvgPool2d": (lambda nn: nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False), (2, 3, 6, 7)),
    "AdaptiveAvgPool2d": (lambda nn: nn.AdaptiveAvgPool2d((3, None)), (2, 3, 7, 5)),
    "AdaptiveMaxPool2d": (lambda nn: nn.AdaptiveMaxPool2d(2), (2, 3, 7, 5)),
    "BatchNorm2d": (lambda nn: nn.BatchNorm2d(3, eps=1e-3, momentum=0.3), (4, 3, 5, 6)),
    "ReLU": (lambda nn: nn.ReLU(), (2, 3, 4, 5)),
    "LeakyReLU": (lambda nn: nn.LeakyReLU(0.2), (2, 3, 4, 5)),
    "Flatten": (lambda nn: nn.Flatten(), (2, 3, 4, 5)),
    "Linear": (lambda nn: nn.Linear(7, 5), (4, 7)),
    "Linear on more axes": (lambda nn: nn.Linear(7, 5, bias=False), (2, 3, 7)),
    "a block": (
        lambda nn: nn.Sequential(
            nn.Conv2d(2, 4, 3, padding=1, bias=False),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(4, 4, 3, groups=4)),
            nn.LeakyReLU(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(4, 3),
        ),
        (5, 2, 9, 8),
    ),
}


def from_torch(module):
    """Return the weights of PyTorch's module as ours are kept."""
    return {name: tensor.numpy() for name, tensor in module.state_dict().items()}


def to_torch(torch, module, layer):
    """Give PyTorch's module our weights."""
    module.load_state_dict({name: torch.from_numpy(array) for name, array in layer.state_dict().items()})
    return module


def trained_a_little(layer, seed=0):
    """Return the layer with random numbers instead of zeros and ones, where it begins with these."""
    rng = np.random.default_rng(seed)
    for name, parameter in layer.named_parameters().items():
        parameter.data[...] = rng.normal(size=parameter.data.shape)
        assert name
    for name, tensor in layer._tensors(nn.Buffer):
        if "running" in name:
            tensor.data[...] = rng.uniform(0.5, 2, size=tensor.data.shape)
    return layer
