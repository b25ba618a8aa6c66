"""What a page weighs until its first widget can be used: a first widget comes before math, icons and pictures."""

from playwright.sync_api import expect

from page_weight import is_widget_code, needed, weight

PAGE, WIDGET_CODE = 350, 40  # kB, compressed by gzip


def pages_with_widgets(book):
    pages = sorted(book.folder.glob("**/*.html"))
    return [page for page in pages if 'class="convbook-mount"' in page.read_text(encoding="utf-8")]


def test_a_page_is_light_until_its_first_widget(book):
    weights = {page.stem: weight(needed(page)) for page in pages_with_widgets(book)}
    assert weights
    assert max(weights.values()) <= PAGE, weights


def test_the_code_of_the_widgets_on_a_page_is_light(book):
    """Each script on its own: that of the first widget, and that of all others, which nothing waits for."""
    files = {file for page in pages_with_widgets(book) for file in filter(is_widget_code, needed(page))}
    code = {file.name: weight([file]) for file in files}
    assert len(code) > 4
    assert max(code.values()) <= WIDGET_CODE, code


def test_a_first_widget_waits_for_nothing_that_was_not_counted(book, browser):
    """Refuse every other file: the first widget must come to life all the same."""
    path = "notebooks/01_convolution.html"
    counted = {file.relative_to(book.folder).as_posix() for file in needed(book.folder / path)}

    def answer(route):
        asked = route.request.url.removeprefix(f"{book.http}/").split("?")[0]
        return route.continue_() if asked in counted else route.abort()

    with browser.new_context() as context:
        context.route(f"{book.http}/**", answer)
        page = context.new_page()
        page.goto(book.address(path))
        expect(page.locator("[data-widget]").first).to_have_attribute("data-live", "true")
        assert page.locator("mjx-container").count() == 0
