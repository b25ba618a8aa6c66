"""Each page that has widgets beside its first widget on an empty page: what the book around a widget costs.

    python benchmarks/pages.py                        this build
    python benchmarks/pages.py --against FOLDER       and that of another checkout, opened in turn with it

Chromium opens all pages in turn, each with an empty cache, from this machine, which sends them compressed. Shown are
medians, also of the ratios within each turn: when the first widget can be used, and what the browser has asked for by
then; when the last one can, for a reader who scrolls through at once; and how many of the pointer's and the keyboard's
actions take at most 16 ms of script. Script is counted in processor time, which other programs do not disturb.
A goal that was missed has a mark.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import astuple, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tools"))

from browser import launch  # noqa: E402
from environment import python_of  # noqa: E402
from page_load import Near, opened, start_of  # noqa: E402
from serve import serving  # noqa: E402

LOADS = 7
GOALS = {"index": (1.3, 15)}  # of a page: its time beside the empty page's, and requests, until the first widget
CHAPTER_GOALS = (2, 25)
AGAINST_GOAL, SCRIPT_GOAL, SCRIPT_MS = 0.7, 0.9, 16
MOUNT = re.compile(r'<div class="convbook-mount".*?</div>', re.DOTALL)
EMPTY_PAGES = """
import json, sys
from pathlib import Path
from types import SimpleNamespace
from live_widgets import page_with, write_shared

folder = Path(sys.argv[1])
write_shared(folder / "live")
for name, mount in json.load(sys.stdin).items():
    page = page_with(folder, SimpleNamespace(page_html=lambda key: mount))
    (folder / f"{name}.html").write_text(page, "utf-8")
"""
SCROLL_THROUGH = """async () => {
  const started = performance.now(), asleep = () => document.querySelector('[data-widget]:not([data-live="true"])');
  for (let next = asleep(); next; next = asleep()) {
    if (performance.now() - started > 60_000) throw new Error(`${next.dataset.key} does not come to life`);
    next.scrollIntoView({ block: "center", behavior: "instant" });
    await new Promise(requestAnimationFrame);
  }
  return performance.now();
}"""
# Some cells of each grid, and every control but those that play on, ask for something or save.
FIND_TARGETS = """() => {
  const not = /play|pause|share|copy|camera|photo|picture|save|download/i;
  const visible = (selector) => [...document.querySelectorAll(`[data-live="true"] ${selector}`)]
    .filter((element) => element.checkVisibility());
  const cells = visible("table").flatMap((table) => {
    const all = [...table.querySelectorAll("td")];
    return all.filter((_, i) => i % Math.ceil(all.length / 3) === 0);
  });
  const controls = visible(":is(button, select, input[type=range]):enabled")
    .filter((control) => !not.test(`${control.textContent} ${control.ariaLabel}`));
  return (window.targets = [...cells, ...controls]).length;
}"""
SETTLE = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
BRING_NEAR = """(i) => {
  const target = window.targets[i];
  target.scrollIntoView({ block: "center", behavior: "instant" });
  if (target.matches("select, input")) target.focus();
  const { left, top, width, height } = target.getBoundingClientRect();
  const x = left + width / 2, y = top + height / 2;
  return target.contains(document.elementFromPoint(x, y)) ? [target.tagName, x, y] : null;
}"""


# ---- the pages ------------------------------------------------------------------------------------------------------


@dataclass
class Build:
    """A built book, and its first widgets on empty pages."""

    names: list[str]  # of the pages
    book: str  # its address
    empty: str

    def addresses(self, name: str) -> list[str]:
        """Return where a page is, and where its first widget is alone."""
        return [f"{self.book}/{name}.html", f"{self.empty}/{Path(name).name}.html"]


def first_mounts(book: Path) -> dict[str, str]:
    """Return the first widget of each page that has one, as the page holds it; the front page first."""
    pages = [book / "index.html", *sorted((book / "notebooks").glob("*.html"))]
    found = {page.relative_to(book).with_suffix("").as_posix(): MOUNT.search(page.read_text("utf-8")) for page in pages}
    return {name: mount[0] for name, mount in found.items() if mount}


def make_empty_pages(checkout: Path, folder: Path, mounts: dict[str, str]) -> None:
    """Write a page for each mount into `folder`, with the code and the Python of that checkout."""
    own = python_of(checkout / ".venv")
    modules = os.pathsep.join(str(checkout / place) for place in ("utils", "book/_ext", "tools"))
    command = [own if own.exists() else sys.executable, "-c", EMPTY_PAGES, folder]
    named = json.dumps({Path(name).name: mount for name, mount in mounts.items()})
    subprocess.run(command, input=named, text=True, check=True, env=os.environ | {"PYTHONPATH": modules})


def served(stack: ExitStack, checkout: Path) -> Build:
    """Serve a checkout's book and its empty pages until the stack closes."""
    book = checkout / "_build" / "html"
    if not (book / "index.html").exists():
        sys.exit(f"{book} has no index.html; `make book` in {checkout} builds it")
    folder = Path(stack.enter_context(TemporaryDirectory()))
    mounts = first_mounts(book)
    make_empty_pages(checkout, folder, mounts)
    return Build(list(mounts), *(stack.enter_context(serving(place, Near)) for place in (book, folder)))


# ---- measuring ------------------------------------------------------------------------------------------------------


@dataclass
class Visit:
    """What one visit of a page showed."""

    first: float  # ms
    requests: int
    kb: float
    last: float  # ms


