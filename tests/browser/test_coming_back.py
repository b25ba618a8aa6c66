"""Reload, Back and Forward: nothing that a reader did is lost, and the page stands where it stood."""

import json
from urllib.parse import quote

import numpy as np
import pytest
from hands import value, wait_until
from playwright.sync_api import expect

from convbook.widgets import EquivarianceBench, PoolingBench, SlidingWindow
from live_widgets import page_with

NEAR = 8  # px within which a line is where it was
NINE = np.arange(1, 10).reshape(3, 3).tolist()
TEXT = "".join(f"<p>{'word ' * 80}{n}</p>" for n in range(30))
LINKS = '<p><a href="#padding">to the heading</a> <a href="next.html">to the next page</a></p>'
LAST = ["SlidingWindow-2", "EquivarianceBench-3"]


@pytest.fixture
def long_page(open_html, bench):
    """Return open(**options) -> Page of three widgets with text between them, a heading, and a link to another page."""
    (bench.folder / "next.html").write_text(
        '<!doctype html><html lang="en"><title>Next</title><link rel="icon" href="data:,"><p>Next</p></html>'
    )
    shown = page_with(bench.folder, SlidingWindow(input=NINE), SlidingWindow(input=NINE), EquivarianceBench())
    before, first, second, third = shown.split('<div class="convbook-mount"')
    after = f'{LINKS}{TEXT}<h2 id="padding">Padding</h2>{TEXT}'
    parts = [before, first, f"{after}", second, TEXT, third.replace("</main>", f"{TEXT}</main>")]
    mount = '<div class="convbook-mount"'
    html = f"{parts[0]}{mount}{parts[1]}{parts[2]}{mount}{parts[3]}{parts[4]}{mount}{parts[5]}"
    return lambda **options: open_html(html, **{"live": False, **options})


def first_output(page):
    return value(page.locator("[data-widget]").first, "output", 0, 0)


def click_bias(page, times=1):
    for _ in range(times):
        page.locator("[data-widget]").first.get_by_role("button", name="increase bias").click()


def top_of(page, text):
    return page.get_by_text(text, exact=False).first.evaluate("el => el.getBoundingClientRect().top")


def scroll_by_wheel(page, far):
    page.mouse.move(600, 400)
    page.mouse.wheel(0, far)
    page.wait_for_function("far => Math.abs(scrollY - far) < 2", arg=far)


def mount_all(page):
    page.evaluate("LiveWidgets.mountAll()")
    expect(page.locator("[data-widget][data-live=true]")).to_have_count(3)


def test_a_page_that_moves_as_it_grows_is_put_back_and_one_that_the_reader_moves_is_not(long_page):
    page = long_page()
    mount_all(page)
    scroll_by_wheel(page, 2600)
    page.reload()
    mount_all(page)
    page.evaluate("() => { window.line = document.elementFromPoint(600, 450).closest('p'); }")
    before = page.evaluate("line.getBoundingClientRect().top")
    page.evaluate(
        """() => {
          const tall = Object.assign(document.createElement("div"), { style: "height: 700px" });
          document.querySelector("main").prepend(tall);
          scrollBy({ top: -238, behavior: "instant" });
        }"""
    )
    wait_until(page, f"() => Math.abs(line.getBoundingClientRect().top - {before}) < {NEAR}")
    page.evaluate(
        "scrollBy({ top: -238, behavior: 'instant' })"
    )  # as by a scroll bar, of which a page hears nothing else
    wait_until(page, "() => document.documentElement.style.overflowAnchor === ''")
    assert abs(page.evaluate("line.getBoundingClientRect().top") - before - 238) < NEAR


def test_reload_keeps_the_place_and_a_change_of_the_last_moment(long_page):
    page = long_page()
    mount_all(page)
    click_bias(page)
    scroll_by_wheel(page, 2600)
    lines = page.evaluate("[...document.querySelectorAll('main p')].map((p) => p.getBoundingClientRect().top)")
    page.reload()  # within the time in which the address is not written yet
    expect(first_output(page)).to_have_text("−7")
    now = "[...document.querySelectorAll('main p')].map((p) => p.getBoundingClientRect().top)"
    seen = [n for n, top in enumerate(lines) if 0 < top < 800]
    assert len(seen) > 3
    page.wait_for_function(
        f"([n, top]) => Math.abs({now}[n] - top) < {NEAR}", arg=[seen[0], lines[seen[0]]], timeout=5000
    )
    mount_all(page)  # also above the window
    after = page.evaluate(now)
    assert max(abs(after[n] - lines[n]) for n in seen) < NEAR


def test_a_link_within_the_page_and_back_keep_what_was_done_since(long_page):
    page = long_page()
    click_bias(page)
    page.evaluate("window.same = true")
    page.get_by_role("link", name="to the heading").click()
    expect(page.get_by_role("heading", name="Padding")).to_be_in_viewport()
    click_bias(page, times=2)
    page.go_back()
    expect(first_output(page)).to_have_text("−5")
    page.go_forward()
    expect(first_output(page)).to_have_text("−5")
    assert page.evaluate("window.same")  # and nothing was loaded again
    page.reload()
    expect(first_output(page)).to_have_text("−5")


@pytest.mark.parametrize("changes", [1, 3])
def test_another_page_and_back_bring_the_last_state(long_page, changes):
    page = long_page()
    page.get_by_role("link", name="to the heading").click()
    page.evaluate("scrollTo(0, 0)")
    click_bias(page, changes)
    page.get_by_role("link", name="to the next page").click()
    page.wait_for_url("**/next.html")
    page.go_back()
    expect(first_output(page)).to_have_text(f"−{8 - changes}")
    page.evaluate("history.back()")  # an entry in which the widget was as the author left it
    expect(first_output(page)).to_have_text(f"−{8 - changes}")


