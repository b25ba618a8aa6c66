"""Networks written by hand from PyTorch's layers, as an oracle for the descriptions of `convbook.architectures`."""

import torch
from torch import nn


def conv_bn(before, after, kernel, stride=1, groups=1, act=nn.ReLU):
    layers = [nn.Conv2d(before, after, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(after)]
    return nn.Sequential(*layers, act()) if act else nn.Sequential(*layers)


class Sum(nn.Module):
    """What comes in, or a shortcut of it, plus what the path makes of it."""

    def __init__(self, path, shortcut=None):
        super().__init__()
        self.path, self.shortcut = path, shortcut or nn.Identity()

    def forward(self, x):
        return self.path(x) + self.shortcut(x)


def resnet50():
    layers, before = [conv_bn(3, 64, 7, 2), nn.MaxPool2d(3, 2, 1)], 64
    for stage, count in enumerate((3, 4, 6, 3)):
        width = 64 * 2**stage
        for number in range(count):
            stride = 2 if stage and not number else 1
            path = [conv_bn(before, width, 1), conv_bn(width, width, 3, stride), conv_bn(width, 4 * width, 1, act=None)]
            shortcut = None if number else conv_bn(before, 4 * width, 1, stride, act=None)
            layers += [Sum(nn.Sequential(*path), shortcut), nn.ReLU()]
            before = 4 * width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2048, 1000))


def mobilenet_v2():
    table = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    layers, before = [conv_bn(3, 32, 3, 2, act=nn.ReLU6)], 32
    for t, c, n, s in table:
        for number in range(n):
            wide, stride = before * t, 1 if number else s
            path = [conv_bn(before, wide, 1, act=nn.ReLU6)] if t > 1 else []
            path += [conv_bn(wide, wide, 3, stride, wide, nn.ReLU6), conv_bn(wide, c, 1, act=None)]
            path = nn.Sequential(*path)
            layers.append(Sum(path) if stride == 1 and before == c else path)
            before = c
    layers += [conv_bn(320, 1280, 1, act=nn.ReLU6), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1280, 1000)]
    return nn.Sequential(*layers)


class Gate(nn.Module):
    def __init__(self, channels, squeezed):
        super().__init__()
        self.reduce, self.expand = nn.Conv2d(channels, squeezed, 1), nn.Conv2d(squeezed, channels, 1)

    def forward(self, x):
        squeezed = nn.functional.silu(self.reduce(x.mean((2, 3), keepdim=True)))
        return x * torch.sigmoid(self.expand(squeezed))


def efficientnet_b0():
    table = [(1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3)]
    table += [(6, 5, 2, 192, 4), (6, 3, 1, 320, 1)]
    layers, before = [conv_bn(3, 32, 3, 2, act=nn.SiLU)], 32
    for t, k, s, c, n in table:
        for number in range(n):
            wide, stride = before * t, 1 if number else s
            path = [conv_bn(before, wide, 1, act=nn.SiLU)] if t > 1 else []
            path += [conv_bn(wide, wide, k, stride, wide, nn.SiLU), Gate(wide, before // 4)]
            path = nn.Sequential(*path, conv_bn(wide, c, 1, act=None))
            layers.append(Sum(path) if stride == 1 and before == c else path)
            before = c
    layers += [conv_bn(320, 1280, 1, act=nn.SiLU), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1280, 1000)]
    return nn.Sequential(*layers)


class ChannelNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm = nn.LayerNorm(channels)

    def forward(self, x):
        return self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Gamma(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(channels, 1, 1))

    def forward(self, x):
        return self.gamma * x


class ChannelsLast(nn.Module):
    """The two Linear layers of a ConvNeXt block, on maps whose channels come last."""

    def __init__(self, channels):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(channels, 4 * channels), nn.GELU(), nn.Linear(4 * channels, channels))

    def forward(self, x):
        return self.mlp(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


def convnext_t():
    layers, before = [nn.Conv2d(3, 96, 4, 4), ChannelNorm(96)], 96
    for channels, count in ((96, 3), (192, 3), (384, 9), (768, 3)):
        if channels != before:
            layers += [ChannelNorm(before), nn.Conv2d(before, channels, 2, 2)]
        before = channels
        for _ in range(count):
            depthwise = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
            path = [depthwise, ChannelNorm(channels), ChannelsLast(channels), Gamma(channels)]
            layers.append(Sum(nn.Sequential(*path)))
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), ChannelNorm(768), nn.Flatten(), nn.Linear(768, 1000))


class ViT(nn.Module):
    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(3, 768, 16, 16)
        self.token = nn.Parameter(torch.zeros(1, 1, 768))
        self.position = nn.Parameter(torch.zeros(1, 197, 768))
        layer = nn.TransformerEncoderLayer(768, 12, 3072, activation="gelu", batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 12, norm=nn.LayerNorm(768), enable_nested_tensor=False)
        self.head = nn.Linear(768, 1000)

    def forward(self, x):
        tokens = self.patch(x).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.token.expand(len(x), 1, 768), tokens], 1) + self.position
        return self.head(self.encoder(tokens)[:, 0])


NETS = {
    "ResNet-50": resnet50,
    "MobileNetV2": mobilenet_v2,
    "EfficientNet-B0": efficientnet_b0,
    "ConvNeXt-T": convnext_t,
    "ViT-B/16": ViT,
}
