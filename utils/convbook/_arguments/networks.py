"""The arguments of layers and of what trains them."""

import math
import os
from pathlib import Path

import numpy as np

from convbook._arguments.arrays import as_array, result_dtype
from convbook._arguments.convolution import channels_last
from convbook.shapes.settings import plural, shown

WEIGHTS_AT_MOST = 2**28  # numbers in one array of weights: the largest of VGG16 has 103 million
DTYPES = (np.dtype(np.float32), np.dtype(np.float64))


def read_dtype(dtype):
    """Return the type of a layer's weights, single or double precision."""
    try:
        known = None if dtype is None else np.dtype(dtype)
    except Exception:  # NumPy raises what it finds inside, and a stranger may raise anything
        known = None
    if known not in DTYPES:
        raise TypeError(f"dtype must be np.float32 or np.float64, got {shown(dtype)}")
    return known


def check_weights(names, shape):
    """Refuse settings that ask for more weights than any network has; `names` says which settings."""
    if math.prod(shape) > WEIGHTS_AT_MOST:
        raise ValueError(f"{names} must fit in memory: {' · '.join(map(str, shape))} weights are more than 268 million")


def read_features(x, features):
    """Return x, whose last axis must have so many features, as numbers."""
    x = as_array("x", x)
    if x.ndim == 0 or x.shape[-1] != features:
        raise ValueError(f"x must have {features} features on its last axis, got shape {x.shape}")
    return x.astype(result_dtype(x), copy=False)


def read_maps(x, channels, with_batch=False):
    """Return x, which must have so many channels, as numbers; (channels, height, width) may do without a batch."""
    x = as_array("x", x)
    if x.ndim != 4 and (x.ndim != 3 or with_batch):
        raise ValueError(f"x must have shape (batch, {channels}, height, width), got {x.shape}")
    if x.shape[-3] != channels:
        help = channels_last(x[(None,) * (4 - x.ndim)], channels)
        raise ValueError(f"x must have {plural(channels, 'channel')}, got {x.shape[-3]} in shape {x.shape}{help}")
    return x


def read_gradient(dy, shape, dtype):
    """Return `dy`, which must have the shape of the output."""
    dy = as_array("dy", dy)
    if dy.shape != shape:
        raise ValueError(f"dy must have the shape of the output, {shape}, got {dy.shape}")
    return dy.astype(dtype, copy=False)


def read_logits(logits):
    """Return one row of scores for each example, at least one of each, as numbers."""
    logits = as_array("logits", logits)
    if logits.ndim != 2 or 0 in logits.shape:
        raise ValueError(f"logits must have shape (batch, classes), at least one of each, got {logits.shape}")
    return logits.astype(result_dtype(logits), copy=False)


def read_labels(labels, count, classes=None):
    """Return one class number for each of `count` examples."""
    labels = as_array("labels", labels)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"labels must hold whole numbers, the classes, got an array of {labels.dtype}")
    if labels.shape != (count,):
        raise ValueError(f"labels must have shape ({count},), one class for each example, got {labels.shape}")
    if count and (labels.min() < 0 or (classes is not None and labels.max() >= classes)):
        most = "" if classes is None else f" to {classes - 1}"
        raise ValueError(f"labels must be classes from 0{most}, got {labels.min()} to {labels.max()}")
    return labels.astype(int, copy=False)


def read_path(path):
    """Return `path`, a string or a path, as a Path."""
    if not isinstance(path, str | os.PathLike) or "\0" in str(path):
        raise TypeError(f"path must be the name of a file, got {shown(path)}")
    return Path(path)
