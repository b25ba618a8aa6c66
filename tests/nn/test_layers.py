"""Every layer: PyTorch's outputs and gradients, slopes that are measured, and numbers worked by hand."""

import numpy as np
import pytest
from drawn_calls import layers, pools
from hypothesis import assume, given
from hypothesis import strategies as st
from layer_pairs import PAIRS, from_torch, to_torch, trained_a_little

from convbook import fast, nn

SETTINGS = ("stride", "padding", "dilation", "groups")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("training", [True, False], ids=["training", "in use"])
@pytest.mark.parametrize("name", PAIRS)
def test_a_layer_and_its_gradients_equal_pytorch(torch, name, training, dtype):
    make, shape = PAIRS[name]
    ours = trained_a_little(make(nn)).to(dtype).train(training)
    theirs = to_torch(torch, make(torch.nn).to(getattr(torch, dtype)), ours).train(training)
    rng = np.random.default_rng(1)
    x = rng.standard_normal(shape).astype(dtype)
    tensor = torch.tensor(x, requires_grad=True)
    y, expected = ours(x), theirs(tensor)
    dy = rng.standard_normal(y.shape).astype(dtype)
    expected.backward(torch.tensor(dy))
    near = {"rtol": 1e-10, "atol": 1e-10} if dtype == "float64" else {"rtol": 1e-4, "atol": 2e-5}
    assert y.dtype == dtype
    np.testing.assert_allclose(y, expected.detach(), **near)
    np.testing.assert_allclose(ours.backward(dy), tensor.grad, **near)
    for (key, parameter), tensor in zip(ours.named_parameters().items(), theirs.parameters(), strict=True):
        assert parameter.grad.dtype == dtype
        np.testing.assert_allclose(parameter.grad, tensor.grad, **near, err_msg=key)
    for key, value in from_torch(theirs).items():
        np.testing.assert_allclose(ours.state_dict()[key], value, **near, err_msg=key)


@pytest.mark.parametrize("training", [True, False], ids=["training", "in use"])
@pytest.mark.parametrize("name", PAIRS)
def test_every_gradient_of_a_layer_is_its_slope(name, training):
    make, shape = PAIRS[name]
    layer = trained_a_little(make(nn)).train(training)
    report = nn.gradient_check(layer, np.random.default_rng(2).standard_normal(shape), most=60)
    assert report.passed, report
    assert set(report.checked) == {"x", *layer.named_parameters()}


@given(layers())
def test_a_convolution_of_any_settings_equals_pytorch(torch, call):
    x, weight, bias = (call[name] for name in ("x", "weight", "bias"))
    settings = {name: call[name] for name in SETTINGS} | {"bias": bias is not None}
    shape = x.shape[1], len(weight), weight.shape[2:]
    both_equal(torch, nn.Conv2d(*shape, **settings, dtype=float), torch.nn.Conv2d(*shape, **settings), x)


@given(layers(transposed=True))
def test_a_transposed_convolution_of_any_settings_equals_pytorch(torch, call):
    x, weight, bias = (call[name] for name in ("x", "weight", "bias"))
    settings = {name: call[name] for name in (*SETTINGS, "output_padding")} | {"bias": bias is not None}
    shape = x.shape[1], weight.shape[1] * call["groups"], weight.shape[2:]
    layer = nn.ConvTranspose2d(*shape, **settings, dtype=float)
    both_equal(torch, layer, torch.nn.ConvTranspose2d(*shape, **settings), x)


@given(pools())
def test_a_max_pooling_of_any_settings_equals_pytorch(torch, call):
    x = call.pop("x")
    indices = fast.max_pool2d(x, **call, return_indices=True)[1]
    assume(indices.min() >= 0)  # of a window of padding alone, PyTorch's index points outside of the picture
    both_equal(torch, nn.MaxPool2d(**call), torch.nn.MaxPool2d(**call), x)


@given(pools(dilated=False), st.booleans())
def test_an_average_pooling_of_any_settings_equals_pytorch(torch, call, count_include_pad):
    x = call.pop("x")
    settings = call | {"count_include_pad": count_include_pad}
    both_equal(torch, nn.AvgPool2d(**settings), torch.nn.AvgPool2d(**settings), x)


def both_equal(torch, ours, theirs, x):
    """See that both layers say the same of x twice, forward and backward: the second time much is known already."""
    theirs = to_torch(torch, theirs.double(), ours)
    for picture in (x, x[..., ::-1].copy()):
        tensor = torch.tensor(picture, requires_grad=True)
        y, expected = ours(picture), theirs(tensor)
        dy = np.random.default_rng(0).standard_normal(y.shape)
        expected.backward(torch.tensor(dy))
        np.testing.assert_allclose(y, expected.detach(), rtol=1e-8, atol=1e-8)
        np.testing.assert_allclose(ours.backward(dy), tensor.grad, rtol=1e-8, atol=1e-8)
    for parameter, tensor in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(parameter.grad, tensor.grad, rtol=1e-8, atol=1e-8)


def test_gradients_add_up_until_they_are_zeroed():
    layer = nn.Linear(2, 1, dtype="float64")
    for _ in range(2):
        layer(np.array([[3.0, 4.0]]))
        layer.backward(np.array([[1.0]]))
    np.testing.assert_array_equal(layer.weight.grad, [[6, 8]])
    layer.zero_grad()
    assert not layer.weight.grad.any()


