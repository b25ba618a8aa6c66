"""Convolutions in two steps equal PyTorch's."""

from comparing import compare
from operation_calls import all_calls


def test_depthwise_pointwise_and_separable_equal_pytorch(engine, torch):
    def depthwise(x, weight, bias, padding_mode, **settings):
        assert padding_mode == "zeros"
        return torch.nn.functional.conv2d(x, weight, bias, **settings, groups=4)

    def pointwise(x, weight, bias):
        return torch.nn.functional.conv2d(x, weight[..., None, None], bias)

    def separable(x, depthwise_weight, pointwise_weight, bias, **settings):
        return pointwise(depthwise(x, depthwise_weight, None, **settings), pointwise_weight, bias)

    calls, zeros = all_calls(), {"padding_mode": "zeros"}
    compare(engine, torch, "depthwise_conv2d", depthwise, calls["depthwise_conv2d"] | zeros)
    compare(engine, torch, "pointwise_conv2d", pointwise, calls["pointwise_conv2d"])
    compare(engine, torch, "separable_conv2d", separable, calls["separable_conv2d"] | zeros)
