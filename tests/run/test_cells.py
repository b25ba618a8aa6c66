"""What a cell shows in a page: text, values, pictures, errors in the reader's own lines, and kind words."""

import random
import re

import nbformat
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.pyodide


def lines(text):
    return [line.rstrip() for line in text.strip().splitlines()]


# ---- text and values ---------------------------------------------------------------------------------------------
def test_it_loads_what_is_needed_and_says_how_much_is_to_come(python):
    shown = python.run("print('a', 1)\n1 + 1")
    assert (shown.ok, shown.text, shown.messages[-1]["data"]) == (True, "a 1\n", {"text/plain": "2"})
    told = python.page.evaluate("window.told")
    assert [one["state"] for one in told if one["kind"] == "state"] == ["loading", "busy", "idle"]
    steps = [one["detail"] for one in told if one["kind"] == "progress"]
    assert [step["loaded"] for step in steps] == sorted(step["loaded"] for step in steps)
    assert steps[0]["total"] > 0.9 * steps[-1]["total"]  # nothing is said before
    totals = [step["total"] for step in steps if step["loaded"] > 2e6]
    assert max(totals) < 1.01 * min(totals)  # it is known before it comes
    assert 0.9 * steps[-1]["total"] < steps[-1]["loaded"] <= steps[-1]["total"]
    loaded = python.page.evaluate("performance.getEntriesByType('resource').map((file) => file.name)")
    assert not [name for name in loaded if "numpy" in name]
    missed = python.run("exec('import numpy')").error
    assert "No module named 'numpy'\nWrite `import numpy` into the cell" in missed and "A page of" not in missed
    assert python.run("%matplotlib inline").ok  # the first thing that many a notebook says


def test_names_stay_from_cell_to_cell_and_the_last_values_are_kept(python):
    python.run("x = 3")
    assert python.run("x * 2").messages[0]["data"]["text/plain"] == "6"
    assert python.run("_ + 1, len(Out) > 0").messages[0]["data"]["text/plain"] == "(7, True)"
    assert python.run("x;").messages == []
    assert not python.run("1 / 0").ok
    assert python.run("").ok and python.run("").messages == []  # an error is that of its own cell
    assert (
        python.run("import asyncio\nawait asyncio.sleep(0)\n'waited'").messages[0]["data"]["text/plain"] == "'waited'"
    )


def in_places(python, runs):
    """Run (place, words) one after the other; return of each what the page is told."""
    return python.page.evaluate(
        """async (runs) => {
          const all = [];
          for (const [cell, code] of runs) {
            const messages = [];
            all.push({ ...(await kernel.run(code, { cell, output: (one) => messages.push(one) })), messages });
          }
          return all;
        }""",
        runs,
    )


def text_of(told):
    return "".join(message["text"] for message in told["messages"])


def test_what_a_place_no_longer_defines_is_forgotten(python):
    given, judge = ("given", "x = 1\ndef g(n): return 2 * n"), ("judge", "print(f(3))")
    right = ("answer", "import math\ndef f(n):\n    return g(n) + math.floor(0.5)")
    for broken in ("def f(n):\nreturn 1", "def f(n:", "", "def renamed(n): return 6", "1 / 0"):
        _, _, before, _, after = in_places(python, [given, right, judge, ("answer", broken), judge])
        assert text_of(before) == "6\n"
        assert after["messages"][0]["evalue"] == "name 'f' is not defined", broken
    both = [
        given,
        right,
        ("other", "x = [2]\nimport math"),
        ("answer", "x"),
        ("judge", "print(x, math)"),
        ("other", ""),
    ]
    *_, shared, _, back = in_places(python, [*both, ("judge", "print(x)")])
    assert shared["ok"]  # the other place has imported it, too
    assert text_of(back) == "1\n"  # as it stood before


