"""Each widget in a frame of somebody else's page, on another host, with no right but to run its scripts."""

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from hands import action, value
from playwright.sync_api import expect

from convbook import widgets
from convbook.widgets import SlidingWindow
from live_widgets import write_pages_alone
from serve import STRICT, Handler, serving

GUIDE = (Path(__file__).parents[2] / "book" / "teaching.md").read_text("utf-8")
THREE_LINES = re.search(r"<script>\n(.*?)</script>", GUIDE, re.DOTALL)[1]  # as teachers copy them
every_widget = pytest.mark.parametrize("name", widgets.__all__)


@pytest.fixture(scope="module")
def alone(bench):
    """Return a site that has a page for each widget alone, as strict as the book's host may be."""
    write_pages_alone(bench.folder, bench.folder / "live")
    with serving(bench.folder, Handler, policy=STRICT) as address:
        yield type(bench)(bench.folder, address)


@pytest.fixture
def course(open_page, alone, bench, tmp_path):
    """Return course(body, script) -> a page of another host, on which the widgets' hosts are no strangers."""
    with serving(tmp_path) as address:

        def course(body, script="", **options):
            text = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>A course</title>{body}'
            (tmp_path / "course.html").write_text(f"{text}<script>{script}</script></html>", "utf-8")
            page = open_page(type(alone)(tmp_path, address), "course.html", **{"live": False, **options})
            page.expected += [f"another host was asked: {host.http}/" for host in (alone, bench)]
            return page

        yield course


def address(alone, name, over="http", mode="", **state):
    text = f"#{name}={quote(json.dumps(state))}" if state else ""
    return f"{alone.address(f'embed/{name}.html', over)}{mode}{text}"


def frame(address, title, more=""):
    return f'<iframe title="{title}" sandbox="allow-scripts" width="100%" height="700" src="{address}" {more}></iframe>'


def test_each_widget_lives_in_a_sandbox_on_another_host_and_takes_its_state(course, alone):
    page = course("".join(frame(address(alone, name, predict=True), name) for name in widgets.__all__))
    for name in widgets.__all__:
        widget = page.frame_locator(f"[title={name}]").locator("[data-widget]")
        expect(widget).to_have_attribute("data-live", "true")
        expect(widget.get_by_role("button", name="Predict", exact=True)).to_have_attribute("aria-pressed", "true")


def test_a_frame_grows_to_the_height_of_its_widget_where_the_page_lets_it(course, alone):
    page = course(frame(address(alone, "SlidingWindow"), "one"), THREE_LINES, width=1000)
    widget = page.frame_locator("iframe").locator("[data-widget]")
    expect(widget).to_have_attribute("data-live", "true")
    fits = "frame => frame.height > 300 && frame.height != 700"
    frame_of_it = page.locator("iframe").element_handle()
    page.wait_for_function(fits, arg=frame_of_it)
    inside = frame_of_it.content_frame()
    inside.wait_for_function("() => document.documentElement.scrollHeight <= innerHeight")
    before = int(page.locator("iframe").get_attribute("height"))
    action(widget, "Code").click()
    page.wait_for_function("([frame, before]) => Number(frame.height) > before + 40", arg=[frame_of_it, before])


MODES = [
    ("", "light", "light"),
    ("", "dark", "dark"),
    ("?mode=dark", "light", "dark"),
    ("?mode=light", "dark", "light"),
]


def test_light_and_dark_are_those_of_the_system_or_of_the_address(open_page, alone):
    page = open_page(alone, "embed/StrideRuler.html")
    for mode, system, theme in MODES:
        page.emulate_media(color_scheme=system)
        page.goto("about:blank")
        page.goto(alone.address(f"embed/StrideRuler.html{mode}"))
        expect(page.locator("html"), f"{mode} {system}").to_have_attribute("data-theme", theme)
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == theme, f"{mode} {system}"


