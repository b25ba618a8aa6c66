"""A reader with a browser, a mouse and a keyboard: one set of gestures for Firefox and for WebKit.

    reader.open(address)
    reader.click("[data-widget] button >> Predict")
    reader.until("() => document.querySelector('.cb-feedback').textContent")

A target is a CSS selector; behind `>>` stands the name that a screen reader says. What a test asks of a page is always
a JavaScript function, with JSON for its arguments and its answer.

Firefox speaks WebDriver BiDi itself, without a driver beside it; WebKit has a driver, which speaks the older WebDriver.
Selenium knows both tongues.
"""

import json
import os
import re
import subprocess
import tempfile
from base64 import b64decode
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

from selenium import webdriver
from selenium.common.exceptions import NoSuchFrameException, WebDriverException
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.bidi.common import command_builder
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.websocket_connection import WebSocketConnection

from other_browsers import find_firefox, find_webkit

PAGES = 3  # that may be left while one thing is waited for
PATIENCE = 60  # s until what is waited for is given up: a busy machine is no failed test
HELP = Path(__file__).with_name("three_browsers").joinpath("help.js").read_text("utf-8")
NAMED_KEYS = {"Enter": "RETURN", "Arrow(Up|Down|Left|Right)": r"ARROW_\1", "Page(Up|Down)": r"PAGE_\1"}
LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
# Firefox asks no one for news, shows nothing but the page, and has a mouse although there is no screen.
FIREFOX_SETTINGS = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "dom.serviceWorkers.enabled": False,  # each page as it is on the disk
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "ui.allPointerCapabilities": 6,  # points exactly, and hovers
    "ui.primaryPointerCapabilities": 6,
}
# The buttons of WebKit's small browser would keep its window from getting as narrow as a phone.
NARROW = "* { min-width: 0; min-height: 0; margin: 0; padding: 0; border-width: 0 }"


def key_named(name: str) -> str:
    """Return the character that WebDriver has for a key.

    >>> key_named("a"), key_named("ArrowUp") == Keys.ARROW_UP, key_named("Tab") == Keys.TAB
    ('a', True, True)
    """
    if len(name) == 1:
        return name
    for pattern, ours in NAMED_KEYS.items():
        name = re.sub(f"^{pattern}$", ours, name)
    return getattr(Keys, name.upper())


def was_left(error: WebDriverException) -> bool:
    """Say whether a page did not answer because it was left: WebKit says so, Firefox stays silent."""
    return isinstance(error, NoSuchFrameException) or "Timed out waiting for response" in str(error)


class Reader:
    """What any browser can do; its own class says how: `go`, `here`, `call`, `act`, `resize`, `shot`, `quit`."""

    def open(self, address: str, width: int = 1280, height: int = 900) -> None:
        """Open a page, and wait until every widget on it can be used."""
        self.fit(width, height)
        self.go(address)
        self.until("() => help.everyWidgetIsLive()")

    def fit(self, width: int, height: int = 900) -> None:
        """Give the page so much room."""
        self.resize(width, height)
        self.until("(...size) => help.same([innerWidth, innerHeight], size)", width, height)

    def run(self, function: str, *arguments):
        """Return what this function gives in the page."""
        text = (
            f"async (text) => {{ {HELP}; return JSON.stringify((await ({function})(...JSON.parse(text))) ?? null); }}"
        )
        return json.loads(self.call(text, json.dumps(arguments)))

    def until(self, function: str, *arguments, patience: float = PATIENCE):
        """Return what this function gives in the page, as soon as that is something; the page may be left meanwhile."""
        end, left = monotonic() + patience, 0
        while True:
            try:
                if found := self.run(f"(...all) => help.soon(() => ({function})(...all))", *arguments):
                    return found
            except WebDriverException as error:
                if left == PAGES or not was_left(error):
                    raise
                left, end = left + 1, monotonic() + patience  # the next page has its own time
            assert monotonic() < end, f"not within {patience} s: {function} {arguments or ''}"

    def where(self, target: str) -> list[float]:
        """Return the middle of a target as soon as it is in sight, rests and lies below nothing: [x, y]."""
        end, before = monotonic() + PATIENCE, None
        while (place := self.until("(target) => help.restingPlace(target)", target)) != before:
            before = place
            assert monotonic() < end, f"{target} does not rest within {PATIENCE} s"
        return place

    def text(self, target: str) -> str:
        """Return the words of a target."""
        return self.run("(target) => help.find(target)?.innerText", target)

    def click(self, target: str, times: int = 1) -> None:
        """Click into the middle of a target."""
        self.hover(target)  # as a hand does; what shows then may move the target
        self.mouse(self.where(target), times)

    def follow(self, target: str) -> None:
        """Click a link, and wait until the page is left: in Firefox one that is being left never answers."""
        end, before = monotonic() + PATIENCE, self.here()
        self.click(target)
        while self.here() == before:
            assert monotonic() < end, f"{target} leads nowhere within {PATIENCE} s"

    def focus(self, target: str) -> None:
        """Give a target the focus, as a screen reader does."""
        self.until("(target) => help.find(target)?.focus() ?? true", target)

    def hover(self, target: str) -> None:
        """Point at a target."""
        self.mouse(self.where(target))

    def drag(self, target: str, right: float, down: float, moves: int = 4) -> None:
        """Drag the middle of a target by so many pixels."""
        x, y = self.where(target)
        actions = ActionBuilder(None, duration=0)
        hand = actions.pointer_action
        hand.move_to_location(x, y).pointer_down()
        for n in range(1, moves + 1):
            hand.move_to_location(round(x + right * n / moves), round(y + down * n / moves))
        hand.pointer_up()
        self.act(encoded(actions))

    def mouse(self, place: list[float], clicks: int = 0) -> None:
        """Move the mouse there, and press it so many times."""
        actions = ActionBuilder(None, duration=0)
        actions.pointer_action.move_to_location(*place)
        for _ in range(clicks):
            actions.pointer_action.click()
        self.act(encoded(actions))

    def press(self, *chords: str) -> None:
        """Press keys, as `Tab` or `Control+Shift+z`, one after the other."""
        for chord in chords:
            names = chord.split("+") if len(chord) > 1 else [chord]
            keys = [key_named(name) for name in names]
            actions = ActionBuilder(None, duration=0)
            for key in keys:
                actions.key_action.key_down(key)
            for key in reversed(keys):
                actions.key_action.key_up(key)
            self.act(encoded(actions))

    def type(self, text: str) -> None:
        """Type a text, letter by letter."""
        actions = ActionBuilder(None, duration=0)
        actions.key_action.send_keys(text)
        self.act(encoded(actions))