def test_the_names_of_the_places_are_those_of_a_fresh_run_of_all(python):
    pool = ["", "v_a = 1", "v_b = 1\ndef v_f(): return v_a", "import math as v_m, json as v_b", "v_a, *v_c = [], 2"]
    pool += ["for v_i in range(3): pass", "with open('/dev/null') as v_g: v_n = v_a = 1", "class v_k: v_x = 1", "v_f(:"]
    pool += ["%%time\nv_t = 1", "exec('v_e = 1')", "if (v_w := 3): v_b = 1", "v_z = 1\n1 / 0\nv_y = 1"]
    bound = ["", "a", "bf", "mb", "ac", "i", "gna", "k", "", "t", "e", "wb", "z"]
    dice, now, runs, wanted = random.Random(7), {}, [], []
    for _ in range(60):
        place, which = dice.choice("123"), dice.randrange(len(pool))
        now[place] = bound[which]
        runs += [(place, pool[which]), ("", "print(*sorted(name[2:] for name in globals() if name[:2] == 'v_'))")]
        wanted.append(" ".join(sorted(set("".join(now.values())))))
    found = [text_of(one).strip() for one in in_places(python, runs)[1::2]]
    assert found == wanted


def test_a_place_tells_what_it_binds_and_reads(python):
    words = (
        "import os.path\nfrom math import pi as p\n@d\ndef f(n=q):\n    m = n + z\n    return [m for i in y]\nx += 1"
    )
    _, told, missed = in_places(python, [("0", "x = y = z = q = 1\ndef d(f): return f"), ("1", words), ("2", "f(:")])
    assert told["names"]["binds"] == ["f", "os", "p", "x"]
    assert set(told["names"]["reads"]) == {"d", "q", "x", "y", "z"}
    assert missed["names"] == {"binds": [], "reads": []}
    *warned, _ = in_places(python, [("3", "'\\d';"), ("", "'\\w';"), ("", "")])
    once, as_ever = (text_of(one).count("SyntaxWarning") for one in warned)
    assert once == as_ever == 1  # to look for names, and to read a cell before it runs, warns of nothing


def test_a_run_whose_reason_has_gone_is_left(python):
    left = python.page.evaluate(
        """() => {
          let failed = false;
          const output = ({ output_type: type }) => { failed ||= type === "error"; };
          const ends = [kernel.run("1 / 0", { output }), kernel.run("left = 1", { unless: () => failed })];
          return Promise.all([...ends, kernel.run("left")]);
        }"""
    )
    assert [(one["ok"], one.get("left", False)) for one in left] == [(False, False), (False, True), (False, False)]


def test_a_cell_is_drawn_as_the_book_draws_it(python):
    shown = python.run("import sys\nprint('one')\nprint('two', file=sys.stderr)\nprint('three')\n4")
    blocks = shown.place.locator("> .output")
    classes = [re.search(r"stream|stderr|text_plain", block.get_attribute("class"))[0] for block in blocks.all()]
    assert classes == ["stream", "stderr", "stream", "text_plain"]
    assert blocks.locator("> .highlight > pre").all_inner_texts() == ["one\n", "two\n", "three\n", "4"]


def test_text_is_shown_while_the_cell_runs(python):
    code = "import js\nprint('begun', end='', flush=True)\nend = js.Date.now() + 3000\nwhile js.Date.now() < end: pass"
    expect(python.begin(code)).to_have_text("begun")
    assert python.state == "busy"
    assert python.end().ok


def test_a_carriage_return_begins_the_line_anew_and_colours_are_left_to_the_page(python):
    shown = python.run("print('10 %', end='\\r'); print('100', end=''); print('\\x1b[31m red\\x1b[0m\\nab\\bc')")
    assert lines(shown.place.inner_text()) == ["100 red", "ac"]


def test_a_flood_of_text_freezes_nothing_and_its_end_is_shown(python):
    shown = python.run("for i in range(100_000): print(i)")
    text = shown.place.inner_text()
    assert lines(text)[:2] == ["0", "1"] and lines(text)[-1] == "99999"
    assert "[More than 100,000 characters: of what follows, only the end is shown.]" in text
    assert len(text) < 120_000 and len(shown.messages) < 1000
    assert shown.place.locator("> .long").count() == 1
    assert len(python.run("print('y' * 10_000_000)").place.inner_text()) < 120_000
    shown = python.run("'x' * 10_000_000")
    assert re.search(r"\[9,9\d\d,\d{3} characters more are not shown\.\]$", shown.place.inner_text())
    shown = python.run("for i in range(1000): display(i)")
    assert shown.place.locator("> .output").count() == 201
    assert "[More than 200 outputs: what follows is not shown.]" in shown.place.inner_text()
    assert python.run("print('x' * 99_999)\nprint('the end')").place.inner_text().endswith("the end\n")  # a bit over


