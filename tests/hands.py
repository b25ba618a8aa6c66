"""How the tests find their way in a widget: its cells, what they say, and its buttons."""

from contextlib import suppress

from playwright.sync_api import Locator, TimeoutError


def cell(widget: Locator, role: str, i: int, j: int) -> Locator:
    """Return one cell of the grid with this role."""
    return widget.locator(f'table[data-role="{role}"] tr').nth(i).locator("td").nth(j)


def value(widget: Locator, role: str, i: int, j: int) -> Locator:
    """Return the number in a cell, without what may be pinned to its corner."""
    return cell(widget, role, i, j).locator(".cb-value")


def action(widget: Locator, name: str) -> Locator:
    """Return the button with exactly this name."""
    return widget.get_by_role("button", name=name, exact=True)


def middle(target: Locator) -> tuple[float, float]:
    """Return the point in the middle of an element, in the coordinates of the window."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(start: Locator, end: Locator, moves: int = 5) -> None:
    """Drag with the mouse from the middle of one element to the middle of another, in so many moves."""
    mouse = start.page.mouse
    mouse.move(*middle(start))
    mouse.down()
    mouse.move(*middle(end), steps=moves)
    mouse.up()


def swipe(target: Locator, right: float, down: float) -> None:
    """Move a finger from the middle of an element, by Chromium's own touch input."""
    box = target.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = target.page.context.new_cdp_session(target.page)
    for kind, by in (("touchStart", 0), ("touchMove", 0.5), ("touchMove", 1), ("touchEnd", None)):
        points = [] if by is None else [{"x": x + by * right, "y": y + by * down}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def every_setting(open_widget, widgets):
    """Yield (what is on screen, what is in Python) of one kind of widget in many states.

    A page opens slowly and changes fast, so one page goes through all of them.
    """
    shown = open_widget(widgets[0])
    for widget in widgets:
        shown.evaluate(
            """async (el, state) => {
              const model = LiveWidgets.models[el.dataset.key];
              for (const [name, value] of Object.entries(state)) model.set(name, value);
            }""",
            widget.page_state(),
        )
        yield shown, widget


def tap_after_a_drag(target):
    """Tap until a click arrives: Chromium takes a tap right after a drag for one that stops the scrolling."""
    target.evaluate("el => el.addEventListener('click', () => { el.arrived = true; }, { once: true })")
    for _ in range(20):
        target.tap()
        with suppress(TimeoutError):
            target.page.wait_for_function("el => el.arrived", arg=target.element_handle(), timeout=500)
            return
    raise AssertionError("no tap became a click")