def visit(browser: Browser, address: str) -> Visit:
    """Open a page with an empty cache and scroll through it."""
    page = opened(browser, address)
    start, last = start_of(page), page.evaluate(SCROLL_THROUGH)
    page.context.close()
    return Visit(start.ms, start.requests, start.kb, last)


def turns(browser: Browser, addresses: list[str], loads: int) -> list[list[Visit]]:
    """Visit all addresses in turn, so that they meet the same machine; return the visits to each."""
    return list(zip(*([visit(browser, address) for address in addresses] for _ in range(loads)), strict=True))


def medians(visits: list[Visit]) -> Visit:
    """Return the median of each number."""
    return Visit(*(statistics.median(numbers) for numbers in zip(*map(astuple, visits), strict=True)))


def ratio(visits: list[Visit], peers: list[Visit]) -> float:
    """Return how much longer the first widget takes than its peer does in the same turn."""
    return statistics.median(one.first / peer.first for one, peer in zip(visits, peers, strict=True))


def actions(page: Page, tag: str, x: float, y: float) -> list:
    """Return what one does with an element at this place, step by step."""
    press = page.keyboard.press
    if tag == "BUTTON":
        return [lambda: page.mouse.click(x, y)]
    if tag == "TD":
        return [lambda: page.mouse.move(x, y), lambda: page.mouse.click(x, y), lambda: press("ArrowRight")]
    return [lambda: press("ArrowDown")]  # a menu or a slider, which has the focus


def script_times(page: Page) -> list[float]:
    """Use everything on a page once; return the ms of script that each action took."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def script() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(1000 * metric["value"] for metric in metrics if metric["name"] == "ScriptDuration")

    times = []
    for i in range(page.evaluate(FIND_TARGETS)):
        place = page.evaluate(BRING_NEAR, i)
        for action in actions(page, *place) if place else []:
            page.evaluate(SETTLE)
            before = script()
            action()
            page.evaluate(SETTLE)
            times.append(script() - before)
    return times


def used(browser: Browser, address: str) -> list[float]:
    """Open a page, wake its widgets, and return the `script_times` of using them."""
    page = opened(browser, address)
    page.evaluate(SCROLL_THROUGH)
    times = script_times(page)
    page.context.close()
    return times


# ---- what it says ---------------------------------------------------------------------------------------------------


def judged(value: float, goal: float, form: str = ".2f") -> str:
    """Return a value beside its goal, with a mark where it is missed."""
    return f"{value:{form}} (goal {goal}){' !' if value > goal else ''}"


def line(name: str, first: str, beside: str, requests: str, weight: str, last: str) -> None:
    """Print one line of the table."""
    print(f"{name:<36}{first:>12}  {beside:<18}{requests:<15}{weight:>7}{last:>13}")


def row(name: str, visits: list[Visit], beside: str = "", requests: str = "") -> None:
    """Print what the visits to one page showed."""
    one = medians(visits)
    requests = requests or f"{one.requests:.0f}"
    line(name, f"{one.first:.0f} ms", beside, requests, f"{one.kb:.0f} kB", f"{one.last:.0f} ms")


def report(browser: Browser, name: str, builds: list[Build], loads: int) -> None:
    """Measure a page in all builds that have it, and print what it costs."""
    addresses = [address for build in builds if name in build.names for address in build.addresses(name)]
    page, empty, *before = turns(browser, addresses, loads)
    time_goal, request_goal = GOALS.get(name, CHAPTER_GOALS)
    row(name, page, judged(ratio(page, empty), time_goal), judged(medians(page).requests, request_goal, ".0f"))
    row("  its first widget on an empty page", empty)
    if before:
        old_page, old_empty = before
        row("  in the other build", old_page, f"{ratio(page, old_page):.2f}")
        row("  there on an empty page", old_empty, judged(ratio(empty, old_empty), AGAINST_GOAL))


def report_script(browser: Browser, build: Build, names: list[str]) -> None:
    """Print how quickly the widgets of these pages answer."""
    print(f"\nActions on the widgets of a page, and how many take at most {SCRIPT_MS} ms of script")
    everything = []
    for name in names:
        times = used(browser, build.addresses(name)[0])
        everything += times
        say_script(name, times)
    say_script("all", everything)


def say_script(name: str, times: list[float]) -> None:
    """Print one line about the script that actions took."""
    share = sum(time <= SCRIPT_MS for time in times) / len(times)
    missed = "" if share >= SCRIPT_GOAL else " !"
    print(
        f"{name:<34}{len(times):>7} actions {share:>6.0%} (goal {SCRIPT_GOAL:.0%}){missed}"
        f"   median {statistics.median(times):.1f} ms, longest {max(times):.0f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="another checkout with a built book")
    parser.add_argument("--loads", type=int, default=LOADS, help=f"of each page, of which the median counts ({LOADS})")
    options = parser.parse_args()
    checkouts = [ROOT, *([options.against.resolve()] if options.against else [])]
    with ExitStack() as stack:
        builds = [served(stack, checkout) for checkout in checkouts]
        if not (names := builds[0].names):
            sys.exit("no page of the book has a widget: nothing was measured")
        browser = launch(stack.enter_context(sync_playwright()))
        line(f"Median of {options.loads} loads", "first widget", "ratio", "requests", "weight", "last widget")
        for name in names:
            report(browser, name, builds, options.loads)
        report_script(browser, builds[0], names)
        browser.close()


if __name__ == "__main__":
    main()
