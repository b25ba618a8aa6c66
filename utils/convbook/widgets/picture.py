"""Pictures as traits: the photographs of the book by name, or any array, kept as the address of a PNG.

Levels of grey and of colours are whole numbers from 0 (black) to 255 (white), in Python and in the browser alike; grey
is what `images.grey` gives, rounded.
"""

import re
import struct
import zlib
from base64 import b64decode, b64encode
from functools import lru_cache
from io import BytesIO

import numpy as np
import traitlets
from PIL import Image

from convbook import images
from convbook.widgets.base import LiveWidget
from convbook.widgets.traits import Kind, holds_flag, shown

LONGEST = 1024  # pixels a side
MOST_LETTERS = 12_000_000  # of an address: what the largest picture takes, uncompressed, with 8 bytes a pixel
UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, Image.DecompressionBombError)
OWN = re.compile(r"own:\d+")  # a reader's own picture, which never leaves the browser
PNG = "data:image/png;base64,"
BLOCK = 65535  # the most bytes that a stored block can hold


def grey_levels(picture) -> np.ndarray:
    """Return the grey levels (H, W), whole numbers 0..255 as float64, of a picture (H, W) or (H, W, 3) in 0..255.

    >>> grey_levels(np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8))
    array([[ 76., 150.,  29.]])
    """
    return images.grey(picture).round()


def png(levels, bits: int = 8) -> bytes:
    """Return a PNG of `levels`, whole numbers 0..2^`bits` − 1: grey (H, W), `bits` 4 or 8, or colours (H, W, 3), 8.

    The pixels are stored, not compressed: the same bytes on every machine, so that outputs can be compared.
    Source: PNG specification, 3rd edition (W3C, 2025), sections 5 and 10.

    >>> len(png(np.zeros((10, 10)))), len(png(np.zeros((10, 10)), bits=4))
    (178, 128)
    """
    levels = np.asarray(levels, np.uint8)
    height, width = levels.shape[:2]
    kind = 2 if levels.ndim == 3 else 0  # colours, or grey
    levels = levels.reshape(height, -1)
    if bits == 4:
        pairs = np.pad(levels, ((0, 0), (0, width % 2)))
        levels = pairs[:, ::2] << 4 | pairs[:, 1::2]
    rows = np.pad(levels, ((0, 0), (1, 0))).tobytes()  # each row begins with its filter: 0, none
    blocks = [rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK)]
    stored = [
        struct.pack("<BHH", last == len(blocks), len(block), len(block) ^ BLOCK) + block
        for last, block in enumerate(blocks, 1)
    ]
    data = b"\x78\x01" + b"".join(stored) + struct.pack(">I", zlib.adler32(rows))
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def address(file: bytes) -> str:
    """Return the address under which a browser finds the PNG `file` without asking anybody.

    >>> address(b"PNG")
    'data:image/png;base64,UE5H'
    """
    return PNG + b64encode(file).decode()


@lru_cache(maxsize=8)
def pixels(picture: str) -> np.ndarray:
    """Return the grey levels (H, W) of a value of the `Picture` trait; they are read-only.

    Raises ValueError for the reader's own picture, which Python never sees.

    >>> pixels("camera").shape
    (512, 512)
    """
    _refuse_own(picture)
    levels = grey_levels(decoded(picture) if picture.startswith(PNG) else images.load(picture))
    levels.flags.writeable = False
    return levels


@lru_cache(maxsize=8)
def colours(picture: str) -> np.ndarray:
    """Return red, green and blue (H, W, 3), 0..255, of a value of the `Picture` trait, read-only; grey has all alike.

    Raises ValueError for the reader's own picture, which Python never sees.

    >>> colours("cat").shape, colours("camera").shape
    ((300, 451, 3), (512, 512, 3))
    """
    _refuse_own(picture)
    levels = decoded(picture) if picture.startswith(PNG) else images.load(picture)
    levels = np.array(levels if levels.ndim == 3 else np.stack([levels] * 3, axis=-1), float)
    levels.flags.writeable = False
    return levels


def _refuse_own(picture):
    if OWN.fullmatch(picture):
        raise ValueError(
            f"picture is the reader's own ({picture!r}), which stays in the browser, so Python has no pixels to read; "
            f"set picture to one of {', '.join(map(repr, images.NAMES))} or to an array"
        )


def decoded(picture: str) -> np.ndarray:
    """Return the colours (H, W, 3) of the address of a PNG; raise ValueError for one that is too large or broken.

    The size is read before anything is decoded: a small file may claim, and fill, gigabytes.

    >>> decoded(address(png([[0, 255]]))).tolist()
    [[[0, 0, 0], [255, 255, 255]]]
    """
    if len(picture) > MOST_LETTERS:
        raise ValueError(f"an address of {len(picture)} letters")
    file = b64decode(picture.removeprefix(PNG))
    if file[:8] != b"\x89PNG\r\n\x1a\n" or file[12:16] != b"IHDR":
        raise ValueError("an address that holds no PNG")
    width, height = struct.unpack(">II", file[16:24])
    if not (1 <= width <= LONGEST and 1 <= height <= LONGEST):
        raise ValueError(f"a PNG of {height}×{width} pixels")
    try:
        with Image.open(BytesIO(file), formats=["PNG"]) as image:
            return np.array(image.convert("RGB"))
    except UNREADABLE:
        raise ValueError("a PNG that is broken") from None


