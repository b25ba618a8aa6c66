"""How the tests find their way in a widget: its cells, what they say, and its buttons."""

from playwright.sync_api import Locator


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
