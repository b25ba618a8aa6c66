"""What all layers share: names, modes, types, words, checkpoints, beginnings, and the check of gradients."""

import re

import numpy as np
import pytest

from convbook import digits, nn


@pytest.fixture
def network():
    nn.manual_seed(0)
    block = nn.Sequential(nn.Conv2d(8, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.Dropout())
    return nn.Sequential(nn.Conv2d(1, 8, 3), block, nn.ReLU(), nn.Flatten(), nn.Linear(72, 2))


# ---- names, modes, types ----------------------------------------------------------------------------------------


def test_names_and_order_are_those_of_pytorch(network):
    assert list(network.state_dict()) == [
        *("0.weight", "0.bias", "1.0.weight", "1.1.weight", "1.1.bias"),
        *("1.1.running_mean", "1.1.running_var", "1.1.num_batches_tracked", "4.weight", "4.bias"),
    ]
    assert [parameter.data.shape for parameter in network.parameters()][:2] == [(8, 1, 3, 3), (8,)]


def test_a_mode_reaches_every_layer_inside(network):
    assert network.eval() is network
    assert not network[1][2].training
    assert network.train()[1][2].training


def test_all_floats_change_their_type_and_counts_do_not(network):
    types = {name: array.dtype for name, array in network.to(np.float64).state_dict().items()}
    assert types.pop("1.1.num_batches_tracked").kind == "i"
    assert set(types.values()) == {np.dtype(float)}
    assert network.to("float32")(np.zeros((2, 1, 5, 5), np.float32)).dtype == np.float32


def test_a_state_is_a_copy(network):
    state = network.state_dict()
    network[0].weight.data += 1
    assert (state["0.weight"] != network[0].weight.data).all()


def test_part_of_a_network_shares_its_weights(network):
    assert network[:2][0] is network[0]
    assert network[-1].out_features == 2
    with pytest.raises(ValueError, match="index must be at most 4, got 5"):
        network[5]


def test_a_network_reads_like_its_program(network):
    assert repr(network) == (
        "Sequential(\n  (0): Conv2d(1, 8, kernel_size=(3, 3))\n  (1): Sequential(\n"
        "    (0): Conv2d(8, 8, kernel_size=(3, 3), padding=1, bias=False)\n"
        "    (1): BatchNorm2d(8, eps=1e-05, momentum=0.1)\n    (2): Dropout(p=0.5)\n  )\n"
        "  (2): ReLU()\n  (3): Flatten()\n  (4): Linear(72, 2)\n)"
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda state: state.pop("4.bias"), "state_dict lacks ['4.bias'] for this network"),
        (lambda state: state.update(fc=1), "state_dict must not have ['fc'] for this network"),
        (
            lambda state: state.update({"4.weight": np.zeros((2, 64))}),
            "state_dict['4.weight'] must have shape (2, 72), got (2, 64)",
        ),
    ],
)
def test_weights_that_do_not_fit_change_nothing(network, change, words):
    before, state = network.state_dict(), {name: array + 1 for name, array in network.state_dict().items()}
    change(state)
    with pytest.raises(ValueError, match=re.escape(words)):
        network.load_state_dict(state)
    for name, array in network.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_a_layer_that_has_seen_nothing_says_so():
    with pytest.raises(RuntimeError, match="Conv2d must have seen an x before it can be asked for gradients"):
        nn.Conv2d(1, 1, 1).backward(np.ones((1, 1, 1, 1)))


def test_a_layer_of_ones_own_says_what_it_lacks():
    with pytest.raises(NotImplementedError, match=r"Mine must define forward\(x\)"):
        type("Mine", (nn.Module,), {})()(1)


def test_channels_that_come_last_are_told_of():
    with pytest.raises(ValueError, match=r"x must have 3 channels, got 32 in shape \(1, 32, 32, 3\); .* np.moveaxis"):
        nn.Conv2d(3, 8, 3)(np.zeros((1, 32, 32, 3)))


# ---- chance -----------------------------------------------------------------------------------------------------


