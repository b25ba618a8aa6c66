"""The reader's own pictures in FilterLab: files, strange files, and the webcam."""

import zlib
from io import BytesIO

import numpy as np
import pytest
from hands import action
from lab_hands import PIXELS, as_png, field, hand_over, open_file, setting, shown
from PIL import Image
from playwright.sync_api import expect

from convbook.widgets import FilterLab

EDGE = [[10, 10, 200, 200], [10, 10, 200, 200], [10, 10, 200, 200]]
rng = np.random.default_rng(7)
PICTURE = rng.integers(0, 256, (24, 32, 3), np.uint8)


def caption(widget):
    return widget.locator("figcaption").first


# ---- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["file", "drop", "paste"])
def test_the_readers_own_picture_is_filtered_and_never_leaves(open_widget, how):
    picture = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    widget = open_widget(FilterLab())
    asked = []
    widget.page.on("request", lambda request: asked.append(request.url))
    if how == "file":
        open_file(widget, "mine.png", as_png(picture))
    else:
        hand_over(widget, how, "mine.png", as_png(picture))
    expect(widget.locator("figcaption").first).to_have_text("input mine.png 40×60")
    expect(setting(widget, "picture")).to_have_value("mine.png")
    np.testing.assert_array_equal(shown(widget, "input"), FilterLab(picture=picture).pixels)
    action(widget, "increase bias").click()
    widget.page.wait_for_function("location.hash.includes('bias')")
    assert "own" not in widget.page.evaluate("location.hash")
    assert all(url.startswith("blob:") for url in asked)
    assert list(widget.page.evaluate("Object.keys(localStorage).concat(Object.keys(sessionStorage))")) == []
    setting(widget, "picture").select_option("camera")
    expect(widget.locator("figcaption").first).to_have_text("input camera 512×512")
    action(widget, "Undo").click()
    expect(widget.locator("figcaption").first).to_have_text("input mine.png 40×60")


def test_share_says_what_it_cannot_keep(open_widget):
    widget = open_widget(FilterLab())
    widget.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    hand_over(widget, "drop", "mine.png", as_png(EDGE))
    expect(caption(widget)).to_have_text("input mine.png 3×4")
    action(widget, "Share").click()
    action(widget, "Copy link").click()
    expect(widget.locator(".cb-told")).to_contain_text("without your own picture, which stays in your browser")
    assert "own" not in widget.page.evaluate("navigator.clipboard.readText()")


def test_a_large_picture_is_reduced_and_the_caption_says_so(open_widget):
    widget = open_widget(FilterLab())
    open_file(widget, "large.png", as_png(np.full((300, 4096), 77)))
    expect(widget.locator("figcaption").first).to_have_text("input large.png 75×1024, reduced from 300×4096")
    assert (shown(widget, "input") == 77).all()


def test_what_is_transparent_lies_on_white(open_widget):
    widget = open_widget(FilterLab(kernel=[[1]]))
    open_file(widget, "glass.png", as_png([[[0, 0, 0, 0], [0, 0, 0, 255]]], "RGBA"))
    expect(widget.locator("figcaption").first).to_have_text("input glass.png 1×2")
    assert shown(widget, "input").tolist() == [[255, 0]]


def test_a_link_to_an_own_picture_keeps_the_authors(open_widget):
    widget = open_widget(FilterLab(picture="cat"), fragment='#FilterLab-1={"picture":"own:1","bias":7}')
    expect(caption(widget)).to_have_text("input cat 300×451")
    expect(field(widget, "bias")).to_have_value("7")