def encoded(actions: ActionBuilder) -> list[dict]:
    """Return only the devices that do something: those that only wait would double the time."""
    devices = [device.encode() for device in actions.devices]
    return [device for device in devices if any(action["type"] != "pause" for action in device["actions"])]


class Firefox(Reader):
    """Firefox without a window, by WebDriver BiDi."""

    def __init__(self):
        self.cleaning = ExitStack()
        profile = self.cleaning.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in FIREFOX_SETTINGS.items()]
        Path(profile, "user.js").write_text("\n".join(lines), "utf-8")
        command = [find_firefox(), "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        self.connection = WebSocketConnection(f"{self.address()}/session", timeout=60, interval=0.002)
        self.command("session.new", capabilities={})
        self.page = {"context": self.command("browsingContext.create", type="tab")["context"]}  # it has the focus

    def address(self) -> str:
        """Return where Firefox listens: it says so once it does."""
        for line in self.process.stderr:
            if found := LISTENING.search(line):
                return found[1]
        raise AssertionError(f"Firefox has ended with {self.process.wait()} before it could be asked anything")

    def command(self, name, **parameters):
        return self.connection.execute(command_builder(name, parameters))

    def go(self, address):
        self.command("browsingContext.navigate", **self.page, url=address, wait="complete")

    def here(self):
        return self.command("browsingContext.getTree", root=self.page["context"])["contexts"][0]["url"]

    def call(self, function, text):
        argument = {"type": "string", "value": text}
        answer = self.command("script.callFunction", functionDeclaration=function, arguments=[argument],
                              awaitPromise=True, target=self.page)  # fmt: skip
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return answer["result"]["value"]

    def act(self, actions):
        self.command("input.performActions", **self.page, actions=actions)

    def resize(self, width, height):
        self.command("browsingContext.setViewport", **self.page, viewport={"width": width, "height": height})

    def shot(self) -> bytes:
        return b64decode(self.command("browsingContext.captureScreenshot", **self.page)["data"])

    def quit(self):
        self.command("browser.close")
        self.process.wait(PATIENCE)
        self.process.stderr.close()
        self.connection.close()
        self.cleaning.close()


class WebKit(Reader):
    """The small browser of WebKitGTK on a screen that nobody sees, by its WebDriver."""

    def __init__(self):
        driver, browser, xvfb = find_webkit()
        self.cleaning = ExitStack()
        self.screen, number = screen(xvfb)
        style = Path(self.cleaning.enter_context(tempfile.TemporaryDirectory()), "gtk-3.0", "gtk.css")
        style.parent.mkdir()
        style.write_text(NARROW, "utf-8")
        options = webdriver.WebKitGTKOptions()
        options.binary_location = browser
        options.add_argument("--automation")
        surroundings = os.environ | {"DISPLAY": f":{number}", "XDG_CONFIG_HOME": str(style.parents[1])}
        surroundings.pop("WAYLAND_DISPLAY", None)
        service = webdriver.WebKitGTKService(driver, env=surroundings)
        self.driver = webdriver.WebKitGTK(options, service)
        self.driver.set_script_timeout(2 * PATIENCE)
        self.around = self.run("() => [outerWidth - innerWidth, outerHeight - innerHeight]")

    def go(self, address):
        self.driver.get(address)

    def here(self):
        return self.driver.current_url

    def call(self, function, text):
        return self.driver.execute_script(f"return ({function})(...arguments)", text)

    def act(self, actions):
        self.driver.execute("actions", {"actions": actions})

    def resize(self, width, height):
        """Give the page so much room; it gets there a little later."""
        self.driver.set_window_size(width + self.around[0], height + self.around[1])

    def shot(self) -> bytes:
        return self.driver.get_screenshot_as_png()

    def quit(self):
        self.driver.quit()
        self.screen.terminate()
        self.screen.wait(PATIENCE)
        self.cleaning.close()


def screen(xvfb: str) -> tuple[subprocess.Popen, str]:
    """Start a screen that nobody sees; return its process and the number that it has chosen."""
    read, write = os.pipe()
    command = [xvfb, "-displayfd", str(write), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as told:
        return process, told.readline().strip()


BROWSERS = {"firefox": Firefox, "webkit": WebKit}
