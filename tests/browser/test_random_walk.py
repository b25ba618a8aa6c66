"""Every widget under hands that do anything in any order: seeded walks over its controls, its cells, undo and reset.

Nothing may be written to the console, thrown, or shown as "NaN", and Python must admit every state that is reached.
"""

import random

import pytest
from playwright.sync_api import expect

from convbook import widgets

SEEDS = (1, 3)
STEPS = 60
TEXTS = ("3", "−1", "0.5", "7", "5,5", "1/9", "abc", "", "1e9", "224.5")
KEYS = ("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "Enter", " ", "Escape", "Delete", "Tab")
CHORDS = ("Alt+ArrowUp", "Alt+ArrowDown", "Shift+ArrowRight", "Control+Home", "Control+z", "Control+z")
NEVER = ("NaN", "undefined", "Infinity", "[object")
# How the card stands once it is painted, and one control of those in sight, to be used next. It is found by two numbers
# from 0 to 1: its kind first, since there are many more cells than menus; then where among them to look for one.
# What asks the machine (a file, the webcam, the clipboard) has tests of its own.
LOOK = """async ([key, which, one]) => {
  const kinds = {
    button: "button:enabled", menu: "select", box: "input[type=checkbox]", track: "input[type=range]",
    text: "input[type=text]:not([disabled])", cell: "td[tabindex], td[aria-selected]", area: "[role=application]",
  };
  const asks = /^(Your picture|Webcam|Stop webcam|Share|Copy)/;
  const inSight = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 1;
  const open = (one) => inSight(one) && !asks.test(one.textContent);
  const oneOf = (where) => {
    const all = [...el.querySelectorAll(where)], from = Math.floor(one * all.length);
    return [...all.slice(from), ...all.slice(0, from)].find(open);
  };
  await new Promise(requestAnimationFrame);
  const el = document.querySelector(`[data-key="${key}"]`);
  const found = Object.entries(kinds).map(([kind, where]) => [kind, oneOf(where)]).filter(([, target]) => target);
  const [kind, target] = found[Math.floor(which * found.length)];
  target.scrollIntoView({ block: "center", behavior: "instant" });
  const { left, top, width, height } = target.getBoundingClientRect();
  const name = target.getAttribute("aria-label") ?? target.textContent.slice(0, 40);
  return {
    cards: el.querySelectorAll(".cb-card").length, shown: el.textContent,
    next: { kind, name, options: target.options?.length ?? 0, box: [left, top, width, height] },
  };
}"""


class Walk:
    """A walk over one widget that keeps what it did."""

    def __init__(self, widget, seed):
        self.page, self.key = widget.page, widget.get_attribute("data-key")
        self.random, self.done = random.Random(seed), [f"seed {seed}"]
        self.look()

    def look(self):
        """See that nothing went wrong, and what to use next."""
        seen = self.page.evaluate(LOOK, [self.key, self.random.random(), self.random.random()])
        assert not self.page.problems, self.told(self.page.problems)
        assert seen["cards"] == 1, self.told(seen["shown"])
        assert not [word for word in NEVER if word in seen["shown"]], self.told(seen["shown"])
        self.next = seen["next"]

    def step(self):
        """Do something, and see that nothing went wrong."""
        target = self.next
        left, top, width, height = target["box"]
        share = self.random.random() if target["kind"] == "area" else 0.5
        self.done.append(f"{target['kind']} “{target['name']}”")
        getattr(self, target["kind"])(target, left + share * width, top + share * height)
        self.look()

    def told(self, what):
        """Return what is wrong with the last steps that led there."""
        return f"{what}\nafter {self.done[0]}: {'; '.join(self.done[1:][-12:])}"

    def press(self, keys):
        self.done[-1] += f" {keys}"
        self.page.keyboard.press(keys)

    def click(self, x, y, times=1):
        self.done[-1] += f" {times} clicks"
        self.page.mouse.click(x, y, click_count=times)

    def button(self, target, x, y):
        """Click it, or go there and press Enter."""
        self.click(x, y)
        if self.random.random() < 0.3:
            self.press(self.random.choice(KEYS + CHORDS))

    def box(self, target, x, y):
        self.click(x, y)

    def menu(self, target, x, y):
        """Choose any of its options."""
        choice = self.random.randrange(target["options"])
        self.done[-1] += f" option {choice}"
        self.page.evaluate(
            """([x, y, choice]) => {
              const menu = document.elementFromPoint(x, y)?.closest("select");
              if (!menu) return;
              menu.focus();
              menu.selectedIndex = choice % menu.options.length; // what was aimed at may have moved away
              menu.dispatchEvent(new Event("change", { bubbles: true }));
            }""",
            [x, y, choice],
        )

    def track(self, target, x, y):
        self.click(x, y)
        self.press(self.random.choice(KEYS[:6]))

    def text(self, target, x, y):
        """Write anything over what is there."""
        self.click(x, y, 3)
        text = self.random.choice(TEXTS)
        self.done[-1] += f" “{text}”"
        self.page.keyboard.insert_text(text)
        self.press(self.random.choice(("Enter", "Tab", "Escape", "ArrowUp", "Control+z")))

    def cell(self, target, x, y):
        """Point, pin, write, drag or press keys."""
        way = self.random.choice(("point", "click", "write", "drag", "keys", "keys"))
        if way == "point":
            self.page.mouse.move(x, y)
        elif way == "drag":
            self.drag(x, y)
        else:
            self.click(x, y)
        if way == "write":
            self.press(self.random.choice(("7", "-", "0")))
            self.press(self.random.choice(("Enter", "Escape", "Tab")))
        if way == "keys":
            for _ in range(3):
                self.press(self.random.choice(KEYS + CHORDS))

    area = cell

    def drag(self, x, y):
        right, down = self.random.randrange(-60, 61), self.random.randrange(-60, 61)
        self.done[-1] += f" dragged by {right}, {down}"
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + right, y + down, steps=4)
        if self.random.random() < 0.2:
            self.press("Control+z")  # while it is held
        self.page.mouse.up()


@pytest.mark.parametrize("name", widgets.__all__)
def test_a_walk_over_everything_ends_well(open_widget, name):
    kind = getattr(widgets, name)
    widget = open_widget(kind())
    for seed in SEEDS:
        walk = Walk(widget, seed)
        for n in range(STEPS):
            walk.step()
            if n % 10 == 9:
                changes = widget.evaluate("el => LiveWidgets.models[el.dataset.key].changes()")
                kind(**changes)  # raises what it does not admit
        widget.get_by_role("button", name="Reset", exact=True).click()
        expect(widget.get_by_role("button", name="Reset", exact=True)).to_be_focused()
        assert widget.evaluate("el => LiveWidgets.models[el.dataset.key].changes()") == {}