@every_widget
def test_a_page_of_its_own_fits_any_width_and_is_open_to_everyone(open_page, alone, axe, name):
    page = open_page(alone, f"embed/{name}.html", width=320, touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert axe(page) == []


def test_a_double_clicked_file_holds_it_in_the_line_that_a_double_clicked_file_gives(open_page, alone):
    """There without a sandbox: a browser gives a sandboxed frame no files."""
    given = open_page(alone, "embed/FilterLab.html", over="file")
    action(given.locator("[data-widget]"), "Predict").click()
    action(given.locator("[data-widget]"), "Share").click()
    action(given.locator("[data-widget]"), "Copy for embedding").click()
    line = given.locator("[data-panel=share] pre").inner_text()
    assert "sandbox" not in line and f'src="{alone.address("embed/FilterLab.html", "file")}#' in line
    (alone.folder / "talk.html").write_text(f'<!doctype html><html lang="en"><title>A talk</title>{line}', "utf-8")
    page = open_page(alone, "talk.html", over="file", live=False)
    widget = page.frame_locator("iframe").locator("[data-widget]")
    expect(widget).to_have_attribute("data-live", "true")
    expect(widget.locator("figcaption").first).to_have_text("input camera 512×512")
    expect(action(widget, "Predict")).to_have_attribute("aria-pressed", "true")


def test_without_javascript_the_picture_stands_in_the_frame(open_page, alone):
    page = open_page(alone, "embed/SlidingWindow.html", javascript=False)
    expect(page.get_by_role("img", name=SlidingWindow().description())).to_be_visible()


def test_nonsense_in_the_address_shows_the_widget_as_it_is(open_page, alone):
    page = open_page(alone, "embed/SlidingWindow.html", fragment='#SlidingWindow={"input":[[1]],"bias":"x"}')
    expect(value(page.locator("[data-widget]"), "output", 0, 0)).to_have_text("−4")


# ---- Share ------------------------------------------------------------------------------------------------------


def test_share_gives_the_line_with_the_state_that_is_on_the_screen(open_widget, course, alone):
    """Also what the author of the page has set: a page of its own starts from the widget as it is at first."""
    widget = open_widget(SlidingWindow(kernel=[[1, 2], [3, 4]], input=[[1, 2], [3, 4]], pinned=()))
    widget.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    widget.get_by_role("button", name="increase bias").click()
    action(widget, "Share").click()
    action(widget, "Copy for embedding").click()
    expect(widget.locator(".cb-told")).to_have_text(
        "Line copied: in the HTML of a page it shows this widget in this state."
    )
    line = widget.page.evaluate("navigator.clipboard.readText()")
    assert line == widget.locator("[data-panel=share] pre").inner_text()
    assert 'sandbox="allow-scripts allow-popups"' in line and 'title="Sliding window"' in line
    page = course(line.replace('loading="lazy"', ""))
    shown = page.frame_locator("iframe").locator("[data-widget]")
    expect(value(shown, "output", 0, 0)).to_have_text("31")
    inside = page.locator("iframe").element_handle().content_frame()
    action(shown, "Reset").click()
    expect(value(shown, "output", 0, 0)).to_have_text("−4")  # of the widget as it is at first
    assert inside.evaluate("origin") == "null"


def test_where_the_clipboard_is_closed_the_line_is_selected(open_widget):
    widget = open_widget(SlidingWindow())
    widget.page.evaluate("document.execCommand = () => false")
    widget.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    action(widget, "Share").click()
    for button, words in {"Copy link": "The link", "Copy for embedding": "The line"}.items():
        action(widget, button).click()
        expect(widget.locator(".cb-told")).to_have_text(f"{words} is selected: press Ctrl+C to copy it.")
        shown = widget.locator("[data-panel=share] pre").inner_text()
        assert widget.page.evaluate("getSelection().toString()") == shown


def test_the_link_of_a_frame_opens_the_widget_alone(open_page, alone):
    page = open_page(alone, "embed/SlidingWindow.html?mode=dark")
    widget = page.locator("[data-widget]")
    widget.get_by_label("ReLU").check()
    link, line = page.evaluate("(({ SlidingWindow: model }) => [model.link(), model.embedding()])(LiveWidgets.models)")
    assert link == f"{alone.http}/embed/SlidingWindow.html?mode=dark#SlidingWindow=%7B%22relu%22%3Atrue%7D"
    assert line == f"{alone.http}/embed/SlidingWindow.html#SlidingWindow=%7B%22relu%22%3Atrue%7D"


# ---- in the book ------------------------------------------------------------------------------------------------


def test_the_book_has_a_page_for_each_widget_and_its_widgets_know_where(book_page, book):
    assert sorted(path.stem for path in (book.folder / "embed").glob("*.html")) == sorted(widgets.__all__)
    page = book_page("notebooks/07_transposed.html")
    for model in ("StampAndAdjoint-1", "Checkerboard-6"):
        address = page.evaluate("name => LiveWidgets.models[name].embedding()", model)
        assert address.startswith(f"{book.http}/embed/{model.split('-')[0]}.html")
        opened = book_page(address.removeprefix(f"{book.http}/"))
        ours = page.evaluate("name => LiveWidgets.models[name].state", model)
        theirs = opened.evaluate("Object.values(LiveWidgets.models)[0].state")
        assert {name: ours[name] for name in ADMITTED[model]} == {name: theirs[name] for name in ADMITTED[model]}
    opened.get_by_role("link", name="Seeing Convolutions").evaluate("link => link.removeAttribute('target')")
    opened.get_by_role("link", name="Seeing Convolutions").click()
    expect(opened.get_by_role("heading", level=1)).to_contain_text("How can nine numbers see an edge?")


ADMITTED = {
    f"{name}-{n}": set(getattr(widgets, name)._admits) for name, n in (("StampAndAdjoint", 1), ("Checkerboard", 6))
}