def test_without_storage_the_address_alone_brings_the_state_back(long_page):
    page = long_page()
    page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('', 'SecurityError'); } })"
    )
    page.reload()
    click_bias(page, 2)
    page.wait_for_function("decodeURIComponent(location.hash).includes('2')")  # it rests
    page.reload()
    expect(first_output(page)).to_have_text("−6")


def test_only_a_link_that_is_followed_scrolls_to_its_widget(long_page):
    link = f"#SlidingWindow-2={quote(json.dumps({'bias': 2}))}"
    page = long_page(fragment=link)
    second = page.locator("[data-key='SlidingWindow-2']")
    expect(second).to_have_attribute("data-live", "true")
    expect(second).to_be_in_viewport()
    page.mouse.wheel(0, -50_000)
    page.wait_for_function("scrollY === 0")
    page.reload()
    expect(page.locator("[data-widget]").first).to_have_attribute("data-live", "true")
    mount_all(page)
    assert page.evaluate("scrollY") == 0
    expect(value(second, "output", 0, 0)).to_have_text("−6")


def test_a_link_shows_a_widget_that_is_taller_than_the_window_from_its_beginning(open_widget):
    link = f"#PoolingBench-2={quote(json.dumps({'predict': True}))}"
    page = open_widget(SlidingWindow(), PoolingBench(), SlidingWindow(), fragment=link, height=400).page
    tall = page.locator("[data-widget]").nth(1)
    expect(tall.get_by_role("button", name="Predict", exact=True)).to_have_attribute("aria-pressed", "true")
    wait_until(page, "() => Math.abs(document.querySelectorAll('[data-widget]')[1].getBoundingClientRect().top) < 60")


def test_the_link_of_an_unchanged_widget_leads_to_it_too(long_page):
    page = long_page()
    link = page.evaluate("LiveWidgets.mountAll().then(() => LiveWidgets.models['SlidingWindow-2'].link())")
    assert link.endswith("#SlidingWindow-2")
    page.goto("about:blank")
    page.goto(link)
    second = page.locator("[data-key='SlidingWindow-2'][data-live=true]")
    expect(second).to_be_in_viewport()
    page.wait_for_function("location.hash === '#SlidingWindow-2'")  # a heading keeps its fragment, too
    # In the open page it brings back what the author left, and Undo what the reader made of it.
    second.get_by_role("button", name="increase bias").click()
    page.wait_for_function("location.hash.includes('bias')")
    click_bias(page)
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    page.evaluate("location.hash = '#SlidingWindow-2'")
    expect(value(second, "output", 0, 0)).to_have_text("−8")
    expect(second).to_be_in_viewport()
    expect(first_output(page)).to_have_text("−7")
    second.get_by_role("button", name="Undo").click()
    expect(value(second, "output", 0, 0)).to_have_text("−7")


def test_a_pasted_link_keeps_the_other_widgets_and_can_be_undone(long_page):
    page = long_page()
    click_bias(page)
    page.evaluate("window.same = true")
    page.evaluate(f"location.hash = '#SlidingWindow-2={quote(json.dumps({'bias': 2}))}'")
    second = page.locator("[data-key='SlidingWindow-2']")
    expect(value(second, "output", 0, 0)).to_have_text("−6")
    expect(second).to_be_in_viewport()
    expect(first_output(page)).to_have_text("−7")
    second.get_by_role("button", name="Undo").click()
    expect(value(second, "output", 0, 0)).to_have_text("−8")
    assert page.evaluate("window.same")


# ---- when a widget comes to life -------------------------------------------------------------------------------------


def test_widgets_live_when_the_reader_comes_near_and_the_first_before_the_page_is_parsed(long_page, bench):
    page = long_page()
    page.add_init_script(
        """window.requestIdleCallback = () => {};  // a page that never has time to spare
        new MutationObserver(() => {
          if (document.querySelector('[data-live=true]')) window.parsing ??= document.readyState;
        }).observe(document, { subtree: true, attributes: true, childList: true });"""
    )
    page.reload()
    expect(page.locator("[data-widget]").first).to_have_attribute("data-live", "true")
    assert page.evaluate("window.parsing") == "loading"
    last = page.locator("[data-key='EquivarianceBench-3']")
    page.wait_for_load_state("load")
    assert [page.locator(f"[data-key='{key}']").get_attribute("data-live") for key in LAST] == [None, None]
    last.scroll_into_view_if_needed()
    expect(page.locator("[data-key='EquivarianceBench-3']")).to_have_attribute("data-live", "true")


@pytest.mark.parametrize("wake", ["dispatchEvent(new Event('beforeprint'))", "Tab", "Control+f"])
def test_everything_lives_for_paper_a_search_and_the_keyboard(long_page, wake):
    page = long_page()
    page.add_init_script("window.requestIdleCallback = () => {};")
    page.reload()
    expect(page.locator("[data-live=true]")).to_have_count(1)
    if wake.startswith("dispatch"):
        page.evaluate(wake)
    else:
        page.keyboard.press(wake)
    expect(page.locator("[data-live=true]")).to_have_count(3)


def test_what_nobody_came_near_lives_in_spare_time(long_page):
    expect(long_page().locator("[data-live=true]")).to_have_count(3)
