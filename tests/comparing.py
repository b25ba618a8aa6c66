"""How near is near enough, and how a call is held against PyTorch."""

import numpy as np
from operation_calls import arrays, results


def assert_close(actual, desired):
    np.testing.assert_allclose(actual, desired, rtol=1e-8, atol=1e-8)


def compare(engine, torch, name, theirs, call):
    """See that our operation and its gradients equal PyTorch's function and what its autograd finds."""
    tensors = {key: torch.tensor(call[key], requires_grad=True) for key in arrays(call)}
    expected = theirs(**call | tensors)
    assert_close(getattr(engine, name)(**call), expected.detach())
    dy = np.random.default_rng(0).standard_normal(tuple(expected.shape))
    expected.backward(torch.tensor(dy))
    gradients = results(getattr(engine, f"{name}_backward")(dy, **call))
    for gradient, tensor in zip(gradients, tensors.values(), strict=call.get("bias", 0) is not None):
        assert_close(gradient, tensor.grad)
