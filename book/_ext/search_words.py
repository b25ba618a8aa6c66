"""Sphinx extension: the search finds sizes, which the book is about: `1×1` and `1x1` are one word, and the same.

Sphinx takes a text apart at whatever is neither letter nor digit, so that of `3×3` only two digits are left, which it
does not look for. Its own place for another way is a language: ours is English, with sizes put together first, in the
index by Python and in what a reader asks by JavaScript.
"""

import re

from sphinx.search.en import SearchEnglish

SIZE = re.compile(r"(?<=\d)\s?[×xX]\s?(?=\d)")


class EnglishWithSizes(SearchEnglish):
    """English, in which a size is a word."""

    js_splitter_code = r"""
function splitQuery(query) {
  return query
    .replace(/(\d)\s?[×xX]\s?(?=\d)/g, "$1x")
    .split(/[^\p{Letter}\p{Number}_\p{Emoji_Presentation}]+/gu)
    .filter((term) => term);
}
"""

    def split(self, input: str) -> list[str]:
        """Return the words of a text.

        >>> EnglishWithSizes({}).split("A 3×3 kernel, 1x1 or 32×32×3, and H×W")
        ['A', '3x3', 'kernel', '1x1', 'or', '32x32x3', 'and', 'H', 'W']
        """
        return super().split(SIZE.sub("x", input))


def setup(app):
    """Let the language of the book be this one."""
    app.add_search_language(EnglishWithSizes)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
