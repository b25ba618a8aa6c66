"""Links by strangers: nothing runs, nothing breaks, and what does not fit leaves the author's state."""

import json
import random
from urllib.parse import quote

import pytest
from hands import CUT_OFF
from playwright.sync_api import expect

from convbook import widgets
from convbook.widgets import CoverageMap, FilterLab, ReceptiveField, SlidingWindow
from live_widgets import page_with

NAMES = ["toString", "constructor", "__proto__", "hasOwnProperty", "valueOf", "__defineGetter__"]
EVIL = [
    *NAMES,
    *["../../../../evil", "evil", "javascript:alert(1)", "<img src=x onerror=alert(1)>", '"); import os; ("', "own:1"],
    *[
        {"toString": 1},
        {"__proto__": {"a": 1}},
        [["toString", 0, 0]],
        ["constructor", 0, 0],
        ["__proto__"],
        1e308,
        -1,
        {},
    ],
    *[[], [[]], None, True, "x" * 3000, [[1, 2], [3]], {"evil": "evil"}, [{"kind": "constructor"}], [0.5, 0.5]],
]


def link(key, **state):
    return f"#{key}={quote(json.dumps(state))}"


# The state after each of these fragments, once the page has heard of it and drawn what it brings.
STATES_AFTER = """async (el, fragments) => {
  const states = [];
  for (const fragment of fragments) {
    const heard = new Promise((then) => addEventListener("hashchange", then, { once: true }));
    const before = location.hash;
    location.hash = fragment;
    if (location.hash !== before) await heard;
    states.push(JSON.stringify(LiveWidgets.models[el.dataset.key].state));
  }
  return states;
}"""


def strange_link(dice, traits):
    """Return what stands behind the key of a widget: strange values of a few traits, sometimes cut off."""
    text = quote(json.dumps({trait: dice.choice(EVIL) for trait in dice.sample(traits, dice.randint(1, 3))}))
    return text[: dice.randrange(len(text))] if dice.random() < 0.2 else text


@pytest.mark.parametrize("name", widgets.__all__)
def test_sixty_strange_links_change_nothing_and_run_nothing(open_widget, name):
    """Handed to the open page, as a link that is pasted, so that one page tries all of them."""
    dice = random.Random(name)
    widget = getattr(widgets, name)()
    shown = open_widget(widget)
    page, key = shown.page, f"{name}-1"
    traits = [*widget.page_state(), *NAMES, "_esm", "stranger"]
    before = page.evaluate("key => JSON.stringify(LiveWidgets.models[key].state)", key)
    scripts = page.locator("script:not([src*='/assets/'])")
    held = scripts.count()
    links = [strange_link(dice, traits) for _ in range(60)]
    for text, now in zip(links, shown.evaluate(STATES_AFTER, [f"{key}={text}" for text in links]), strict=True):
        now = json.loads(now)
        strange = {trait: value for trait, value in now.items() if value != json.loads(before)[trait]}
        for trait, value in strange.items():
            type(widget)(**{trait: value})  # Python would take it
            assert trait in widget._admits, text
    assert scripts.count() == held
    assert page.evaluate("window.evil") is None
    expect(shown).to_have_attribute("data-live", "true")


@pytest.mark.parametrize("over", ["http", "file"])
@pytest.mark.parametrize("shown", [FilterLab(), ReceptiveField()], ids=lambda widget: type(widget).__name__)
def test_a_link_loads_no_script_but_the_authors_pictures(open_widget, bench, shown, over):
    (bench.folder / "evil.js").write_text("window.evil = true;")
    (bench.folder / "live" / "assets" / "evil.js").write_text("window.evil = true;")
    key = f"{type(shown).__name__}-1"
    for name in ("../../evil", "evil"):
        evil = link(key, pictures=[name], picture=name)
        page = open_widget(shown, fragment=evil, over=over).page
        assert page.evaluate("window.evil") is None
        assert page.evaluate("key => LiveWidgets.models[key].state.picture", key) == "camera"
        refused = page.evaluate("([key, name]) => LiveWidgets.models[key].asset(name).catch(String)", [key, name])
        assert "There is no picture" in refused


@pytest.mark.parametrize("content", ["AAAA", "AAAAA", "iVBORw0KGgo="])
def test_a_link_that_brings_no_picture_is_told_so_in_our_own_words(open_widget, content):
    shown = open_widget(FilterLab(), fragment=link("FilterLab-1", picture=f"data:image/png;base64,{content}"))
    words = "What this link brings could not be read as a picture. Here is another one."
    expect(shown.get_by_role("alert")).to_have_text(words)


