"""How the tests find their way on a page and in a widget: its cells, what they say, and its buttons."""

from contextlib import suppress

from playwright.sync_api import Locator, Page, TimeoutError

CUT_OFF = "This link does not fit the widget, or has lost its end: you see it as it is at first."
PATIENCE = 15_000  # ms that a page may take for anything
UNTIL = """async (patience) => {
  const end = performance.now() + patience;
  while (!(await (HOLDS)())) {
    if (performance.now() > end) return false;
    await new Promise(requestAnimationFrame);
  }
  return true;
}"""


def wait_until(page: Page, holds: str) -> None:
    """Wait until `holds`, a function of the page's, gives true; fail if it never does.

    Playwright's own wait_for_function evaluates its text in each frame anew, which a strict server lets nobody do.
    """
    assert page.evaluate(UNTIL.replace("HOLDS", holds), PATIENCE), f"this never held: {holds}"


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


def side_by_side(open_widget, widgets, **options):
    """Return [(what is on screen, what is in Python)] of these widgets, which share one page.

    Each of them is as new as on a page of its own, and a page opens slowly.
    """
    shown = open_widget(*widgets, **options).page.locator("[data-widget]")
    return [(shown.nth(n), widget) for n, widget in enumerate(widgets)]


def boxes(targets: Locator) -> list[dict]:
    """Return the boxes of those of these elements that can be seen, by one question to the page."""
    return targets.evaluate_all(
        """targets => targets.filter((el) => el.checkVisibility({ visibilityProperty: true }))
          .map((el) => ({ says: el.ariaLabel ?? el.textContent, ...el.getBoundingClientRect().toJSON() }))
          .filter(({ width, height }) => width && height)"""
    )


def code_of(widget: Locator, library: str) -> str:
    """Return what the code for this library says, with its fold open."""
    code = widget.locator("[data-panel=code] code")
    if not code.is_visible():
        action(widget, "Code").click()
    action(widget, library).click()
    return code.inner_text()


def in_each_theme(page: Page):
    """Yield "light" and "dark", with the page in it, as the book's own switch leaves it."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.evaluate(
            """theme => {
              document.documentElement.dataset.theme = theme;
              document.documentElement.style.colorScheme = theme;
            }""",
            theme,
        )
        yield theme


def too_wide(page: Page, width: int) -> list[str]:
    """Return what makes the page scroll sideways once its window has this width, each with its own width."""
    page.set_viewport_size({"width": width, "height": page.viewport_size["height"]})
    return page.evaluate(
        """async () => {
          await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
          const { scrollWidth } = document.documentElement;
          if (scrollWidth <= innerWidth) return [];
          const wide = [...document.querySelectorAll("[data-key]")].filter((el) => el.scrollWidth > el.clientWidth);
          return [`a page of ${scrollWidth} px in ${innerWidth} px: ${wide.map((el) => el.dataset.key)}`];
        }"""
    )


def tap_after_a_drag(target):
    """Tap until a click arrives: Chromium takes a tap right after a drag for one that stops the scrolling."""
    target.evaluate("el => el.addEventListener('click', () => { el.arrived = true; }, { once: true })")
    for _ in range(20):
        target.tap()
        with suppress(TimeoutError):
            target.page.wait_for_function("el => el.arrived", arg=target.element_handle(), timeout=500)
            return
    raise AssertionError("no tap became a click")