@pytest.mark.parametrize(
    "name, content",
    [("poem.png", b"Tyger Tyger, burning bright"), ("empty.png", b""), ("half.png", as_png(EDGE)[:40])],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_picture_is_refused_kindly(open_widget, name, content):
    widget = open_widget(FilterLab())
    open_file(widget, name, content)
    expect(widget.get_by_role("alert")).to_contain_text(
        f"“{name}” could not be read as a picture, so the last one stays"
    )
    expect(widget.locator("figcaption").first).to_have_text("input camera 512×512")
    setting(widget, "kernel").select_option("Laplacian")
    expect(widget.get_by_role("alert")).to_be_hidden()


def test_what_was_chosen_last_stays_however_slow_the_one_before_is(open_widget):
    widget = open_widget(FilterLab())
    widget.page.evaluate(
        """() => {
          const decode = window.createImageBitmap.bind(window);
          window.createImageBitmap = async (file) => {
            if (file.name === "slow.png") await new Promise((go) => { window.goOn_ = go; });
            return decode(file).finally(() => { window.decoded_ = file.name; });
          };
        }"""
    )
    hand_over(widget, "drop", "slow.png", as_png(np.zeros((5, 5))))
    widget.page.wait_for_function("!!window.goOn_")
    hand_over(widget, "drop", "quick.png", as_png(EDGE))
    expect(caption(widget)).to_have_text("input quick.png 3×4")
    widget.page.evaluate("goOn_()")
    widget.page.wait_for_function("window.decoded_ === 'slow.png'")
    widget.page.evaluate("() => new Promise(requestAnimationFrame)")
    expect(caption(widget)).to_have_text("input quick.png 3×4")
    expect(setting(widget, "picture").locator("option", has_text="slow.png")).to_have_count(0)


def test_the_latest_pictures_are_kept_and_older_ones_let_go(open_widget):
    widget = open_widget(FilterLab())
    for n in range(9):
        hand_over(widget, "drop", f"{n}.png", as_png(np.full((4, 4), n)))
        expect(caption(widget)).to_have_text(f"input {n}.png 4×4")
    own = setting(widget, "picture").locator("option", has_text=".png")
    expect(own).to_have_text([f"{n}.png" for n in range(1, 9)])
    for n in range(7, 0, -1):
        action(widget, "Undo").click()
        expect(caption(widget)).to_have_text(f"input {n}.png 4×4")
    action(widget, "Undo").click()
    expect(widget.get_by_role("alert")).to_contain_text("Of your own pictures the last 8 are kept")
    expect(caption(widget)).to_have_text("input 1.png 4×4")


# ---- strange files -------------------------------------------------------------------------------------------------

JPEG_FILE = BytesIO()
Image.fromarray(np.kron(PICTURE, np.ones((4, 4, 1), np.uint8))).save(JPEG_FILE, "JPEG")
FILES = {"png": as_png(PICTURE), "jpeg": JPEG_FILE.getvalue()}
SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="window.ran_ = 1">
<script>window.ran_ = 1</script><rect width="9" height="9"/></svg>"""


def claiming(height, width):
    """Return a PNG whose header claims this size; it holds one row of it."""
    file = bytearray(as_png(np.zeros((1, 1))))
    file[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    file[29:33] = zlib.crc32(file[12:29]).to_bytes(4, "big")
    return bytes(file)


def give(widget, name, content, kind="image/png"):
    """Drop a file and wait for the answer; return the words of the refusal, or None if it is shown."""
    hand_over(widget, "drop", name, content, kind)
    widget.page.wait_for_function(
        """(name) => document.querySelector("figcaption").textContent.includes(name)
          || document.querySelector("[role=alert]").textContent.includes(name)""",
        arg=name,
    )
    return None if name in caption(widget).inner_text() else widget.get_by_role("alert").inner_text()


@pytest.mark.parametrize("kind", FILES)
def test_a_picture_that_is_cut_off_is_never_shown_in_part(open_widget, kind):
    widget = open_widget(FilterLab())
    whole = FILES[kind]
    for n, share in enumerate([0.02, 0.3, 0.6, 0.9, 0.99]):
        assert "could not be read as a picture" in give(widget, f"{n}.{kind}", whole[: int(share * len(whole))])
    assert give(widget, f"whole.{kind}", whole) is None


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(open_widget):
    widget = open_widget(FilterLab())
    file = BytesIO()
    Image.new("1", (9000, 9000)).save(file, "PNG")
    assert "“bomb.png” has 9000×9000 pixels, more than 64 million, so the last one stays" in give(
        widget, "bomb.png", file.getvalue()
    )
    give(widget, "claim.png", claiming(60000, 60000))
    expect(caption(widget)).to_have_text("input camera 512×512")


def test_strange_files_are_refused_kindly_or_shown_whole(open_widget):
    widget = open_widget(FilterLab())
    draw = np.random.default_rng(20)
    strange = [b"", b"\0" * 99, b"a poem", b"<html><script>window.ran_ = 1</script>", SVG, b"GIF89a", b"BM"]
    strange += [claiming(0, 0), claiming(3, 2**31 - 1), draw.bytes(300)]
    for _ in range(12):
        file = bytearray(FILES[draw.choice(list(FILES))])
        for place in draw.integers(0, len(file), draw.integers(1, 20)):
            file[place] = draw.integers(256)
        strange.append(bytes(file))
    kinds = ["image/png", "image/jpeg", "image/svg+xml", "text/html", ""]
    for n, content in enumerate(strange):
        give(widget, f"strange{n}.x", content, str(draw.choice(kinds)))
    assert widget.page.evaluate("window.ran_") is None
    assert give(widget, "mine.png", FILES["png"]) is None
    np.testing.assert_array_equal(shown(widget, "input"), FilterLab(picture=PICTURE).pixels)


def test_a_photograph_that_did_not_come_is_asked_for_again(open_widget):
    widget = open_widget(FilterLab())
    page = widget.page
    page.expected.append("ERR_FAILED")
    page.route("**/cat.js", lambda route: route.abort())
    setting(widget, "picture").select_option("cat")
    expect(widget.get_by_role("alert")).to_contain_text("“cat” could not be loaded. The last picture stays")
    expect(setting(widget, "picture")).to_have_value("camera")
    page.unroute("**/cat.js")
    setting(widget, "picture").select_option("cat")
    expect(caption(widget)).to_have_text("input cat 300×451")


# ---- the webcam ----------------------------------------------------------------------------------------------------

FAKE_WEBCAM = """(asksFirst) => {
  const canvas = document.createElement("canvas"), context = canvas.getContext("2d");
  [canvas.width, canvas.height] = [64, 48];
  let n = 0;
  setInterval(() => { context.fillStyle = ["#fff", "#000"][n++ % 2]; context.fillRect(0, 0, 64, 48); }, 30);
  window.tracks_ = [];
  window.allow_ = [];  // what answers the questions that are open
  navigator.mediaDevices.getUserMedia = () => new Promise((answer) => {
    const allow = () => {
      const stream = canvas.captureStream();
      tracks_.push(...stream.getTracks());
      answer(stream);
    };
    if (asksFirst) allow_.push(allow);
    else allow();
  });
}"""


def test_the_webcam_plays_until_it_is_stopped(open_widget):
    widget = open_widget(FilterLab())
    widget.page.evaluate(FAKE_WEBCAM, False)
    action(widget, "Webcam").click()
    expect(widget.locator("figcaption").first).to_have_text("input webcam 48×64")
    for grey in (0, 255, 0):  # the picture moves
        widget.page.wait_for_function(
            f"grey => Math.abs(atob(({PIXELS})(document.querySelector('.cb-frame'))[2]).charCodeAt(0) - grey) < 9",
            arg=grey,
        )
    action(widget, "Stop webcam").click()
    assert widget.page.evaluate("tracks_.every((track) => track.readyState === 'ended')")
    expect(action(widget, "Webcam")).to_have_attribute("aria-pressed", "false")
    expect(widget.locator("figcaption").first).to_have_text("input webcam 48×64")  # the last frame stays


def test_another_picture_ends_the_webcam(open_widget):
    widget = open_widget(FilterLab())
    widget.page.evaluate(FAKE_WEBCAM, False)
    action(widget, "Webcam").click()
    expect(widget.locator("figcaption").first).to_have_text("input webcam 48×64")
    setting(widget, "picture").select_option("brick")
    expect(widget.locator("figcaption").first).to_have_text("input brick 512×512")
    expect(action(widget, "Webcam")).to_be_visible()
    assert widget.page.evaluate("tracks_.every((track) => track.readyState === 'ended')")


@pytest.mark.parametrize(
    "name, words", [("NotAllowedError", "it was not allowed"), ("NotFoundError", "No webcam answered")]
)
def test_a_webcam_that_does_not_come_is_explained(open_widget, name, words):
    widget = open_widget(FilterLab())
    widget.page.evaluate(
        "(name) => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name)); }", name
    )
    action(widget, "Webcam").click()
    expect(widget.get_by_role("alert")).to_contain_text(words)
    expect(widget.locator("figcaption").first).to_have_text("input camera 512×512")


def live_tracks(widget):
    return widget.page.evaluate("tracks_.filter((track) => track.readyState === 'live').length")


def test_a_click_while_the_browser_asks_takes_the_question_back(open_widget):
    widget = open_widget(FilterLab())
    widget.page.evaluate(FAKE_WEBCAM, True)
    action(widget, "Webcam").click()
    action(widget, "Cancel webcam").click()
    action(widget, "Webcam").click()
    widget.page.evaluate("allow_.forEach((allow) => allow())")
    expect(caption(widget)).to_have_text("input webcam 48×64")
    assert live_tracks(widget) == 1
    action(widget, "Stop webcam").click()
    assert live_tracks(widget) == 0


def test_a_file_that_is_chosen_while_the_browser_asks_stays(open_widget):
    widget = open_widget(FilterLab())
    widget.page.evaluate(FAKE_WEBCAM, True)
    action(widget, "Webcam").click()
    hand_over(widget, "drop", "mine.png", as_png(EDGE))
    expect(caption(widget)).to_have_text("input mine.png 3×4")
    widget.page.evaluate("allow_.forEach((allow) => allow())")
    widget.page.wait_for_function("tracks_.length && tracks_.every((track) => track.readyState === 'ended')")
    expect(action(widget, "Webcam")).to_be_visible()
    expect(caption(widget)).to_have_text("input mine.png 3×4")


def test_a_webcam_that_does_not_play_is_let_go(open_widget):
    widget = open_widget(FilterLab())
    widget.page.evaluate(FAKE_WEBCAM, False)
    widget.page.evaluate(
        "() => { HTMLMediaElement.prototype.play = () => Promise.reject(new DOMException('', 'NotSupportedError')); }"
    )
    action(widget, "Webcam").click()
    expect(widget.get_by_role("alert")).to_contain_text("No webcam answered")
    expect(action(widget, "Webcam")).to_be_visible()
    assert live_tracks(widget) == 0
    expect(caption(widget)).to_have_text("input camera 512×512")


def test_a_webcam_that_ends_says_so(open_widget):
    widget = open_widget(FilterLab())
    widget.page.evaluate(FAKE_WEBCAM, False)
    action(widget, "Webcam").click()
    expect(widget.locator(".cb-spoken")).to_have_text("The webcam is on.")
    widget.page.evaluate("tracks_[0].dispatchEvent(new Event('ended'))")  # unplugged
    expect(widget.get_by_role("alert")).to_have_text("The webcam has ended. Its last picture stays.")
    expect(action(widget, "Webcam")).to_have_attribute("aria-pressed", "false")
    expect(caption(widget)).to_have_text("input webcam 48×64")
    expect(widget.locator(".cb-spoken")).to_contain_text("Row ")


def test_reset_ends_the_webcam(open_widget):
    widget = open_widget(FilterLab())
    widget.page.evaluate(FAKE_WEBCAM, False)
    action(widget, "Webcam").click()
    expect(caption(widget)).to_have_text("input webcam 48×64")
    action(widget, "Reset").click()
    expect(caption(widget)).to_have_text("input camera 512×512")
    assert live_tracks(widget) == 0