def test_first_weights_are_spread_as_those_of_pytorch(torch):
    for make in (
        lambda nn: nn.Conv2d(16, 64, 3, groups=2),
        lambda nn: nn.ConvTranspose2d(16, 64, 3, groups=2),
        lambda nn: nn.Linear(100, 300),
    ):
        nn.manual_seed(0)
        torch.manual_seed(0)
        for ours, theirs in zip(make(nn).parameters(), make(torch.nn).parameters(), strict=True):
            largest = theirs.detach().abs().max().item()
            np.testing.assert_allclose(np.abs(ours.data).max(), largest, rtol=0.1)
            np.testing.assert_allclose(ours.data.std(), theirs.detach().std().item(), rtol=0.2)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("kaiming_normal_", {}),
        ("kaiming_normal_", {"a": 0.5, "mode": "fan_out"}),
        ("kaiming_uniform_", {"a": 5**0.5}),
        ("xavier_normal_", {}),
        ("xavier_uniform_", {"gain": 2}),
        ("normal_", {"mean": 1, "std": 3}),
    ],
)
def test_beginnings_are_as_wide_as_pytorchs(torch, name, settings):
    nn.manual_seed(0)
    torch.manual_seed(0)
    parameter = nn.Parameter(np.zeros((60, 40, 3, 3)))
    ours = getattr(nn.init, name)(parameter, **settings)
    theirs = getattr(torch.nn.init, name)(torch.zeros(60, 40, 3, 3), **settings).numpy()
    assert ours is parameter.data
    np.testing.assert_allclose([ours.std(), ours.mean()], [theirs.std(), theirs.mean()], rtol=0.02, atol=0.05)
    if "uniform" in name:
        np.testing.assert_allclose(ours.max(), theirs.max(), rtol=1e-3)


def test_he_keeps_signals_alive_through_fifty_layers_and_other_widths_do_not():
    spread = {}
    for factor in (0.5, 1, 2):
        nn.manual_seed(0)
        x = np.random.default_rng(0).standard_normal((100, 200))
        for _ in range(50):
            layer = nn.Linear(200, 200, bias=False)
            nn.init.kaiming_normal_(layer.weight)
            layer.weight.data *= factor
            x = nn.ReLU()(layer(x))
        spread[factor] = x.std()
    assert spread[0.5] < 1e-12
    assert 0.1 < spread[1] < 10
    assert spread[2] > 1e12


# ---- checkpoints ------------------------------------------------------------------------------------------------


def test_a_checkpoint_comes_back_to_the_bit_and_plain_numpy_reads_it(network, tmp_path):
    nn.save(network.state_dict(), tmp_path / "mine")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.npz"]
    state = nn.load(str(tmp_path / "mine.npz"))
    with np.load(tmp_path / "mine.npz") as file:
        assert list(file) == list(network.state_dict()) == list(state)
    for name, array in network.state_dict().items():
        assert state[name].dtype == array.dtype
        np.testing.assert_array_equal(state[name], array)


def test_what_cannot_be_written_leaves_the_old_file(network, tmp_path):
    nn.save({"a": np.ones(2)}, tmp_path / "mine")
    with pytest.raises(TypeError, match=r"state_dict\['a'\] must hold real numbers"):
        nn.save({"a": np.array(["x"])}, tmp_path / "mine")
    assert nn.load(tmp_path / "mine")["a"].sum() == 2


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 cut off", None])
def test_a_file_of_something_else_is_refused(content, tmp_path):
    path = tmp_path / "mine.npz"
    if content is None:
        np.savez(path, a=np.array([{"code": print}], dtype=object), allow_pickle=True)
    else:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=r"path must be an .npz file of arrays, as nn.save writes them, got "):
        nn.load(path)


def test_a_file_that_is_not_there_is_missed():
    with pytest.raises(FileNotFoundError):
        nn.load("nowhere/mine.npz")


# ---- the check of gradients -------------------------------------------------------------------------------------


def spoilt(**methods):
    layer = type("Spoilt", (nn.Conv2d,), methods)(2, 3, 3, padding=1)
    return nn.gradient_check(layer, np.random.default_rng(0).standard_normal((2, 2, 5, 4)))


def test_the_untouched_layer_passes():
    report = spoilt()
    assert report.passed
    assert str(report).splitlines() == [
        "Spoilt: all gradients agree with the slopes",
        "  dx: all 80 numbers right",
        "  dweight: all 54 numbers right",
        "  dbias: all 3 numbers right",
    ]


def flipped(self, dy):
    before = self.weight.grad.copy()
    nn.Conv2d.learn(self, dy)
    self.weight.grad = before + (self.weight.grad - before)[..., ::-1, ::-1]


def mean_for_sum(self, dy):
    bias = self.bias.grad.copy()
    nn.Conv2d.learn(self, dy)
    self.bias.grad = bias + dy.mean(axis=(0, 2, 3))


def first_picture_alone(self, dy):
    nn.Conv2d.learn(self, np.where(np.arange(len(dy))[:, None, None, None] == 0, dy, 0))


