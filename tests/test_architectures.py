"""The eleven networks: their totals as published, at other sizes, and as PyTorch counts modules written by hand."""

import pytest

from convbook.architectures import NETWORKS
from convbook.architectures.resnet import bottleneck, resnet
from convbook.shapes import Conv, Linear, cost, read_layers, receptive_field, summary, write_layers

# Parameters, and G multiply-adds at 224² as torchvision lists them (its column "GFLOPS"); those of MobileNetV1 are its
# paper's, 569 million, and those of LeNet-5 at 32² are worked by hand below.
PUBLISHED = {
    "LeNet-5": (61_706, 0.000417),
    "AlexNet": (61_100_840, 0.714),
    "VGG16": (138_357_544, 15.47),
    "GoogLeNet": (6_624_904, 1.498),
    "ResNet-18": (11_689_512, 1.814),
    "ResNet-50": (25_557_032, 4.089),
    "MobileNetV1": (4_231_976, 0.569),
    "MobileNetV2": (3_504_872, 0.301),
    "EfficientNet-B0": (5_288_548, 0.386),
    "ConvNeXt-T": (28_589_128, 4.456),
    "ViT-B/16": (86_567_656, 17.564),
}
every_network = pytest.mark.parametrize("name", NETWORKS)


def layers_of(name):
    return NETWORKS[name].layers


@every_network
def test_totals_are_the_published_ones(name):
    parameters, gmacs = PUBLISHED[name]
    total = cost(layers_of(name), NETWORKS[name].input_shape)
    assert total.parameters == parameters
    decimals = len(str(gmacs).split(".")[1])
    assert round(total.macs / 1e9, decimals) == gmacs


def test_all_of_the_networks_are_there():
    assert list(NETWORKS) == list(PUBLISHED)


def test_lenet_by_hand():
    by_hand = [6 * 25 * 28 * 28, 16 * 150 * 10 * 10, 120 * 400, 120 * 84, 84 * 10]
    assert cost(layers_of("LeNet-5"), (1, 32, 32)).macs == sum(by_hand) == 416_520


def test_receptive_fields_of_the_convolutions():
    fields = {"AlexNet": 195, "VGG16": 212, "ResNet-18": 435, "ResNet-50": 427, "MobileNetV1": 315, "MobileNetV2": 491}
    for name, size in fields.items():
        assert receptive_field(layers_of(name)[:-1]).size == size, name


def test_resnet50_of_the_paper_sees_more_and_takes_fewer_multiplications():
    paper = resnet((3, 4, 6, 3), lambda *one, **first: bottleneck(*one, **first, stride_in_the_3x3=False))
    assert receptive_field(paper[:-1]).size == 483  # the stride sits in the first 1×1 of a block
    total = cost(paper, (3, 224, 224))
    assert total.parameters == 25_557_032
    assert round(total.macs / 1e9, 3) == 3.858


@every_network
@pytest.mark.parametrize("size", [160, 320])
def test_other_sizes_change_multiplications_and_only_tables_and_heads_the_parameters(name, size):
    network = NETWORKS[name]
    total, usual = (
        cost(network.layers, (network.input_shape[0], side, side)) for side in (size, network.input_shape[1])
    )
    assert (total.macs > usual.macs) == (size > network.input_shape[1])
    grown = {"LeNet-5", "ViT-B/16"}  # a head on every place, a table of positions
    assert (total.parameters != usual.parameters) == (name in grown and size // 16 != 14)


@every_network
def test_a_network_is_written_and_read_again(name):
    text = write_layers(layers_of(name))
    assert read_layers(text) == layers_of(name)
    assert len(text) < 7000


def leaves(layers, shape):
    """Yield (layer, shape that comes in) for every layer within blocks and branches."""
    for step in summary(layers, shape):
        inside = getattr(step.layer, "stacks", None) or ([step.layer.layers] if hasattr(step.layer, "layers") else [])
        for stack in inside:
            yield from leaves(stack, shape)
        if not inside:
            yield step
        shape = step.output_shape


def test_where_mobilenets_weights_and_multiplications_are():
    steps = list(leaves(layers_of("MobileNetV1"), (3, 224, 224)))
    total = cost(layers_of("MobileNetV1"), (3, 224, 224))
    pointwise = [step for step in steps if isinstance(step.layer, Conv) and step.layer.kernel_size == 1]
    weights = sum(step.cost.parameters for step in steps if isinstance(step.layer, Conv)) + 1024 * 1000
    assert sum(step.cost.macs for step in pointwise) / total.macs == pytest.approx(0.949, abs=5e-4)
    assert 1024 * 1000 / weights == pytest.approx(0.243, abs=5e-4)


def test_vgg16s_first_linear_layer_holds_most_of_its_weights():
    first = next(step for step in leaves(layers_of("VGG16"), (3, 224, 224)) if isinstance(step.layer, Linear))
    assert first.cost.parameters == 4096 * (25088 + 1) == 102_764_544


# ---- written by hand from PyTorch's layers


@pytest.mark.parametrize("name", ["ResNet-50", "MobileNetV2", "EfficientNet-B0", "ConvNeXt-T", "ViT-B/16"])
def test_pytorch_counts_the_same(torch, name):
    import hand_made
    from torch.utils.flop_counter import FlopCounterMode

    with torch.device("meta"):  # which holds no numbers
        net = hand_made.NETS[name]()
    assert sum(one.numel() for one in net.parameters()) == PUBLISHED[name][0]
    for size in (224, 256):
        if size != 224 and name == "ViT-B/16":  # its table of positions is of one size
            continue
        with torch.device("meta"), FlopCounterMode(display=False) as counter:
            assert net(torch.empty(1, 3, size, size)).shape == (1, 1000)
        assert counter.get_total_flops() == 2 * cost(layers_of(name), (3, size, size)).macs