LEFT_OUT = "A part of this link does not fit the widget, and was left out."


@pytest.mark.parametrize("name", widgets.__all__)
def test_a_link_that_has_lost_its_end_says_so_until_the_next_change(open_widget, name):
    shown = open_widget(getattr(widgets, name)(), fragment=link(f"{name}-1", predict=True)[:-5])
    expect(shown.get_by_role("alert")).to_have_text(CUT_OFF)
    predict = shown.get_by_role("button", name="Predict", exact=True)
    expect(predict).to_have_attribute("aria-pressed", "false")
    predict.click()
    expect(shown.get_by_role("alert")).to_be_hidden()


def test_of_a_link_that_fits_in_part_the_rest_is_left_out_and_one_that_fits_says_nothing(open_widget):
    shown = open_widget(SlidingWindow(), fragment=link("SlidingWindow-1", bias=2, newer=1))
    expect(shown.get_by_role("alert")).to_have_text(LEFT_OUT)
    expect(shown.get_by_role("textbox", name="bias")).to_have_value("2")
    for state, words in (({"bias": 3}, ""), ({"bias": "x"}, CUT_OFF), ({"bias": 4, "kernel": "x"}, LEFT_OUT)):
        shown.page.evaluate("hash => { location.hash = hash; }", link("SlidingWindow-1", **state))
        expect(shown.locator(".cb-warning")).to_have_text(words)
        expect(shown.get_by_role("textbox", name="bias")).to_have_value("4" if words == LEFT_OUT else "3")


def test_a_link_puts_nothing_into_the_code(open_widget):
    evil = '"); import os; os.system("x'
    shown = open_widget(CoverageMap(), fragment=link("CoverageMap-1", padding_mode=evil, compare=evil, padding=evil))
    shown.get_by_role("button", name="Code", exact=True).click()
    expect(shown.locator("pre").first).to_be_visible()
    assert "import os" not in shown.inner_text()


def test_names_that_every_object_has_are_no_widgets(open_widget):
    """One tab opens all of these links, each as a page of its own."""
    shown = open_widget(SlidingWindow())
    page, address = shown.page, shown.page.url
    for key in NAMES:
        page.goto("about:blank")
        page.goto(address + link(key, bias=1))
        expect(shown, key).to_have_attribute("data-live", "true")
        shown.get_by_role("button", name="increase bias").click()
        expect(shown.get_by_role("alert"), key).to_be_hidden()


def test_a_link_longer_than_any_state_is_refused_at_once(open_widget):
    shown = open_widget(SlidingWindow(), fragment=link("SlidingWindow-1", bias=2, input=[[1.0] * 4000] * 4))
    assert shown.page.evaluate("LiveWidgets.models['SlidingWindow-1'].state.bias") == 0


def test_a_fragment_longer_than_any_page_writes_is_let_go(open_widget):
    strange = link("SlidingWindow-1", bias=2) + "&" + "x" * 200_000
    page = open_widget(SlidingWindow(), fragment=strange).page
    bias = "LiveWidgets.models['SlidingWindow-1'].state.bias"
    assert page.evaluate(f"[{bias}, location.hash]") == [0, ""]
    page.evaluate("hash => { location.hash = hash; }", strange)
    page.wait_for_function("!location.hash")
    assert page.evaluate(bias) == 0


COUNT_LOOKS = """
  window.looks_ = 0;
  const { querySelector } = Document.prototype;
  Document.prototype.querySelector = function (...all) { looks_++; return querySelector.apply(this, all); };
"""


def test_ten_thousand_strange_keys_are_not_looked_for(open_widget):
    page = open_widget(SlidingWindow()).page
    address = page.url
    page.add_init_script(COUNT_LOOKS)
    page.goto("about:blank")
    page.goto(address + link("SlidingWindow-1", bias=2) + "".join(f"&x{n}=1" for n in range(10_000)))
    page.wait_for_function("window.LiveWidgets?.models['SlidingWindow-1']?.state.bias === 2")
    assert page.evaluate("looks_") < 1000


def test_a_stalled_photograph_holds_up_no_other_widget(open_widget, bench):
    page = open_widget(SlidingWindow()).page
    page.route("**/assets/camera.js", lambda route: None)  # never answered
    html = page_with(bench.folder, FilterLab(), SlidingWindow(), SlidingWindow())
    (bench.folder / "stalled.html").write_text(html, encoding="utf-8")
    page.goto(bench.address("stalled.html"), wait_until="commit")
    expect(page.locator("[data-live=true]")).to_have_count(2)
