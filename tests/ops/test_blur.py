"""The blur before the stride equals SciPy's."""

import numpy as np
import pytest
from comparing import assert_close
from scipy import ndimage

from convbook.kernels import gaussian


@pytest.mark.parametrize(("mode", "name"), [("reflect", "mirror"), ("replicate", "nearest"), ("circular", "wrap")])
def test_blur_pool2d_equals_scipy(engine, mode, name):
    picture = np.random.default_rng(0).standard_normal((7, 8))
    blurred = ndimage.convolve(picture, gaussian(3), mode=name)
    assert_close(engine.blur_pool2d(picture, 3, stride=2, padding_mode=mode), blurred[::2, ::2])
