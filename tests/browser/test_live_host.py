"""The host of a page without a kernel: state in the address, shared models, and what happens when something fails."""

import io
import json
import re
from urllib.parse import quote

import numpy as np
import pytest
from hands import CUT_OFF, action, cell, value
from PIL import Image, ImageColor
from playwright.sync_api import expect

from convbook.widgets import EquivarianceBench, FilterLab, SlidingWindow
from convbook.widgets.bundle import notebook_module
from convbook.widgets.theme import colours
from live_widgets import page_with

NINE = np.arange(1, 10).reshape(3, 3).tolist()


def small(**traits):
    """Return a widget with one number in its output, −8."""
    return SlidingWindow(**{"input": NINE, **traits})


def in_address(key="SlidingWindow-1", **state):
    return f"#{key}={quote(json.dumps(state))}"


# ---- the state in the address --------------------------------------------------------------------------------------


@pytest.mark.parametrize("over", ["http", "file"])
def test_the_address_sets_the_state_over_http_and_from_the_disk(open_widget, over):
    widget = open_widget(small(), fragment=in_address(bias=2, flip=True), over=over)
    expect(value(widget, "output", 0, 0)).to_have_text("10")
    action(widget, "Reset").click()
    expect(value(widget, "output", 0, 0)).to_have_text("−8")


def test_only_what_differs_from_the_authors_state_goes_into_the_address(open_widget):
    page = open_widget(small(), EquivarianceBench(stride=2)).page
    bench = page.locator("[data-widget]").nth(1)
    action(bench, "shift up").click()
    page.wait_for_function("location.hash.length > 1")
    assert page.evaluate("decodeURIComponent(location.hash)") == '#EquivarianceBench-2={"shift":[-1,2]}'
    page.locator("[data-widget]").first.get_by_label("ReLU").check()
    page.wait_for_function("location.hash.includes('SlidingWindow-1')")
    action(bench, "shift down").click()
    page.wait_for_function("!location.hash.includes('EquivarianceBench')")
    assert page.evaluate("decodeURIComponent(location.hash)") == '#SlidingWindow-1={"relu":true}'


def test_a_link_of_one_widget_opens_the_page_in_its_state_and_brings_it_into_view(open_widget):
    widgets = [small(), small(), small()]
    page = open_widget(*widgets).page
    third = page.locator("[data-widget]").nth(2)
    third.get_by_role("button", name="increase bias").click()
    link = page.evaluate("LiveWidgets.models['SlidingWindow-3'].link()")
    assert link.endswith(in_address("SlidingWindow-3", bias=1).replace("%20", ""))
    page.goto("about:blank")
    page.goto(link)
    expect(value(third, "output", 0, 0)).to_have_text("−7")
    expect(third).to_be_in_viewport()
    expect(value(page.locator("[data-widget]").first, "output", 0, 0)).to_have_text("−8")


def test_a_link_pasted_into_the_open_page_works_too(open_widget):
    widget = open_widget(small())
    expect(value(widget, "output", 0, 0)).to_have_text("−8")
    widget.page.evaluate("address => { location.hash = address; }", in_address(bias=5))
    expect(value(widget, "output", 0, 0)).to_have_text("−3")


def test_an_anchor_of_the_page_is_left_alone(open_widget):
    widget = open_widget(small(), fragment="#correlation")
    cell(widget, "output", 0, 0).hover()
    widget.page.evaluate("location.hash = '#padding'")
    expect(value(widget, "output", 0, 0)).to_have_text("−8")
    assert widget.page.evaluate("location.hash") == "#padding"


NONSENSE = [
    "#SlidingWindow-1=",
    "#SlidingWindow-1=null",
    "#SlidingWindow-1=7",
    "#SlidingWindow-1=%E0%A4%A",
    "#SlidingWindow-1={bias:2}",
    "#SlidingWindow-12=" + quote('{"bias":2}'),
    in_address(nonsense=1),
    in_address(bias="2"),
    in_address(bias=None),
    in_address(bias=[2]),
    in_address(relu=1),
    in_address(input="<img src=x onerror=alert(1)>"),
    in_address(input=[[1, 2, 3], [4, 5, 6], [7]]),
    in_address(kernel=[[1], [2, 3]]),
    in_address(input=[]),
    in_address(input=[[1]]),
    in_address(input=[["1", 2]]),
    in_address(kernel=[[None]]),
    in_address(kernel=np.ones((9, 9)).tolist()),
    in_address(input=np.ones((65, 3)).tolist()),
    in_address(pinned=["nowhere", 1, 1]),
    in_address(presets={"x": [[1]]}),
]


# What stands in the output, before and after a click on a button; what is told; and how many widgets there are.
SHOWN = """async () => {
  const output = () => document.querySelector("[data-role=output] td .cb-value").textContent;
  const alerts = [...document.querySelectorAll("[role=alert]")].filter((one) => one.checkVisibility());
  const told = alerts.map((one) => one.textContent);
  const before = output();
  document.querySelector("[aria-label='increase bias']").click();
  await new Promise(requestAnimationFrame);
  return [before, output(), told, document.querySelectorAll("[data-widget]").length];
}"""


