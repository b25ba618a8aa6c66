"""The public node tests of ONNX: pictures, kernels and answers of others, for every case whose meaning we share."""

import warnings

import numpy as np
import onnx
import onnxruntime
import pytest

from convbook import ops, shapes

LEFT_OUT = {
    "one or three axes, the book has two": {
        "test_averagepool_1d_default",
        "test_averagepool_3d_default",
        "test_averagepool_3d_dilations_small",
        "test_averagepool_3d_dilations_large_count_include_pad_is_0_ceil_mode_is_False",
        "test_averagepool_3d_dilations_large_count_include_pad_is_0_ceil_mode_is_True",
        "test_averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_False",
        "test_averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_True",
        "test_col2im_5d",
        "test_convtranspose_1d",
        "test_convtranspose_3d",
        "test_maxpool_1d_default",
        "test_maxpool_3d_default",
        "test_maxpool_3d_dilations",
        "test_maxpool_3d_dilations_use_ref_impl",
        "test_maxpool_3d_dilations_use_ref_impl_large",
    },
    "PyTorch's poolings do not pad by themselves": {
        "test_averagepool_2d_precomputed_same_upper",
        "test_averagepool_2d_same_lower",
        "test_averagepool_2d_same_upper",
        "test_maxpool_2d_precomputed_same_upper",
        "test_maxpool_2d_same_lower",
        "test_maxpool_2d_same_upper",
    },
    "PyTorch refuses padding beyond half of the kernel": {
        "test_averagepool_2d_pads",
        "test_averagepool_2d_pads_count_include_pad",
        "test_maxpool_2d_pads",
    },
    "PyTorch's average pooling has no dilation": {"test_averagepool_2d_dilations"},
    "indices that count the pixels of another size than that of the output": {
        "test_maxunpool_export_with_output_shape"
    },
    "indices that run column by column": {"test_maxpool_with_argmax_2d_precomputed_strides"},
    "depth before channel: PyTorch's pixel shuffle is the mode CRD": {
        "test_depthtospace_example",
        "test_spacetodepth",
        "test_spacetodepth_dcr_mode_example",
        "test_spacetodepth_example",
    },
}


def sides(pads):
    """Return ONNX's [top, left, bottom, right] as ours."""
    top, left, bottom, right = pads
    return (top, bottom), (left, right)


def convolution_padding(x, weight, attributes):
    """Return the padding, written out if ONNX computes it."""
    if attributes["auto_pad"] == "NOTSET":
        return sides(attributes["pads"])
    axes = zip(x.shape[2:], weight.shape[2:], attributes["strides"], attributes["dilations"], strict=True)
    padding = [shapes.same_padding_tf(*axis) for axis in axes]
    return padding if attributes["auto_pad"] == "SAME_UPPER" else [pair[::-1] for pair in padding]


def conv(attributes, x, weight, bias=None):
    padding = convolution_padding(x, weight, attributes)
    return ops.conv2d(
        x, weight, bias, attributes["strides"], padding, attributes["dilations"], attributes.get("group", 1)
    )


def conv_transpose(attributes, x, weight, bias=None):
    """ONNX may name the size it wants; what is missing is output_padding, what is too much is cropped at the end."""
    stride, extra, padding = attributes["strides"], attributes.get("output_padding", [0, 0]), sides(attributes["pads"])
    wanted = attributes.get("output_shape")
    if attributes["auto_pad"] == "SAME_UPPER":
        wanted = [size * step for size, step in zip(x.shape[2:], stride, strict=True)]
    if wanted:
        plain = ops.conv_transpose2d(x, weight, None, stride).shape[2:]
        extra = [max(want - have, 0) for want, have in zip(wanted, plain, strict=True)]
        padding = [(0, max(have - want, 0)) for want, have in zip(wanted, plain, strict=True)]
    groups, dilation = attributes.get("group", 1), attributes["dilations"]
    return ops.conv_transpose2d(x, weight, bias, stride, padding, extra, groups, dilation)


def pool_settings(attributes):
    (top, bottom), (left, right) = sides(attributes["pads"])
    assert (top, left) == (bottom, right)
    settings = {"stride": attributes["strides"], "padding": (top, left)}
    return {"kernel_size": attributes["kernel_shape"], "ceil_mode": bool(attributes.get("ceil_mode", 0))} | settings


def max_pool(attributes, x):
    assert not attributes.get("storage_order", 0)
    return ops.max_pool2d(x, dilation=attributes["dilations"], return_indices=True, **pool_settings(attributes))