def test_the_end_of_a_flood_stands_before_what_came_after_it(python):
    flood = "for i in range(60_000): print(i % 10)"
    for code, after in ((f"{flood}\n1 / 0", "traceback"), (f"{flood}\n'a value'", "text_plain")):
        shown = python.run(code)
        outputs = shown.place.locator("> .output")
        assert (outputs.count(), outputs.nth(1).get_attribute("class").split()[1]) == (2, after)
        assert lines(outputs.first.inner_text())[-2:] == ["8", "9"]
    many_lines = python.run("for i in range(101): print()\ndisplay(1)\nfor i in range(99): print()")
    assert many_lines.place.locator("> .output.long").count() == 1  # a text that is long in lines scrolls as well


# ---- what is displayed -------------------------------------------------------------------------------------------


SAVED = """async (run) => {
  const { savedNotebook } = await import(`${run}/saved.js`), { outputs } = window.watched ?? window.begun;
  const cell = { id: "a", words: "", outputs, place: outputs.place };
  const book = { cell_type: "code", id: "a", metadata: {}, source: "", outputs: [], execution_count: 1 };
  const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [book] };
  return savedNotebook(notebook, new Map(), [cell]);
}"""


def saved(python, pages):
    """Return the outputs that the reader's notebook has, of the cell that is watched or was run last."""
    notebook = python.page.evaluate(SAVED, f"{pages.address}/_static/run")
    nbformat.validate(notebook)
    return notebook["cells"][0]["outputs"]


def forms(outputs):
    """Return what is printed, the kinds of an output, or the words of an error."""
    return [output.get("text") or output.get("evalue") or sorted(output["data"]) for output in outputs]


def test_what_is_saved_of_a_cell_is_what_it_shows(python, pages):
    drawing = "import matplotlib.pyplot as plt\nprint('a')\nprint('b', flush=True)\nplt.plot([1, 2])\nplt.show()\n"
    widget = "from convbook.widgets import SlidingWindow\ndisplay(SlidingWindow())\n1 / 0"
    python.run(drawing + widget)
    told = ["a\nb\n", ["image/png", "text/plain"], ["text/html", "text/plain"], "division by zero"]
    assert forms(saved(python, pages)) == told
    moved = "w = SlidingWindow()\ndisplay(w)\nw.bias = 2\nprint('moved')"
    python.run(f"from convbook.widgets import SlidingWindow\n{moved}")
    assert forms(saved(python, pages)) == ["moved\n"]  # its picture would show it as it was
    python.run("from IPython.display import clear_output\nprint('gone')\nclear_output(wait=True)\nprint('new')\n1 + 1")
    assert forms(saved(python, pages)) == ["new\n", ["text/plain"]]


def test_displays_are_replaced_cleared_and_updated(python, pages):
    first = python.run("h = display('first', display_id=True)\nprint('below')")
    python.page.evaluate("() => { window.watched = window.begun; }")
    python.run("h.update('second')")
    expect(first.place).to_have_text("'second'below")
    assert [output.get("text") or output["data"]["text/plain"] for output in saved(python, pages)] == [
        "'second'",
        "below\n",
    ]
    python.page.evaluate("() => { delete window.watched; }")
    code = "from IPython.display import HTML, clear_output\nprint('gone')\ndisplay(HTML('<b>bold</b>'))\n"
    shown = python.run(f"{code}clear_output(wait=True)\nprint('new')")
    assert lines(shown.place.inner_text()) == ["new"]
    shown = python.run(f"{code}clear_output(wait=True)")
    assert shown.place.locator("b").inner_text() == "bold"  # nothing came that it would make room for
    assert python.run(f"{code}clear_output()").place.inner_text() == ""
    shown = python.run("for i in range(300):\n    clear_output(wait=True)\n    display(i)")
    assert lines(shown.place.inner_text()) == ["299"]