def test_nonsense_in_the_address_leaves_the_authors_state(open_widget):
    """One tab opens all of these addresses, each as a page of its own."""
    widget = open_widget(small())
    page, address, wrong = widget.page, widget.page.url, {}
    for fragment in NONSENSE:
        page.goto("about:blank")
        page.goto(address + fragment)
        expect(widget).to_have_attribute("data-live", "true")
        said = [CUT_OFF] if re.match("#SlidingWindow-1=.", fragment) else []
        if (shown := page.evaluate(SHOWN)) != ["−8", "−7", said, 1]:
            wrong[fragment] = shown
    assert wrong == {}


def test_of_two_values_in_the_address_the_good_one_stays(open_widget):
    widget = open_widget(small(), fragment=in_address(bias=3, relu="yes"))
    expect(value(widget, "output", 0, 0)).to_have_text("−5")


# ---- one model, several views; several models, one broken ------------------------------------------------------------


def test_two_views_of_one_key_share_a_model(open_html, bench):
    text = page_with(bench.folder, small(), small(), small()).replace(
        'data-key="SlidingWindow-2"', 'data-key="SlidingWindow-1"'
    )
    views = open_html(text).locator("[data-widget]")
    views.nth(1).get_by_role("button", name="increase bias").click()
    for n, number in enumerate(["−7", "−7", "−8"]):
        expect(value(views.nth(n), "output", 0, 0)).to_have_text(number)
    action(views.nth(0), "Reset").click()
    expect(value(views.nth(1), "output", 0, 0)).to_have_text("−8")


def test_a_mount_that_fails_keeps_its_picture_and_its_siblings_live(open_html, bench):
    text = page_with(bench.folder, small(), small(bias=3), small(bias=1))
    second = text.split('<div class="convbook-mount"')[2]
    broken = text.replace(second, second.replace('data-widget="SlidingWindow"', 'data-widget="Gone"'))
    page = open_html(broken, live=False)
    page.expected.append("SlidingWindow-2 stays a picture")
    expect(page.locator('[data-live="true"]')).to_have_count(2)
    expect(page.get_by_role("img", name="3×3 input, 3×3 kernel, and their output, row by row: −5.")).to_be_visible()
    expect(value(page.locator("[data-widget]").nth(2), "output", 0, 0)).to_have_text("−7")
    assert "SlidingWindow-2 stays a picture" in "".join(page.problems)


def test_a_state_that_the_view_cannot_draw_keeps_its_picture(open_html, bench):
    text = page_with(bench.folder, small(), small())
    state = '"input":[[1.0,2.0,3.0],[4.0,5.0,6.0],[7.0,8.0,9.0]]'
    assert text.count(state) == 2
    page = open_html(text.replace(state, '"input":[]', 1), live=False)
    expect(page.locator('[data-live="true"]')).to_have_count(1)
    expect(page.locator("img.convbook-static")).to_have_count(1)
    page.expected.append("SlidingWindow-1 stays a picture")
    assert "SlidingWindow-1 stays a picture" in "".join(page.problems)


# ---- what does not come ----------------------------------------------------------------------------------------------


@pytest.fixture
def open_without(open_widget, bench):
    """Return open_without(widgets, pattern, body) -> page: what the pattern matches is aborted, or has this body."""

    def open_without(shown, pattern, body=None):
        page = open_widget(small()).page
        page.expected += ["ERR_FAILED", "exception: Unexpected token '<'"]
        page.route(pattern, lambda route: route.abort() if body is None else route.fulfill(body=body))
        (bench.folder / "without.html").write_text(page_with(bench.folder, *shown), encoding="utf-8")
        page.goto(bench.address("without.html"))
        page.evaluate("window.LiveWidgets?.mountAll()")
        return page

    return open_without


JUNK = {"nothing came": None, "an empty file": "", "a page instead": "<!doctype html><title>Sign in</title>"}
every_junk = pytest.mark.parametrize("body", JUNK.values(), ids=JUNK)


@every_junk
def test_a_photograph_that_does_not_come_at_the_start_is_named_and_the_next_one_shown(open_without, body):
    page = open_without([FilterLab()], "**/assets/{camera,brick}.js", body)
    expect(page.get_by_role("alert")).to_have_text("The picture “camera” could not be loaded. Here is another one.")
    expect(page.locator("figcaption").first).to_have_text("input cat 300×451")


def test_a_photograph_that_is_none_is_named_too(open_without):
    page = open_without(
        [FilterLab()], "**/assets/camera.js", "LiveWidgets.asset('camera', 'data:image/png;base64,AAAA')"
    )
    expect(page.get_by_role("alert")).to_have_text("“camera” could not be read as a picture. Here is another one.")


STAYS = "This stays a still picture, for something that brings it to life did not come. Reloading the page may help."