def average_pool(attributes, x):
    return ops.avg_pool2d(
        x, count_include_pad=bool(attributes.get("count_include_pad", 0)), **pool_settings(attributes)
    )


def max_unpool(attributes, x, indices, output_shape=None):
    size = None if output_shape is None else tuple(output_shape[2:])
    return ops.max_unpool2d(x, indices, attributes["kernel_shape"], attributes["strides"], output_size=size)


def col2im(attributes, columns, image_shape, block_shape):
    settings = attributes["strides"], sides(attributes["pads"]), attributes["dilations"]
    return ops.col2im(columns, tuple(image_shape), tuple(block_shape), *settings)


OURS = {
    "Conv": conv,
    "ConvTranspose": conv_transpose,
    "MaxPool": max_pool,
    "AveragePool": average_pool,
    "GlobalAveragePool": lambda attributes, x: ops.global_avg_pool2d(x),
    "GlobalMaxPool": lambda attributes, x: ops.adaptive_max_pool2d(x, 1),
    "MaxUnpool": max_unpool,
    "Col2Im": col2im,
    "DepthToSpace": lambda attributes, x: ops.pixel_shuffle(x, attributes["blocksize"]),
    "SpaceToDepth": lambda attributes, x: ops.pixel_unshuffle(x, attributes["blocksize"]),
    "Relu": lambda attributes, x: ops.relu(x),
}


@pytest.fixture(scope="module")
def cases():
    """Return {name: case} for every public case that is a single node of ours.

    ONNX computes the answers of all its operators for that, which takes seconds.
    """
    from onnx.backend.test.case.node import collect_testcases

    with warnings.catch_warnings(action="ignore"):  # other operators' cases overflow on purpose
        cases = collect_testcases()
    nodes = {case.name: (case, case.model.graph.node) for case in cases if case.model}
    return {name: case for name, (case, node) in nodes.items() if len(node) == 1 and node[0].op_type in OURS}


def attributes_of(node, axes):
    """Return the attributes of a node, with ONNX's defaults for those that every window has."""
    given = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
    given = {name: value.decode() if isinstance(value, bytes) else value for name, value in given.items()}
    defaults = {"strides": [1] * axes, "dilations": [1] * axes, "pads": [0] * 2 * axes, "auto_pad": "NOTSET"}
    return defaults | given


def test_every_case_runs_or_is_left_out_for_a_reason_once(cases):
    names = [name for group in LEFT_OUT.values() for name in group]
    assert len(names) == len(set(names))
    assert set(names) <= set(cases), "these are left out but do not exist"
    assert len(cases) - len(names) >= 40


def fault_of(case):
    """Return what differs from the answers of a case, or raised; nothing if all is as it should be."""
    (node,), ((inputs, expected),) = case.model.graph.node, case.data_sets
    try:
        results = OURS[node.op_type](attributes_of(node, axes=2), *inputs)
        results = results if isinstance(results, tuple) else (results,)
        assert len(results) >= len(expected)
        for ours, theirs in zip(results, expected, strict=False):
            assert ours.shape == theirs.shape
            np.testing.assert_allclose(ours, theirs, rtol=case.rtol, atol=case.atol)  # ONNX's own: some are rounded
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def test_each_case_gives_what_it_should(cases):
    left_out = set().union(*LEFT_OUT.values())
    faults = {name: fault_of(case) for name, case in cases.items() if name not in left_out}
    assert {name: fault for name, fault in faults.items() if fault} == {}


@pytest.mark.parametrize("stride", [(1, 1), (2, 3), (3, 2)])
@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("kernel", [(2, 3), (3, 4)])
@pytest.mark.parametrize("size", [(7, 8), (8, 9)])
def test_same_tf_equals_onnx_runtimes_same_upper(size, kernel, dilation, stride):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2, 4, *size)).astype(np.float32)
    weight = rng.standard_normal((6, 2, *kernel)).astype(np.float32)
    spread = np.zeros((6, 2, *(shapes.effective_kernel_size(each, dilation) for each in kernel)), np.float32)
    spread[..., ::dilation, ::dilation] = weight  # ONNX Runtime takes no dilation together with SAME_UPPER
    node = onnx.helper.make_node("Conv", ["x", "w"], ["y"], auto_pad="SAME_UPPER", strides=stride, group=2)
    tensors = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in "xwy"]
    graph = onnx.helper.make_graph([node], "same", tensors[:2], tensors[2:])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    expected = session.run(None, {"x": x, "w": spread})[0]
    ours = ops.conv2d(x, weight, stride=stride, padding="same_tf", dilation=dilation, groups=2)
    assert ours.shape == expected.shape
    np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-5)