def test_pictures_come_at_their_sizes(python):
    drawing = "import matplotlib.pyplot as plt\nplt.figure(figsize=(2, 1))\nplt.plot([1, 2])\nplt.show()"
    shown = python.run(drawing)
    assert shown.messages[0]["data"]["text/plain"] == "<Figure size 200x100 with 1 Axes>"
    picture = shown.place.locator("img")
    expect(picture).to_have_attribute("alt", "What this code has drawn")
    assert picture.get_attribute("src").startswith("data:image/png;base64,")
    shown = python.run("from convbook import figures\nfigures.use_book_style()\nfigures.draw_grid([[1, 2]], 'input')")
    assert shown.kinds == ["execute_result", "display_data"]
    assert shown.place.locator("img").get_attribute("src").startswith("data:image/svg+xml,")
    shown = python.run("import numpy as np\nfigures.draw_picture(np.eye(9), 'a picture')\nplt.show()")
    metadata = shown.messages[0]["metadata"]["image/jpeg"]
    picture = shown.place.locator("img")
    picture.evaluate("(img) => img.decode()")
    wide, shown_wide = picture.evaluate("(img) => [img.naturalWidth, img.getBoundingClientRect().width]")
    assert wide // 2 == metadata["width"] == round(shown_wide)
    assert python.run("plt.show()").messages == []
    # Whatever becomes of its cell, a figure is shown where it was drawn, as in a notebook.
    ends = {
        "1 / 0": ["display_data", "error"],
        "import asyncio\nawait asyncio.sleep(0)": ["display_data"],
        "await asyncio.sleep(0)\n1 / 0": ["display_data", "error"],
    }
    assert {end: python.run(f"plt.plot([1, 2])\n{end}").kinds for end in ends} == ends
    assert python.run("1").kinds == ["execute_result"]
    code = "from IPython.display import Image\nImage(data=__import__('base64').b64decode("
    gif = "'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'), format='gif', alt='a dot', width=40)"
    picture = python.run(code + gif).place.locator("img")
    expect(picture).to_have_attribute("alt", "a dot")
    assert picture.evaluate("(img) => img.getBoundingClientRect().width") == 40


# ---- errors ------------------------------------------------------------------------------------------------------
ERRORS = {
    "def halve(x):\n    return x / 0\n\nhalve(3)": """\
In this cell, line 4:
    halve(3)
In this cell, line 2, in halve:
    return x / 0
           ~~^~~
ZeroDivisionError: division by zero""",
    "halve(1)": """\
In this cell, line 1:
    halve(1)
In a cell that ran before, line 2, in halve:
    return x / 0
           ~~^~~
ZeroDivisionError: division by zero""",
    "from convbook import ops\nops.conv2d([[1]], [[1, 2]])": """\
In this cell, line 2:
    ops.conv2d([[1]], [[1, 2]])
ValueError: kernel (1, 2) is larger than the padded input (1, 1)""",
    "x = 1\nprint(x))": """\
In this cell, line 2:
    print(x))
            ^
SyntaxError: unmatched ')'""",
    "if x:\ny = 1": """\
In this cell, line 2:
    y = 1
    ^
IndentationError: expected an indented block after 'if' statement on line 1""",
    "x = [1,\n     2\ny = 3": """\
In this cell, line 1:
    x = [1,
        ^
SyntaxError: '[' was never closed""",
    "if True:\n    x = 1\n  y = 2": """\
In this cell, line 3:
      y = 2
           ^
IndentationError: unindent does not match any outer indentation level""",
    "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ValueError('no') from error": """\
In this cell, line 2:
    1 / 0
    ~~^~~
ZeroDivisionError: division by zero

The above exception was the direct cause of the following exception:

In this cell, line 4:
    raise ValueError('no') from error
ValueError: no""",
    "raise KeyError('a')": "In this cell, line 1:\n    raise KeyError('a')\nKeyError: 'a'",
    "eval('1 +')": """\
In this cell, line 1:
    eval('1 +')
In <string>, line 1:
    1 +
SyntaxError: invalid syntax""",
}


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_shows_the_readers_own_lines_alone(python, code):
    shown = python.run(code)
    assert not shown.ok and shown.error == ERRORS[code]
    assert shown.place.locator(".traceback pre").inner_text() == ERRORS[code]