def not_turned(self, dy):
    weight = self.weight.data
    self.weight.data = weight[..., ::-1, ::-1].copy()
    self.forward(np.zeros((2, 2, 5, 4)))
    dx = nn.Conv2d.backward(self, dy)
    self.weight.data = weight
    return dx


def a_thousandth_too_large(self, dy):
    return 1.001 * nn.Conv2d.backward(self, dy)


def one_number_wrong(self, dy):
    dx = nn.Conv2d.backward(self, dy)
    dx[1, 1, 4, 3] *= 1.01
    return dx


def of_another_shape(self, dy):
    return nn.Conv2d.backward(self, dy)[:, :, 1:-1]


def of_another_sign(self, dy):
    return -nn.Conv2d.backward(self, dy)


@pytest.mark.parametrize(
    ("method", "spoil", "wrong"),
    [
        ("learn", flipped, {"weight"}),
        ("learn", mean_for_sum, {"bias"}),
        ("learn", first_picture_alone, {"weight", "bias"}),
        ("backward", not_turned, {"x", "weight"}),
        ("backward", a_thousandth_too_large, {"x"}),
        ("backward", of_another_sign, {"x"}),
        ("backward", one_number_wrong, {"x"}),
    ],
)
def test_a_planted_bug_is_found_and_named(method, spoil, wrong):
    report = spoilt(**{method: spoil})
    assert not report.passed
    assert {name for name, slips in report.slips.items() if slips} == wrong
    assert re.search(
        rf"d{min(wrong)}: \d+ of \d+ numbers wrong; at \[[\d, ]+\] it is .*, but the slope is ", str(report)
    )


def test_a_gradient_of_another_shape_is_told_of():
    report = spoilt(backward=of_another_shape)
    assert not report.passed
    assert "dx must have shape (2, 2, 5, 4), got (2, 2, 3, 4)" in str(report)


def test_one_wrong_number_is_pointed_at():
    (slip,) = spoilt(backward=one_number_wrong).slips["x"]
    assert slip.index == (1, 1, 4, 3)
    assert slip.gradient == pytest.approx(1.01 * slip.slope)


def test_a_layer_of_ones_own_needs_no_base_class():
    class Double:
        def forward(self, x):
            return 2 * x

        def backward(self, dy):
            return self.factor * dy

    layer = Double()
    layer.factor = 2
    assert nn.gradient_check(layer, [1.0, 2.0]).passed
    layer.factor = 3
    assert not nn.gradient_check(layer, [1.0, 2.0]).passed


def test_a_check_leaves_the_layer_and_chance_as_they_were():
    nn.manual_seed(0)
    layer = nn.Sequential(nn.BatchNorm2d(2), nn.Dropout())
    before = layer.state_dict()
    nn.gradient_check(layer, np.random.default_rng(0).standard_normal((3, 2, 2, 2)))
    for name, array in layer.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
        assert array.dtype == before[name].dtype
    assert not layer[0].weight.grad.any()
    after = layer[1](np.ones(20))
    nn.manual_seed(0)
    np.testing.assert_array_equal(layer[1](np.ones(20)), after)


def test_a_kink_has_no_slope_and_a_kink_nearby_does_not_matter():
    report = nn.gradient_check(nn.ReLU(), np.array([0.0, 0.0, 3e-6, -3e-6, 1.0]))
    assert report.passed
    assert (report.checked["x"], report.kinks["x"]) == (3, 2)
    assert str(report).splitlines()[1] == "  dx: all 3 numbers right, 2 left out that stand at a kink"


def test_where_numbers_tie_for_a_maximum_there_is_no_slope_but_elsewhere_mistakes_are_found():
    report = nn.gradient_check(digits.network(), digits.split().train_pictures[:2], most=128)
    assert report.passed, report
    assert report.checked["x"] > 90
    assert report.kinks["x"] > 0
    wrong = digits.network()
    wrong[3].learn = lambda dy: None
    assert not nn.gradient_check(wrong, digits.split().train_pictures[:2], most=20).passed


@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1e3, 1e6])
def test_a_mistake_is_found_whatever_the_size_of_the_numbers(scale):
    x = np.random.default_rng(0).standard_normal((2, 2, 5, 4))
    spoilt_layer = type("Spoilt", (nn.Conv2d,), {"backward": a_thousandth_too_large})
    for kind, right in ((nn.Conv2d, True), (spoilt_layer, False)):
        layer = kind(2, 3, 3, dtype="float64")
        layer.weight.data *= scale
        layer.bias.data *= scale
        assert nn.gradient_check(layer, x).passed == right