class Picture(Kind, traitlets.TraitType):
    """One of `images.NAMES`, or an array (H, W) or (H, W, 3): integers in 0..255 or floats in 0..1.

    An array, at most 1024 a side, is turned into grey levels, unless the trait is for `colour`, and kept as the address
    of a PNG. "own:1" stands for a picture that the reader has chosen in the browser. Anything else raises TraitError,
    which names the trait, the value and what would fit.
    """

    def __init__(self, default_value, colour=False, **kwargs):
        self.colour = colour
        super().__init__(default_value, **kwargs)

    def validate(self, obj, value):
        """Return a name or an address, or raise TraitError."""
        if isinstance(value, str):
            got = self._unknown(value)
            if got is None:
                return value
        elif isinstance(value, np.ndarray | list | tuple):
            got, picture = self._drawn(value)
            if got is None:
                return picture
        else:
            got = shown(value)
        self._refuse(
            f"one of {', '.join(map(repr, images.NAMES))}, or an array (height, width) or (height, width, 3), "
            f"integers in 0..255 or floats in 0..1, 1 to {LONGEST} pixels a side",
            got,
        )

    def _schema(self):
        kinds = [{"enum": list(images.NAMES)}, {"pattern": f"^{OWN.pattern}$"}, {"pattern": f"^{PNG}[A-Za-z0-9+/]+=*$"}]
        return {"anyOf": [{"type": "string", **kind} for kind in kinds]}

    @staticmethod
    def _unknown(text):
        """Return what is wrong with a name or an address, or None."""
        if text in images.NAMES or OWN.fullmatch(text):
            return None
        if not text.startswith(PNG):
            return shown(text)
        try:
            pixels(text)
        except ValueError as error:
            return str(error)

    def _drawn(self, value):
        """Return what is wrong with the array, or None and its address."""
        try:
            array = np.asarray(value)
        except ValueError:
            return "rows of different lengths", None
        got = self._misfit(array) or (shown(value) if holds_flag(value) else None)
        if got:
            return got, None
        levels = np.rint(array * 255.0) if array.dtype.kind == "f" else array
        return None, address(png(levels if self.colour else grey_levels(levels)))

    @staticmethod
    def _misfit(array):
        """Return what is wrong with the array, or None."""
        if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] != 3):
            return f"shape {array.shape}"
        if not all(1 <= side <= LONGEST for side in array.shape[:2]):
            return f"shape {array.shape}"
        if array.dtype.kind not in "iuf":
            return f"an array of {array.dtype}"
        if not 0 <= array.min() <= array.max() <= (1 if array.dtype.kind == "f" else 255):  # NaN is in no order
            return f"{array.dtype} from {array.min():g} to {array.max():g}"
        return None


class PictureWidget(LiveWidget):
    """A widget whose trait `picture` names a photograph; a view with a kernel gets the file of the one shown."""

    pictures = traitlets.List(default_value=list(images.NAMES), read_only=True).tag(sync=True)
    _files = traitlets.Dict().tag(sync=True)  # {name: address}

    @classmethod
    def assets(cls):
        """Return the photographs as addresses."""
        return {name: address(images.path(name).read_bytes()) for name in images.NAMES}

    @traitlets.default("_files")
    def _first_file(self):
        return self._file_of(self.picture)

    @traitlets.observe("picture")
    def _send_file(self, change):
        self._files = self._file_of(change["new"])

    @staticmethod
    def _file_of(picture):
        return {picture: address(images.path(picture).read_bytes())} if picture in images.NAMES else {}

    @property
    def _is_own(self):
        """Whether it is a reader's own picture, of which Python knows no pixel."""
        return OWN.fullmatch(self.picture) is not None

    @property
    def _name(self):
        """The name of a photograph of the book; of any other picture, "picture"."""
        return self.picture if self.picture in images.NAMES else "picture"


def reduced(levels, side: int) -> np.ndarray:
    """Return (H, W) with neighbouring pixels averaged in square blocks, so that no side is longer than `side`.

    >>> reduced(np.array([[0, 2, 4, 6], [2, 4, 6, 8]]), 2)
    array([[2., 6.]])
    """
    levels = np.asarray(levels, float)
    block = -(-max(levels.shape) // side)
    starts = [np.arange(0, length, block) for length in levels.shape]

    def sums(values):
        return np.add.reduceat(np.add.reduceat(values, starts[0], axis=0), starts[1], axis=1)

    return sums(levels) / sums(np.ones_like(levels))