def test_of_code_that_cannot_be_read_the_place_is_spoken_in_words(python):
    codes = {
        "x = 1\nprint(x))": "unmatched ')', in this cell, line 2",
        "if True:\n    x = 1\n  y = 2": "unindent does not match any outer indentation level, in this cell, line 3",
    }
    assert {code: python.run(code).messages[0]["evalue"] for code in codes} == codes


def test_what_points_into_a_line_is_marked(python):
    shown = python.run("def f(x):\n    return 1 + x['a'] + 1\n1 + f([1]) + 1")
    carets = shown.place.locator(".carets").all_text_contents()
    assert [text.strip() for text in carets] == ["^^^^^^", "~^^^^^"]
    assert lines(shown.place.inner_text()) == lines(shown.error)


def test_errors_of_every_kind_are_told(python):
    deep = python.run("def again(n):\n    return again(n + 1)\nagain(0)").error
    assert "[Previous line repeated" in deep and len(lines(deep)) < 15 and "RecursionError" in deep
    group = python.run("raise ExceptionGroup('two', [ValueError('a'), TypeError('b')])").error
    assert "In this cell, line 1:" in group and "ValueError: a" in group and "ipython" not in group
    assert "KeyboardInterrupt" in python.run("raise KeyboardInterrupt").error
    assert python.run("class Odd(Exception):\n    def __str__(self): 1 / 0\nraise Odd").error.startswith("In this cell")
    assert python.run("class Shy:\n    def __repr__(self): raise ValueError('shy')\nShy()").error.endswith("shy")
    assert python.run("raise ValueError('x' * 10_000_000)").error.endswith("characters more are not shown.]")
    assert python.run("import sys\nsys.exit(3)").error.endswith("SystemExit: 3")
    assert python.run("1 + 1").ok
    warned = python.run("import warnings\nwarnings.warn('careful')")
    assert warned.text == "In this cell, line 2: UserWarning: careful\n"
    strict = python.run("kept = warnings.filters[:]\nwarnings.simplefilter('error')")
    two = [
        python.run(code) for code in ("print(2)", "import asyncio\nawait asyncio.sleep(0)\nprint(2)", "%time print(2)")
    ]
    assert strict.ok and all(one.ok and one.text.startswith("2\n") for one in two), two  # the page gives no warning
    raised = python.run("warnings.warn('careful')").error
    assert raised.startswith("In this cell, line 1:\n") and raised.endswith("UserWarning: careful")
    assert python.run("warnings.filters[:] = kept\nwarnings._filters_mutated()").ok


def test_whole_numbers_and_divisions_by_zero_are_as_run_md_says(python):
    assert python.run("import numpy\nprint(numpy.arange(2).dtype, numpy.arange(2, dtype='int64').dtype)").text == (
        "int32 int64\n"
    )
    shown = python.run("print(numpy.array([1.0, 0.0]) / 0)")
    assert (shown.ok, shown.text) == (True, "[inf nan]\n")


# ---- what a page cannot do ---------------------------------------------------------------------------------------
ANSWERS = {
    "input('Your name? ')": "EOFError: nobody can be asked here",
    "%pip install requests": "UsageError: nothing can be installed here",
    "!ls": "UsageError: there is no shell here",
    "files = !ls": "UsageError: there is no shell here",
    "%%bash\nls": "UsageError: there is no shell here",
    "exit()": "UsageError: Python does not end with a cell",
    "%nosuchmagic": "UsageError: Line magic function `%nosuchmagic` not found.",
    "import torch": "ModuleNotFoundError: No module named 'torch'\nA page of the book has NumPy",
    "import numpy.nothing": "No module named 'numpy.nothing'",
}


@pytest.mark.parametrize("code", ANSWERS)
def test_what_a_page_cannot_do_is_told_kindly(python, code):
    shown = python.run(code)
    assert not shown.ok and ANSWERS[code] in shown.error
    assert ("A page of the book has" in shown.error) == ("torch" in code or "%pip" in code)  # where it helps
    assert "ipython" not in (shown.text + shown.error).lower()


def test_magics_and_questions_are_ipythons(python):
    assert "loop" in python.run("%timeit -n1 -r1 1 + 1").text
    assert "Wall time" in python.run("%%time\nx = 1").text
    assert "Docstring" in python.run("len?").place.inner_text()
