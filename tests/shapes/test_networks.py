"""Whole networks: branches worked by hand, and the published numbers of those that everyone knows."""

import pytest

from convbook.shapes import (
    AdaptivePool,
    BatchNorm,
    Branches,
    Conv,
    Flatten,
    Layer,
    Linear,
    Pool,
    cost,
    receptive_field,
    summary,
)


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
