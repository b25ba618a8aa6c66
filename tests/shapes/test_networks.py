"""Branches and blocks worked by hand, layers of newer networks, and networks that a reader might write down."""

import pytest

from convbook.shapes import (
    Activation,
    AdaptivePool,
    Attention,
    BatchNorm,
    Block,
    Branches,
    Conv,
    ConvTranspose,
    FirstToken,
    Flatten,
    LayerNorm,
    Linear,
    Pool,
    Scale,
    Tokens,
    cost,
    receptive_field,
    summary,
)


def test_branches_add_up_and_join():
    stacks = [[Conv(4, 1)], [Conv(2, 3, padding=1)]]
    block = Branches(stacks, "concat")
    assert block.output_shape((3, 8, 8)) == (6, 8, 8)
    assert block.cost((3, 8, 8)) == (16 + 56, 64 * (12 + 54), 64 * (4 + 2 + 6))


def test_a_gate_multiplies_each_channel_by_one_number():
    gate = Branches([[], [AdaptivePool(), Conv(2, 1), Activation("sigmoid"), Conv(8, 1)]], "multiply")
    assert gate.output_shape((8, 5, 7)) == (8, 5, 7)
    assert gate.cost((8, 5, 7)) == (18 + 24, 16 + 16, 8 + 2 + 2 + 8 + 280)
    with pytest.raises(ValueError, match="stacks must end alike to multiply"):
        Branches([[], [Conv(8, 3)]], "multiply").output_shape((8, 5, 7))


def test_a_block_is_its_layers_under_a_name():
    layers = [Conv(4, 3, stride=2, padding=1), BatchNorm(), Pool(2)]
    block = Block("stem", layers)
    assert block.cost((3, 9, 9)) == cost(layers, (3, 9, 9))
    assert receptive_field([block, Conv(1, 3)]) == receptive_field([*layers, Conv(1, 3)])
    assert Block("nothing", []).output_shape((3, 9, 9)) == (3, 9, 9)
    with pytest.raises(ValueError, match=r"layer 1, .* cannot take"):
        summary([Block("too small", [Conv(4, 7)])], (3, 5, 5))


def test_scales_and_layer_norms_learn_numbers_for_each_channel():
    assert cost([LayerNorm(), Scale()], (6, 4, 4)) == (12 + 6, 0, 2 * 96)


def test_attention_by_hand():
    layers = [Conv(4, 2, stride=2), Tokens(), Attention(2), FirstToken(), Linear(3)]
    steps = summary(layers, (1, 4, 6))
    assert [step.output_shape for step in steps] == [(4, 2, 3), (4, 7, 1), (4, 7, 1), (4, 1, 1), (3, 1, 1)]
    assert [step.cost.parameters for step in steps] == [20, 4 + 28, 4 * 20, 0, 15]
    assert steps[2].cost.macs == 4 * 7 * 16 + 2 * 49 * 4
    assert [step.field[0].size for step in steps[:2]] == [2, 2]
    assert steps[2].field[0].size == float("inf")
    with pytest.raises(ValueError, match="heads must divide the 4 channels, got 3"):
        Attention(3).cost((4, 7, 1))


def test_no_layers_cost_nothing():
    assert cost([], (3, 8, 8)) == (0, 0, 0)


def test_a_summary_has_shapes_and_fields_of_both_axes():
    layers = [Conv(8, (1, 7), padding=(0, 3)), Pool(2), Conv(8, 3)]
    last = summary(layers, (3, 20, 20))[-1]
    assert last.output_shape == (8, 8, 8)
    assert last.field == (receptive_field(layers, 0), receptive_field(layers, 1))
    assert [field.size for field in last.field] == [6, 12]


# ---- networks as a reader writes them down: totals of the classes that torchvision and others ship


def densenet121():
    """Huang et al. (2017), "Densely connected convolutional networks", as torchvision has it."""
    layers = [Conv(64, 7, 2, 3, bias=False), BatchNorm(), Activation(), Pool(3, 2, 1)]
    channels = 64
    for count in (6, 12, 24, 16):
        for _ in range(count):
            new = [BatchNorm(), Activation(), Conv(128, 1, bias=False)]
            new += [BatchNorm(), Activation(), Conv(32, 3, padding=1, bias=False)]
            layers.append(Branches([[], new], "concat"))
            channels += 32
        layers += [BatchNorm()]
        if count != 16:
            channels //= 2
            layers += [Activation(), Conv(channels, 1, bias=False), Pool(2)]
    return [*layers, Activation(), AdaptivePool(), Linear(1000)]


