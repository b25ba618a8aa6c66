"""What layers take: worked by hand, and what PyTorch learns."""

import pytest
from drawn_calls import small
from hypothesis import given
from hypothesis import strategies as st

from convbook import shapes
from convbook.shapes import Conv, ConvTranspose, Pool, cost


@given(small, small, st.tuples(small, small), st.integers(1, 3), st.booleans(), st.booleans())
def test_parameters_equal_pytorch(torch, per_group, filters, kernel_size, groups, bias, transposed):
    channels = per_group * groups, filters * groups
    kind = torch.nn.ConvTranspose2d if transposed else torch.nn.Conv2d
    layer = kind(*channels, kernel_size, groups=groups, bias=bias)
    learnt = sum(each.numel() for each in layer.parameters())
    assert shapes.conv_parameters(*channels, kernel_size, groups, bias) == learnt


def test_separable_counts_of_the_book():
    depthwise, pointwise = (
        shapes.conv_parameters(128, 128, 3, 128, False),
        shapes.conv_parameters(128, 256, 1, 1, False),
    )
    assert (depthwise, pointwise, depthwise + pointwise) == (1152, 32768, 33920)
    assert shapes.conv_parameters(128, 128, 3, 128) + shapes.conv_parameters(128, 256, 1) == 34304
    full = shapes.conv_parameters(128, 256, 3, bias=False)
    assert full == 294912
    assert (depthwise + pointwise) / full == pytest.approx(1 / 256 + 1 / 9)  # 1 / C_out + 1 / k²


def test_memory_holds_weights_and_every_output():
    # 6·(25 + 1) weights, 6·24·24 outputs, then 6·12·12 and no weights
    assert cost([Conv(6, 5), Pool(2)], (1, 28, 28)).memory() == 4 * (156 + 3456 + 864)
    assert cost([Conv(6, 5)], (1, 28, 28)).memory(bytes_per_number=1) == 156 + 3456


def test_a_transposed_convolution_uses_every_weight_at_every_input():
    assert ConvTranspose(8, 4, stride=2, padding=1).cost((3, 5, 5)).macs == 25 * 3 * 8 * 16
