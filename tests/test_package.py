"""What is installed: a wheel holds every module, script, style sheet and picture of the package, however deep."""

import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns
from zipfile import ZipFile

UTILS = Path(__file__).parents[1] / "utils"
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"


def test_a_wheel_holds_every_file_of_the_package_and_nothing_else(tmp_path):
    source = copytree(UTILS, tmp_path / "utils", ignore=ignore_patterns("__pycache__", "*.egg-info", "build"))
    later = source / "convbook" / "widgets" / "to_come" / "parts"  # a folder that nobody has named anywhere
    later.mkdir(parents=True)
    for name in ("__init__.py", "view.js", "style.css"):
        (later.parent / name).touch()
        (later / name).touch()
    build = [sys.executable, "-c", BUILD, str(tmp_path)]
    subprocess.run(build, cwd=source, capture_output=True, text=True, check=True, timeout=300)
    (wheel,) = tmp_path.glob("*.whl")
    shipped = {name for name in ZipFile(wheel).namelist() if not name.split("/")[0].endswith(".dist-info")}
    package = source / "convbook"
    assert shipped == {path.relative_to(source).as_posix() for path in package.rglob("*") if path.is_file()}
    assert {
        "convbook/ops/convolution.py",
        "convbook/pictures/cat.png",
        "convbook/widgets/to_come/parts/view.js",
    } <= shipped