def squeezenet():
    """Iandola et al. (2016), "SqueezeNet", version 1.0."""

    def fire(squeezed, wide):
        return [Conv(squeezed, 1), Branches([[Conv(wide, 1)], [Conv(wide, 3, padding=1)]], "concat")]

    down = Pool(3, 2, ceil_mode=True)
    layers = [Conv(96, 7, 2), down, *fire(16, 64), *fire(16, 64), *fire(32, 128), down]
    layers += [*fire(32, 128), *fire(48, 192), *fire(48, 192), *fire(64, 256), down, *fire(64, 256)]
    return [*layers, Conv(1000, 1), AdaptivePool()]


def unet(channels=64, depth=4):
    """Ronneberger, Fischer and Brox (2015), "U-Net", padded so that sizes stay."""
    twice = [Conv(channels, 3, padding=1), Activation()] * 2
    if not depth:
        return twice
    below = [Pool(2), *unet(2 * channels, depth - 1), ConvTranspose(channels, 2, stride=2)]
    return [*twice, Branches([[], below], "concat"), *twice]


@pytest.mark.parametrize(
    "layers, side, parameters, gmacs",
    [
        (densenet121(), 224, 7_978_856, 2.834),
        (squeezenet(), 224, 1_248_424, 0.819),
        ([*unet(), Conv(2, 1)], 512, 31_031_810, None),
    ],
    ids=["DenseNet-121", "SqueezeNet", "U-Net"],
)
def test_other_networks_can_be_written_down_and_counted(layers, side, parameters, gmacs):
    total = cost(layers, (3, side, side))
    assert total.parameters == parameters
    assert gmacs is None or total.macs / 1e9 == pytest.approx(gmacs, abs=5e-4)


def test_a_unet_gives_one_answer_for_each_pixel_and_sees_200_pixels():
    assert summary(unet(), (3, 512, 512))[-1].output_shape == (64, 512, 512)
    down = [layer for kernel, stride in [(3, 1), (3, 1), (2, 2)] * 4 for layer in [Conv(1, kernel, stride)]]
    bottom = receptive_field([*down, Conv(1, 3), Conv(1, 3)])
    assert (bottom.size, bottom.jump) == (140, 16)
    assert receptive_field(unet()).size == bottom.size + 2 * 2 * (8 + 4 + 2 + 1) == 200


def test_pytorch_counts_the_same_unet(torch):
    nn = torch.nn

    class UNet(nn.Module):
        def __init__(self, before, channels, depth):
            super().__init__()
            self.first = nn.Sequential(
                nn.Conv2d(before, channels, 3, padding=1), nn.Conv2d(channels, channels, 3, padding=1)
            )
            self.below = UNet(channels, 2 * channels, depth - 1) if depth else None
            if depth:
                self.up = nn.ConvTranspose2d(2 * channels, channels, 2, 2)
                self.last = nn.Sequential(
                    nn.Conv2d(2 * channels, channels, 3, padding=1), nn.Conv2d(channels, channels, 3, padding=1)
                )

        def forward(self, x):
            x = self.first(x)
            if self.below is None:
                return x
            below = self.up(self.below(nn.functional.max_pool2d(x, 2)))
            return self.last(torch.cat([x, below], 1))

    from torch.utils.flop_counter import FlopCounterMode

    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        net = nn.Sequential(UNet(3, 64, 4), nn.Conv2d(64, 2, 1))
        net(torch.empty(1, 3, 64, 64))
    total = cost([*unet(), Conv(2, 1)], (3, 64, 64))
    assert total.parameters == sum(one.numel() for one in net.parameters())
    assert 2 * total.macs == counter.get_total_flops()


def test_flatten_ends_what_can_be_added():
    assert cost([Conv(2, 1), Flatten(), Linear(3)], (1, 2, 2)).parameters == 4 + 27
