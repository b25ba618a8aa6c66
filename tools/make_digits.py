"""Write the handwritten digits of scikit-learn where `convbook.digits` finds them.

    pip download --no-deps scikit-learn
    python tools/make_digits.py scikit_learn-*.whl

The wheel of scikit-learn holds them as a table: a line for each picture, 64 grey values from 0 to 16 and the digit. So
scikit-learn need not be installed, here or by a reader: the file that this program writes ships with the package.
"""

import gzip
import sys
from pathlib import Path
from zipfile import ZipFile

import numpy as np

from convbook import digits

TABLE = "sklearn/datasets/data/digits.csv.gz"


def read(wheel: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the pictures (1797, 8, 8) and the labels (1797,) in a wheel of scikit-learn, both as bytes."""
    with ZipFile(wheel) as files:
        lines = gzip.decompress(files.read(TABLE)).decode("ascii").splitlines()
    table = np.loadtxt(lines, delimiter=",").astype(np.uint8)
    return table[:, :-1].reshape(-1, 8, 8), table[:, -1]


def main() -> None:
    """Write them down: about 50 kilobytes."""
    pictures, labels = read(Path(sys.argv[1]))
    np.savez_compressed(digits.FILE, pictures=pictures, labels=labels)
    print(digits.FILE, digits.FILE.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
