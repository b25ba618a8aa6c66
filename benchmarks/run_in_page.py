"""Code in the page: seconds and megabytes to the first result, and what a page pays before anyone runs anything.

    python benchmarks/run_in_page.py

Chromium opens an exercise page and a chapter from this machine, which sends files compressed, and runs a cell.
Cold is with an empty cache; warm is once more in the same browser. The same is measured with Python as it was gathered,
before tools/pack_python.py has compiled what a start imports: the ratio is what that gives.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT / "tools"), str(ROOT / "book" / "_ext")]

import pyodide  # noqa: E402
from browser import launch  # noqa: E402
from page_load import MARK_FIRST_WIDGET, Near  # noqa: E402
from python_in_page import write_python  # noqa: E402
from serve import BOOK, serving  # noqa: E402

PAGES = {"exercises": "notebooks/exercises/03_pooling.html", "chapter": "notebooks/03_pooling.html"}
PATIENCE = 300_000  # ms
RUN = """async () => {
  const cell = document.querySelector(".cell[data-cell]:has(.run)");
  const began = performance.now();
  cell.querySelector(".run").click();
  const said = () => cell.querySelector(".run-said")?.textContent ?? "";
  while (!/Done|error/.test(said())) await new Promise(requestAnimationFrame);
  return (performance.now() - began) / 1000;
}"""


def measured(browser: Browser, address: str) -> dict[str, float]:
    """Print what one page takes, cold and warm; return the seconds to its first result."""
    context, taken = browser.new_context(), {}
    for way in ("cold", "warm"):
        sent = []
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.add_init_script(MARK_FIRST_WIDGET)
        page.on("response", lambda answer, sent=sent: sent.append(int(answer.headers.get("content-length", 0))))
        page.goto(address, wait_until="networkidle")
        before, widget = sum(sent), page.evaluate("window.firstWidget ?? null")
        taken[way] = seconds = page.evaluate(RUN)
        first = f", first widget after {widget / 1000:.2f} s" if widget else ""
        print(f"  {way}: {before / 1000:6.0f} kB before the first click{first}; first result after {seconds:5.1f} s")
        if way == "cold":
            print(f"        {(sum(sent) - before) / 1e6:.1f} MB for the first result")
        page.close()
    context.close()
    return taken


def with_python_as_gathered(site: Path) -> None:
    """Make a site of the book's own files, but with Python as it was gathered."""
    shutil.copytree(BOOK, site, dirs_exist_ok=True)
    write_python(pyodide.ready(), pyodide.listed(), site / "_static" / "python")


def main() -> None:
    """Measure both pages."""
    if not (BOOK / "_static" / "python").exists():
        print("The built book has no Python for its pages: `make book` says why.")
        return
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        with_python_as_gathered(Path(scratch))
        browser = launch(playwright)
        with serving(BOOK, Near) as address, serving(Path(scratch), Near) as unpacked:
            for name, path in PAGES.items():
                print(name)
                packed = measured(browser, f"{address}/{path}")
                print(f"{name}, with Python as it was gathered")
                gathered = measured(browser, f"{unpacked}/{path}")
                ratios = ", ".join(f"{way} {packed[way] / gathered[way]:.2f}" for way in packed)
                print(f"  packed against gathered: {ratios}")
        browser.close()


if __name__ == "__main__":
    main()
