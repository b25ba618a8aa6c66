"""Code in the page: seconds and megabytes to the first result, and what a page pays before anyone runs anything.

    python benchmarks/run_in_page.py

Chromium opens an exercise page and a chapter from this machine, which sends files compressed, and runs a cell.
Cold is with an empty cache; warm is once more in the same browser.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tools"))

from browser import launch  # noqa: E402
from page_load import MARK_FIRST_WIDGET, Near  # noqa: E402
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


def measured(browser: Browser, address: str) -> None:
    """Print what one page takes, cold and warm."""
    context = browser.new_context()
    for way in ("cold", "warm"):
        sent = []
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.add_init_script(MARK_FIRST_WIDGET)
        page.on("response", lambda answer, sent=sent: sent.append(int(answer.headers.get("content-length", 0))))
        page.goto(address, wait_until="networkidle")
        before, widget = sum(sent), page.evaluate("window.firstWidget ?? null")
        seconds = page.evaluate(RUN)
        first = f", first widget after {widget / 1000:.2f} s" if widget else ""
        print(f"  {way}: {before / 1000:6.0f} kB before the first click{first}; first result after {seconds:5.1f} s")
        if way == "cold":
            print(f"        {(sum(sent) - before) / 1e6:.1f} MB for the first result")
        page.close()
    context.close()


def main() -> None:
    """Measure both pages."""
    if not (BOOK / "_static" / "python").exists():
        print("The built book has no Python for its pages: `make book` says why.")
        return
    with serving(BOOK, Near) as address, sync_playwright() as playwright:
        browser = launch(playwright)
        for name, path in PAGES.items():
            print(name)
            measured(browser, f"{address}/{path}")
        browser.close()


if __name__ == "__main__":
    main()
