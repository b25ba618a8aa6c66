"""The named matrices of ChannelMatrix: {name: {"matrix": (C_out, 3), "bias": None or one number an output channel}}."""

import numpy as np

LUMA = [0.299, 0.587, 0.114]  # ITU-R BT.601-7 (2011): how much red, green and blue add to brightness
HALF = 128.0  # YCbCr keeps signed differences of colour as levels: half way up is none
_BLUE, _RED = 1.772, 1.402  # 2·(1 − 0.114) and 2·(1 − 0.299): they bring B − Y and R − Y to −127.5..127.5
_Y, _B, _R = np.array(LUMA), np.eye(3)[2], np.eye(3)[0]


def _mix(matrix, bias=None):
    return {"matrix": np.asarray(matrix, float).tolist(), "bias": bias}


_TO_YCBCR = np.array([_Y, (_B - _Y) / _BLUE, (_R - _Y) / _RED])
_FROM_YCBCR = np.array(
    [[1, 0, _RED], [1, -LUMA[2] * _BLUE / LUMA[1], -LUMA[0] * _RED / LUMA[1]], [1, _BLUE, 0]]
)  # ITU-T T.871 (2011), section 7
MIXES = {
    "identity": _mix(np.eye(3)),
    "grey, as the eye weighs": _mix([LUMA]),
    "grey, the plain mean": _mix(np.full((1, 3), 1 / 3)),
    "grey in three channels": _mix([LUMA] * 3),
    "sepia": _mix([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]]),
    "swap red and blue": _mix(np.eye(3)[::-1]),
    "negative": _mix(-np.eye(3), [255.0] * 3),
    "more colour": _mix(2 * np.eye(3) - np.array([LUMA] * 3)),
    "RGB to YCbCr": _mix(_TO_YCBCR, [0.0, HALF, HALF]),
    "YCbCr to RGB": _mix(_FROM_YCBCR, (-_FROM_YCBCR @ [0, HALF, HALF]).tolist()),
    "differences": _mix([[1, -1, 0], [0, 1, -1], [-1, 0, 1]]),
    "opponent colours": _mix([[1, -1, 0], [-0.5, -0.5, 1]]),
}
