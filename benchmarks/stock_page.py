"""Chapter 1 as we publish it, beside the same notebook published the stock way: weight, and time to its first widget.

    python benchmarks/stock_page.py

The stock way is Jupyter Book with its default theme, and the widget manager, require.js and MathJax that it asks for by
default. They come from npm and from our own packages; this machine serves them, compressed as ours are. Chromium opens
both pages in turn, each time with an empty cache. Needs npm, which fetches the widget manager.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tarfile
from pathlib import Path

import anywidget
import nbformat
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tools"))

from browser import launch  # noqa: E402
from normalise_notebook import execute  # noqa: E402
from page_load import FILES, PATIENCE, Far, Near, opened  # noqa: E402
from page_weight import is_widget_code, needed, weight  # noqa: E402
from serve import BOOK, serving  # noqa: E402

CHAPTER = "01_convolution"
WORK = ROOT / "_build" / "stock"
MANAGER, REQUIRE = "@jupyter-widgets/html-manager@1.0.6", "requirejs@2.3.4"  # as myst-nb asks for them
LOADS = 5
EVERYTHING_IS_THERE = """() => window.firstWidget && document.fonts.status === "loaded"
  && [...document.querySelectorAll(".math")].every((formula) => formula.querySelector("mjx-container"))"""
TOTAL = f"() => ({FILES})().reduce((total, file) => total + file.encodedBodySize, 0) / 1000"


# ---- the stock book ---------------------------------------------------------------------------------------------


def fetch(package: str, file: str, target: Path) -> None:
    """Copy one file of an npm package to `target`."""
    packed = subprocess.run(["npm", "pack", "--silent", package], cwd=WORK, capture_output=True, text=True, check=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(WORK / packed.stdout.strip()) as archive:
        target.write_bytes(archive.extractfile(f"package/{file}").read())


def fill_static(static: Path) -> None:
    """Put what the stock page loads into its own folder."""
    fetch(MANAGER, "dist/embed-amd.js", static / "embed-amd.js")
    fetch(REQUIRE, "require.js", static / "require.js")
    packages = Path(anywidget.__file__).parents[1]
    shutil.copytree(packages / "sphinx-mathjax-offline" / "static" / "mathjax", static / "mathjax")
    version = anywidget.AnyWidget._view_module_version.default_value
    folder = static / f"anywidget@{version}" / "dist"
    folder.mkdir(parents=True)
    shutil.copy(packages / "anywidget" / "nbextension" / "index.js", folder)


def build_stock() -> Path:
    """Build the chapter the stock way; return the folder of its pages."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    fill_static(WORK / "static")
    path = ROOT / "notebooks" / f"{CHAPTER}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    execute(notebook, path.parent)  # which stores the state of the widgets in it
    nbformat.write(notebook, WORK / f"{CHAPTER}.ipynb")
    settings = {
        "html_static_path": ["static"],
        "mathjax_path": "mathjax/tex-mml-chtml.js",
        "nb_ipywidgets_js": {"require.js": {}, "embed-amd.js": {"data-jupyter-widgets-cdn": "_static/"}},
    }
    config = {"title": "Stock", "execute": {"execute_notebooks": "off"}, "sphinx": {"config": settings}}
    (WORK / "_config.yml").write_text(json.dumps(config))  # JSON is YAML
    (WORK / "_toc.yml").write_text(json.dumps({"format": "jb-book", "root": CHAPTER}))
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    subprocess.run([jupyter_book, "build", ".", "-qq"], cwd=WORK, stdout=subprocess.DEVNULL, check=True)
    return WORK / "_build" / "html"


# ---- measuring --------------------------------------------------------------------------------------------------


def load(browser, address: str) -> tuple[float, float]:
    """Open a page with an empty cache; return ms to its first widget, and the kB of the whole page."""
    page = opened(browser, address)
    page.wait_for_function(EVERYTHING_IS_THERE, timeout=PATIENCE)
    numbers = page.evaluate("window.firstWidget"), page.evaluate(TOTAL)
    page.context.close()
    return numbers


def measure(browser, our_folder: Path, stock_folder: Path, distance: type[Near]) -> list[list[float]]:
    """Return the medians of `load` for both books, opened in turn so that both meet the same machine."""
    with serving(our_folder, distance) as ours, serving(stock_folder, distance) as stock:
        pages = f"{ours}/notebooks/{CHAPTER}.html", f"{stock}/{CHAPTER}.html"
        runs = [[load(browser, page) for page in pages] for _ in range(LOADS)]
    return [[statistics.median(values) for values in zip(*loads, strict=True)] for loads in zip(*runs, strict=True)]


def row(name: str, ours: float, stock: float, unit: str) -> None:
    print(f"  {name:<46}{ours:>8,.0f} {unit}{stock:>9,.0f} {unit}{ours / stock:>8.2f}")


def main() -> None:
    if not shutil.which("npm"):
        sys.exit("The stock page needs npm, which is not installed: nothing was measured. See https://nodejs.org")
    stock_book = build_stock()
    our_files = needed(BOOK / "notebooks" / f"{CHAPTER}.html")
    stock_files = [*needed(stock_book / f"{CHAPTER}.html"), *stock_book.glob("_static/anywidget@*/dist/index.js")]
    with sync_playwright() as playwright:
        browser = launch(playwright)
        (near, total), (stock_near, stock_total) = measure(browser, BOOK, stock_book, Near)
        (far, _), (stock_far, _) = measure(browser, BOOK, stock_book, Far)
        browser.close()
    print(f"Chapter 1 with an empty cache, median of {LOADS} loads {'ours':>14}{'stock':>12}{'ratio':>8}")
    row("needed for the first widget, gzip", weight(our_files), weight(stock_files), "kB")
    row("the whole page, gzip", total, stock_total, "kB")
    row("time to the first widget, from this machine", near, stock_near, "ms")
    row("time to the first widget, 10 Mbit/s and 40 ms", far, stock_far, "ms")
    print(f"  of ours, the widgets' code: {weight(list(filter(is_widget_code, our_files))):.1f} kB (limit 40)")


if __name__ == "__main__":
    main()