@every_junk
def test_where_no_photograph_comes_the_reader_is_told_below_the_still_picture(open_without, body):
    page = open_without([FilterLab(), small()], "**/assets/*.js", body)
    page.expected.append("could not be loaded")
    expect(page.locator(".convbook-mount")).to_have_count(1)
    expect(page.get_by_text(STAYS)).to_be_visible()
    expect(page.get_by_role("img", name=FilterLab().description())).to_be_visible()
    expect(value(page.locator("[data-live=true]"), "output", 0, 0)).to_have_text("−8")
    assert "The picture “camera” could not be loaded." in "".join(page.problems)


@pytest.mark.parametrize("body", [None, ""], ids=["nothing came", "an empty file"])
def test_without_the_first_script_all_stay_still_pictures_and_nothing_throws(open_without, body):
    page = open_without([small(), EquivarianceBench()], "**/live/sliding_window.js*", body)
    expect(page.locator("img.convbook-static")).to_have_count(2)


def test_without_the_second_script_the_first_widget_lives_and_the_others_say_why_not(open_without):
    page = open_without([small(), EquivarianceBench()], "**/live/sliding_window-*.js*")
    page.expected.append("console error: EquivarianceBench-2 stays a picture")
    expect(value(page.locator("[data-live=true]"), "output", 0, 0)).to_have_text("−8")
    expect(page.get_by_text(STAYS)).to_be_visible()


def test_a_second_script_that_is_late_is_waited_for(open_widget, bench):
    page, held = open_widget(small()).page, []
    page.route("**/live/sliding_window-*.js*", lambda route: held.append(route))
    (bench.folder / "late.html").write_text(page_with(bench.folder, small(), EquivarianceBench()), encoding="utf-8")
    with page.expect_request("**/live/sliding_window-*.js*"):
        page.goto(bench.address("late.html"), wait_until="commit")
    page.wait_for_function("document.readyState === 'interactive' && window.LiveWidgets")
    page.evaluate("() => void LiveWidgets.mountAll()")
    held[0].continue_()
    expect(page.locator("[data-live=true]")).to_have_count(2)


# ---- without scripts, in the dark, in a notebook ---------------------------------------------------------------------


@pytest.mark.parametrize("over", ["http", "file"])
def test_without_javascript_the_picture_stands_with_its_numbers(open_widget, over):
    page = open_widget(small(), EquivarianceBench(), javascript=False, over=over).page
    first, second = page.locator("img.convbook-static").all()
    expect(first).to_have_attribute("alt", "3×3 input, 3×3 kernel, and their output, row by row: −8.")
    expect(second).to_have_attribute("alt", EquivarianceBench().description())
    for picture in (first, second):
        expect(picture).to_be_visible()
        assert picture.evaluate("img => img.complete && img.naturalWidth > 100")
    assert page.locator("[data-live]").count() == 0


@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picture_follows_the_page_into_the_dark_whatever_the_system_says(open_html, bench, theme, system):
    page = open_html(page_with(bench.folder, SlidingWindow(), theme=theme), theme=system, javascript=False)
    shot = Image.open(io.BytesIO(page.locator("img.convbook-static").screenshot())).convert("RGB")
    seen = np.asarray(shot).reshape(-1, 3).astype(int)

    def shows(tone):
        return bool((np.abs(seen - ImageColor.getrgb(tone)) <= 2).all(axis=1).any())

    assert shows(colours(theme == "dark")["sunken"])  # an empty cell
    assert not shows(colours(theme != "dark")["sunken"])


@pytest.mark.parametrize("shown", [small(), EquivarianceBench()], ids=lambda widget: type(widget).__name__)
def test_the_module_of_a_notebook_draws_the_same_widget(open_html, shown):
    """A notebook imports the view as one module from a blob URL and hands it a model of its own."""
    page = open_html(
        '<!doctype html><html lang="en"><title>notebook</title><link rel="icon" href="data:,"><main></main>'
    )
    text = page.evaluate(
        """async ([source, state]) => {
          const { default: view } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
          const heard = {}, model = {
            get: (name) => state[name], set: (name, value) => { state[name] = value; heard[`change:${name}`]?.(); },
            save_changes() {}, on: (event, handler) => { heard[event] = handler; },
            off: (event) => { delete heard[event]; },
          };
          const el = document.createElement("div");
          document.querySelector("main").append(el);
          const order = [], others = new MessageChannel();
          others.port1.onmessage = () => order.push(el.dataset.live ?? "not drawn");
          others.port2.postMessage("another widget's module, say");
          const clean = await view.render({ model, el });
          model.set("kernel", [[2]]);
          await new Promise(requestAnimationFrame);
          const shown = el.querySelector('[data-role="kernel"]').textContent, share = el.textContent.includes("Share");
          clean();
          return [order, shown, share, Object.keys(heard).length];
        }""",
        [notebook_module(shown._stem, shown._admits), shown.page_state()],
    )
    # what waited comes first; there is no address to share; and nothing listens after the cleaning
    assert text == [["not drawn"], "kernel 1×12", False, 0]
