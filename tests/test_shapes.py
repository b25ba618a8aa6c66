"""Sizes, fields and costs: worked by hand, against PyTorch, and against the published numbers of known networks."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convbook import shapes
from convbook.shapes import (
    AdaptivePool,
    BatchNorm,
    Branches,
    Conv,
    ConvTranspose,
    Flatten,
    Layer,
    Linear,
    Pool,
    ReceptiveField,
    cost,
    receptive_field,
    summary,
)

small = st.integers(1, 5)


# ---- sizes


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding", "dilation", "expected"),
    [
        (3, 3, 1, 0, 1, 1),
        (32, 3, 2, 1, 1, 16),  # 16.5 without the floor
        (7, 3, 2, 0, 1, 3),  # stride 2 does not always halve
        (224, 7, 2, 3, 1, 112),
        (7, 3, 1, 0, 3, 1),  # three weights over 7 pixels
        (5, 2, 1, (0, 1), 1, 5),
        (8, 3, 2, "same_tf", 1, 4),
        (8, 4, 1, "same", 1, 8),
        (8, 4, 1, "valid", 1, 5),
    ],
)
def test_convolution_sizes_worked_by_hand(size, kernel, stride, padding, dilation, expected):
    assert shapes.conv_output_size(size, kernel, stride, padding, dilation) == expected


@given(st.integers(1, 40), small, small, st.integers(0, 5), small)
def test_sizes_count_the_windows_that_fit(size, kernel, stride, padding, dilation):
    taps = np.arange(kernel) * dilation
    starts = range(0, size + 2 * padding, stride)
    fitting = [start for start in starts if start + taps[-1] < size + 2 * padding]
    if fitting:
        assert shapes.conv_output_size(size, kernel, stride, padding, dilation) == len(fitting)
    else:
        with pytest.raises(ValueError, match="larger than the padded input"):
            shapes.conv_output_size(size, kernel, stride, padding, dilation)


@given(st.integers(1, 30), small, small, st.integers(0, 2), small, st.booleans())
def test_pool_sizes_equal_pytorch(torch, size, kernel, stride, padding, dilation, ceil_mode):
    settings = {"stride": stride, "padding": padding, "dilation": dilation, "ceil_mode": ceil_mode}
    try:
        expected = torch.nn.functional.max_pool1d(torch.zeros(1, 1, size), kernel, **settings).shape[-1]
    except RuntimeError:  # half the kernel, or too small an output: so must ours
        with pytest.raises(ValueError, match=r"padding must be at most half|larger than the padded input"):
            shapes.pool_output_size(size, kernel, **settings)
    else:
        assert shapes.pool_output_size(size, kernel, **settings) == expected


@given(st.integers(1, 12), small, small, st.integers(0, 3), st.integers(0, 3), small)
def test_transposed_sizes_equal_pytorch(torch, size, kernel, stride, padding, extra, dilation):
    layer = [torch.zeros(1, 1, size), torch.zeros(1, 1, kernel), None, stride, padding, extra, 1, dilation]
    try:
        expected = torch.nn.functional.conv_transpose1d(*layer).shape[-1]
    except RuntimeError:
        expected = 0
    if expected:
        assert shapes.conv_transpose_output_size(size, kernel, stride, padding, extra, dilation) == expected
    else:
        with pytest.raises(ValueError, match="must"):
            shapes.conv_transpose_output_size(size, kernel, stride, padding, extra, dilation)


@given(st.integers(1, 30), small, small, st.integers(0, 2), small)
def test_output_padding_leads_back_to_the_size_that_was_shrunk(size, kernel, stride, padding, dilation):
    assume(size + 2 * padding >= shapes.effective_kernel_size(kernel, dilation))
    shrunk = shapes.conv_output_size(size, kernel, stride, padding, dilation)
    extra = shapes.output_padding_for(size, kernel, stride, padding, dilation)
    assert shapes.conv_transpose_output_size(shrunk, kernel, stride, padding, extra, dilation) == size


@pytest.mark.parametrize(("kernel", "stride", "padding", "extra"), [(2, 2, 0, 0), (3, 2, 1, 1), (4, 2, 1, 0)])
@pytest.mark.parametrize("size", [1, 7, 16])
def test_the_recipes_that_double(size, kernel, stride, padding, extra):
    assert shapes.conv_transpose_output_size(size, kernel, stride, padding, extra) == 2 * size


@given(st.integers(1, 40), small, small, small)
def test_tensorflows_same_rounds_up_and_pads_the_end_first(size, kernel, stride, dilation):
    before, after = shapes.same_padding_tf(size, kernel, stride, dilation)
    assert after - before in (0, 1)
    assert shapes.conv_output_size(size, kernel, stride, (before, after), dilation) == math.ceil(size / stride)
    if after:  # one pixel less would lose the last window
        fewer = size + before + after - 1
        assert (fewer - shapes.effective_kernel_size(kernel, dilation)) // stride + 1 < math.ceil(size / stride)


@given(st.integers(1, 40), small, small)
def test_pytorchs_same_keeps_the_size(size, kernel, dilation):
    before, after = shapes.same_padding(kernel, dilation)
    assert after - before in (0, 1)
    assert shapes.conv_output_size(size, kernel, 1, (before, after), dilation) == size


@given(st.integers(1, 20), st.integers(1, 20))
def test_adaptive_windows_cover_every_pixel_in_order(size, output_size):
    windows = shapes.adaptive_windows(size, output_size)
    assert len(windows) == output_size
    assert windows[0][0] == 0
    assert windows[-1][1] == size
    assert all(0 < stop - start <= -(-size // output_size) + 1 for start, stop in windows)
    assert all(later[0] <= earlier[1] for earlier, later in pairwise(windows))


# ---- fields


@pytest.mark.parametrize(
    ("layers", "size", "jump", "centre"),
    [
        ([], 1, 1, 0),
        ([Conv(1, 3)] * 3, 7, 1, 3),
        ([Conv(1, 3, stride=2)] * 2, 7, 4, 3),
        ([Conv(1, 3, dilation=d) for d in (1, 2, 4, 8)], 31, 1, 15),
        ([Conv(1, 3, padding=1)] * 5, 11, 1, 0),  # padding keeps the centre on the pixel
        ([Conv(1, 2), Pool(2)], 3, 2, 1),
        ([Conv(1, 3, stride=2, padding=1), Layer(), BatchNorm()], 3, 2, 0),
    ],
)
def test_receptive_fields_worked_by_hand(layers, size, jump, centre):
    assert receptive_field(layers) == ReceptiveField(size, jump, centre)


def test_height_and_width_are_separate():
    layers = [Conv(1, (1, 7), padding=(0, 3)), Conv(1, (3, 1), stride=(2, 1))]
    assert receptive_field(layers, axis=0) == ReceptiveField(3, 2, 1)
    assert receptive_field(layers, axis=1) == ReceptiveField(7, 1, 0)


def test_a_residual_sees_what_its_longest_branch_sees():
    block = Branches([[Conv(1, 3, padding=1), Conv(1, 3, padding=1)], []])
    assert receptive_field([block] * 3) == ReceptiveField(13, 1, 0)


def test_branches_that_look_to_different_sides_see_both():
    left, right = [Conv(1, 3, padding=(0, (2, 0)))], [Conv(1, 3, padding=(0, (0, 2)))]
    field = receptive_field([Branches([left, right], "concat")], axis=1)
    assert (field.first, field.last, field.size) == (-2, 2, 5)


def test_behind_a_global_layer_everything_is_seen():
    for last in (AdaptivePool(), Flatten(), Linear(10)):
        assert math.isinf(receptive_field([Conv(1, 3), last, Conv(1, 1)]).size)
    squeeze = Branches([[AdaptivePool(1)], []])
    assert math.isinf(receptive_field([squeeze, Conv(1, 3)]).size)


def torch_layers(torch, layers):
    """Return the stack as PyTorch modules whose weights are all 1, so that nothing cancels."""
    modules = []
    for layer in layers:
        if isinstance(layer, Pool):
            modules.append(torch.nn.AvgPool2d(layer.kernel_size, layer.stride, layer.padding))
            continue
        kind = torch.nn.ConvTranspose2d if isinstance(layer, ConvTranspose) else torch.nn.Conv2d
        settings = {"stride": layer.stride, "padding": layer.padding, "dilation": layer.dilation, "bias": False}
        modules.append(kind(1, 1, layer.kernel_size, **settings))
        torch.nn.init.ones_(modules[-1].weight)
    return torch.nn.Sequential(*modules)


# Kernels one row high, so that a long picture of one row will do.
conv = st.builds(
    lambda k, s, p, d: Conv(1, (1, k), (1, s), (0, p), (1, d)), small, st.integers(1, 3), st.integers(0, 2), small
)
pool = st.builds(lambda k, s, p: Pool((1, k), (1, s), (0, p)), st.integers(2, 3), st.integers(1, 3), st.integers(0, 1))
grow = st.builds(lambda k, s, p: ConvTranspose(1, (1, k), (1, s), (0, p)), small, st.integers(1, 3), st.integers(0, 1))


def seen_and_foreseen(torch, layers):
    """Return the first and last pixel whose gradient is not zero, and those that the field names, for one output."""
    x = torch.zeros(1, 1, 1, 5001, requires_grad=True)  # wide enough for four layers of the largest settings
    y = torch_layers(torch, layers)(x)
    middle = y.shape[-1] // 2
    y[0, 0, 0, middle].backward()
    seen = np.flatnonzero(x.grad.numpy())
    field = receptive_field(layers, axis=1)
    return seen[[0, -1]], np.array([field.first, field.last]) + middle * field.jump


@given(st.lists(conv | pool, min_size=1, max_size=4))
def test_fields_are_where_the_gradient_is_not_zero(torch, layers):
    seen, foreseen = seen_and_foreseen(torch, layers)
    assert seen.tolist() == foreseen.tolist()


@given(conv, grow, conv)
def test_fields_behind_a_transposed_convolution_are_right_to_a_step(torch, before, stretch, after):
    assume(stretch.kernel_size >= stretch.stride)  # or some outputs see nothing at all
    seen, foreseen = seen_and_foreseen(torch, [before, stretch, after])
    assert np.abs(seen - foreseen).max() <= before.stride[1]


# ---- costs


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


def test_branches_add_up_and_join():
    stacks = [[Conv(4, 1)], [Conv(2, 3, padding=1)]]
    block = Branches(stacks, "concat")
    assert block.output_shape((3, 8, 8)) == (6, 8, 8)
    assert block.cost((3, 8, 8)) == (16 + 56, 64 * (12 + 54), 64 * (4 + 2 + 6))


def test_no_layers_cost_nothing():
    assert cost([], (3, 8, 8)) == (0, 0, 0)


# ---- known networks


def conv_bn(channels, kernel_size, stride=1, padding=0, groups=1):
    return [Conv(channels, kernel_size, stride, padding, groups=groups, bias=False), BatchNorm(), Layer()]


def lenet5():
    """LeCun et al. (1998), with full connections in C3 and plain pooling, as it is taught today; input 1×32×32."""
    return [Conv(6, 5), Pool(2), Conv(16, 5), Pool(2), Conv(120, 5), Flatten(), Linear(84), Linear(10)]


def alexnet():
    """Krizhevsky (2014), one tower, as in torchvision."""
    features = [Conv(64, 11, 4, 2), Pool(3, 2), Conv(192, 5, padding=2), Pool(3, 2)]
    features += [Conv(384, 3, padding=1), Conv(256, 3, padding=1), Conv(256, 3, padding=1), Pool(3, 2)]
    return features, [AdaptivePool(6), Linear(4096), Linear(4096), Linear(1000)]


def vgg16():
    """Simonyan and Zisserman (2015), configuration D."""
    features = []
    for channels, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        features += [Conv(channels, 3, padding=1)] * count + [Pool(2)]
    return features, [Linear(4096), Linear(4096), Linear(1000)]


def mobilenet():
    """Howard et al. (2017), width 1."""
    features, channels = conv_bn(32, 3, 2, 1), 32
    for after, stride in (
        [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)]
        + [(512, 1)] * 5
        + [
            (1024, 2),
            (1024, 1),
        ]
    ):
        features += conv_bn(channels, 3, stride, 1, groups=channels) + conv_bn(after, 1)
        channels = after
    return features, [AdaptivePool(1), Linear(1000)]


def resnet(blocks, block):
    features = [*conv_bn(64, 7, 2, 3), Pool(3, 2, 1)]
    for stage, count in enumerate(blocks):
        for number in range(count):
            features += block(64 * 2**stage, 2 if stage and not number else 1, first=not number)
    return features, [AdaptivePool(1), Linear(1000)]


def basic_block(width, stride, first):
    shortcut = conv_bn(width, 1, stride) if stride > 1 else []
    return [Branches([conv_bn(width, 3, stride, 1) + conv_bn(width, 3, 1, 1), shortcut])]


def bottleneck(stride_in_the_3x3):
    def block(width, stride, first):
        strides = (1, stride) if stride_in_the_3x3 else (stride, 1)
        path = conv_bn(width, 1, strides[0]) + conv_bn(width, 3, strides[1], 1) + conv_bn(4 * width, 1)
        return [Branches([path, conv_bn(4 * width, 1, stride) if first else []])]

    return block


PUBLISHED = {  # input, parameters, MACs, receptive field of the convolutions
    "VGG16": (vgg16(), 138_357_544, 15_470_264_320, 212),
    "AlexNet": (alexnet(), 61_100_840, 714_188_480, 195),
    "MobileNetV1": (mobilenet(), 4_231_976, 568_740_352, 315),
    "ResNet-18": (resnet([2, 2, 2, 2], basic_block), 11_689_512, 1_814_073_344, 435),
    "ResNet-50": (resnet([3, 4, 6, 3], bottleneck(True)), 25_557_032, 4_089_184_256, 427),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_totals_are_the_published_ones(name):
    (features, head), parameters, macs, field = PUBLISHED[name]
    total = cost(features + head, (3, 224, 224))
    assert (total.parameters, total.macs) == (parameters, macs)
    assert receptive_field(features).size == field


def test_lenet5_has_61706_parameters():
    assert cost(lenet5(), (1, 32, 32)).parameters == 61_706


def test_resnet50_of_the_paper_sees_more():
    features, _ = resnet([3, 4, 6, 3], bottleneck(False))
    assert receptive_field(features).size == 483  # the stride sits in the first 1×1 of a block


def test_where_mobilenets_weights_and_multiplications_are():
    features, head = mobilenet()
    steps = summary(features + head, (3, 224, 224))
    pointwise = [step for step in steps if isinstance(step.layer, Conv) and step.layer.kernel_size == 1]
    weights = sum(step.cost.parameters for step in steps if isinstance(step.layer, Conv)) + 1024 * 1000
    assert sum(step.cost.macs for step in pointwise) / cost(features + head, (3, 224, 224)).macs == pytest.approx(
        0.949, abs=5e-4
    )
    assert 1024 * 1000 / weights == pytest.approx(0.243, abs=5e-4)


def test_a_summary_has_shapes_and_fields_of_both_axes():
    (features, _), *_ = PUBLISHED["VGG16"]
    last = summary(features, (3, 224, 224))[-1]
    assert last.output_shape == (512, 7, 7)
    assert last.field == (receptive_field(features, 0), receptive_field(features, 1))