@pytest.mark.parametrize("name", PAIRS)
def test_to_learn_is_to_go_back_without_asking_for_the_picture(name):
    make, shape = PAIRS[name]
    x = np.random.default_rng(3).standard_normal(shape)
    gradients = []
    for ask in ("backward", "learn"):
        layer = trained_a_little(make(nn)).to("float64")
        dy = np.random.default_rng(4).standard_normal(layer(x).shape)
        getattr(layer, ask)(dy)
        gradients.append([parameter.grad for parameter in layer.parameters()])
    for backward, learn in zip(*gradients, strict=True):
        np.testing.assert_array_equal(backward, learn)


def test_dropout_keeps_the_mean_drops_the_same_again_for_a_seed_and_passes_the_blame_where_it_passed_the_number():
    layer, x = nn.Dropout(0.25), np.ones((100, 1000))
    nn.manual_seed(5)
    y = layer(x)
    assert abs(y.mean() - 1) < 0.01
    assert set(np.unique(y)) == {0, 1 / 0.75}
    np.testing.assert_array_equal(layer.backward(x), y)
    nn.manual_seed(5)
    np.testing.assert_array_equal(layer(x), y)
    np.testing.assert_array_equal(layer.eval()(x), x)
    np.testing.assert_array_equal(layer.backward(x), x)
    assert not nn.Dropout(1)(x).any()
    assert nn.gradient_check(nn.Dropout(0.5), np.ones((4, 5))).passed


def torchvision_block(torch, in_channels, out_channels, stride):
    """Return the basic block as torchvision writes it: names, order, and a sum before the last ReLU."""

    class Block(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = torch.nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
            self.bn1 = torch.nn.BatchNorm2d(out_channels)
            self.relu = torch.nn.ReLU(inplace=True)
            self.conv2 = torch.nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
            self.bn2 = torch.nn.BatchNorm2d(out_channels)
            self.downsample = None
            if stride != 1 or in_channels != out_channels:
                shortcut = torch.nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)
                self.downsample = torch.nn.Sequential(shortcut, torch.nn.BatchNorm2d(out_channels))

        def forward(self, x):
            out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
            out = out + (x if self.downsample is None else self.downsample(x))
            return self.relu(out)

    return Block().double()


@pytest.mark.parametrize("settings", [(3, 3, 1), (3, 4, 1), (3, 6, 2), (3, 3, 2)])
def test_a_residual_block_equals_that_of_torchvision(torch, settings):
    ours = trained_a_little(nn.BasicBlock(*settings, dtype="float64"))
    both_equal(torch, ours, torchvision_block(torch, *settings), np.random.default_rng(0).standard_normal((4, 3, 7, 6)))
    assert nn.gradient_check(ours, np.random.default_rng(0).standard_normal((2, 3, 5, 4)), most=40).passed


@pytest.mark.parametrize("bias", [True, False])
def test_a_batch_norm_folds_into_the_convolution_before_it(torch, bias):
    conv = trained_a_little(nn.Conv2d(3, 6, 3, 2, 1, groups=3, bias=bias, dtype="float64"))
    bn = trained_a_little(nn.BatchNorm2d(6, dtype="float64"), seed=1)
    x = np.random.default_rng(2).standard_normal((2, 3, 8, 8))
    fused = nn.fuse_conv_bn_eval(conv, bn)
    np.testing.assert_allclose(fused(x), bn.eval()(conv(x)), rtol=1e-12, atol=1e-12)
    theirs = torch.nn.utils.fuse_conv_bn_eval(
        to_torch(torch, torch.nn.Conv2d(3, 6, 3, 2, 1, groups=3, bias=bias).double(), conv).eval(),
        to_torch(torch, torch.nn.BatchNorm2d(6).double(), bn).eval(),
    )
    for name, array in from_torch(theirs).items():
        np.testing.assert_allclose(fused.state_dict()[name], array, rtol=1e-10)


def test_a_batch_norm_in_single_precision_folds_to_a_millionth():
    nn.manual_seed(0)
    conv, bn = nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16)
    x = np.random.default_rng(0).standard_normal((4, 8, 6, 6)).astype(np.float32)
    for _ in range(20):
        bn(conv(x))
    np.testing.assert_allclose(nn.fuse_conv_bn_eval(conv, bn)(x), bn.eval()(conv(x)), atol=1e-6, rtol=1e-6)


def test_pictures_and_weights_are_never_changed_by_looking():
    for make, shape in PAIRS.values():
        layer = trained_a_little(make(nn)).eval()
        x = np.random.default_rng(0).standard_normal(shape)
        before, weights = x.copy(), layer.state_dict()
        dy = np.ones(layer(x).shape)
        layer.backward(dy)
        np.testing.assert_array_equal(x, before)
        assert (dy == 1).all()
        for name, array in layer.state_dict().items():
            np.testing.assert_array_equal(array, weights[name])


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 100))
def test_a_linear_layer_is_a_convolution_of_the_size_of_its_picture(height, width, seed):
    nn.manual_seed(seed)
    conv, linear = nn.Conv2d(2, 3, (height, width), dtype=float), nn.Linear(2 * height * width, 3, dtype=float)
    linear.load_state_dict({"weight": conv.weight.data.reshape(3, -1), "bias": conv.bias.data})
    x = np.random.default_rng(seed).standard_normal((4, 2, height, width))
    np.testing.assert_allclose(nn.Sequential(conv, nn.Flatten())(x), nn.Sequential(nn.Flatten(), linear)(x), rtol=1e-9)
