"""What all widgets share in Python, and how the book's pages get what their widgets need."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
import traitlets
from sphinx.application import Sphinx

import live_widgets
from convbook import widgets
from convbook.widgets import SlidingWindow
from convbook.widgets.bundle import IMPORT, bundle, modules, name_of, notebook_module, view_path
from convbook.widgets.traits import Finite, NamedTensors, Pin, Shift, Tensor

STEMS = sorted(getattr(widgets, name)._stem for name in widgets.__all__)
every_stem = pytest.mark.parametrize("stem", STEMS)


# ---- modules -------------------------------------------------------------------------------------------------------


@every_stem
def test_a_view_comes_with_all_that_it_imports_each_module_behind_its_own(stem):
    known = []
    for path, text in modules(view_path(stem)).items():
        imported = {(path.parent / target).resolve() for _, target in IMPORT.findall(text)}
        assert imported <= set(known), f"{path} stands before what it imports"
        known.append(path)
    assert known[-1] == view_path(stem)
    assert len(known) == len(set(known)) > 1


@every_stem
def test_a_notebook_gets_the_view_as_one_module_that_imports_nothing(stem):
    [exported] = re.findall(r"^(?:import|export)\b.*", notebook_module(stem, {"bias": {}}), re.MULTILINE)
    view = f'Object.assign({stem}_view.default, {{ admits: {{"bias":{{}}}} }})'
    assert exported == f"export default parts_notebook.drawnWhenIdle({view});"
    assert "await import" not in notebook_module(stem, {})


def module_files(folder, **texts):
    for name, text in texts.items():
        (folder / f"{name}.js").write_text(text, "utf-8")
    return [folder / f"{name}.js" for name in texts]


def test_a_bundle_refuses_circles_and_statements_that_it_does_not_know(tmp_path):
    one, _ = module_files(tmp_path, one='import { a } from "./two.js";\n', two='import { b } from "./one.js";\n')
    with pytest.raises(ImportError, match=r"one.js imports itself: one.js -> two.js -> one.js"):
        bundle(one)
    for statement in ('import * as all from "./x.js";', "export { a };", 'import "https://elsewhere.org/x.js";'):
        (odd,) = module_files(tmp_path / "..", odd=f"{statement}\n")
        modules.cache_clear()
        with pytest.raises(ImportError, match="does not know"):
            bundle(odd)


def test_every_widget_has_its_view_beside_it_and_its_name_in_the_style():
    for name in widgets.__all__:
        widget = getattr(widgets, name)
        stem = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
        assert widget._stem == stem
        assert widget.__module__ == f"convbook.widgets.{stem}"
        assert re.search(rf'explorer\(\s*"{name}"', view_path(stem).read_text("utf-8"))


# ---- scripts -------------------------------------------------------------------------------------------------------


def mount(name, key="1"):
    return getattr(widgets, name)().page_html(f"{name}-{key}")


def test_a_page_without_widgets_needs_no_script(tmp_path):
    assert live_widgets.write_scripts(tmp_path, "<p>class=&quot;convbook-mount&quot;</p>") == []
    assert list(tmp_path.iterdir()) == []


def test_a_page_gets_a_script_of_its_first_widget_and_one_of_the_others_with_each_module_once(tmp_path):
    [one] = live_widgets.write_scripts(tmp_path, mount("SlidingWindow") + mount("SlidingWindow", "2"))
    first, others = live_widgets.write_scripts(tmp_path, mount("SlidingWindow") + mount("EquivarianceBench"))
    assert one == first
    assert first.split("?")[0] == "sliding_window.js"
    assert others.split("?")[0] == "sliding_window-equivariance_bench.js"
    held = modules(live_widgets.HOST, *map(view_path, ["equivariance_bench", "sliding_window"]))
    code = live_widgets.first_script("SlidingWindow"), live_widgets.other_script(["EquivarianceBench"], "SlidingWindow")
    assert all("".join(code).count(f"const {name_of(path)} = (() => {{") == 1 for path in held)
    written = sum(len((tmp_path / name.split("?")[0]).read_text("utf-8")) for name in (first, others))
    assert written < 0.8 * sum(map(len, held.values()))  # without comments and long names


@pytest.mark.parametrize("name", widgets.__all__)
def test_the_host_and_the_script_of_a_widget_that_code_shows_hold_each_module_once(name):
    code = live_widgets.host_script() + live_widgets.other_script([name])
    held = modules(live_widgets.HOST, live_widgets.view_of(name))
    assert all(code.count(f"const {name_of(path)} = (() => {{") == 1 for path in held)


def test_the_shared_files_replace_what_was_left_behind(tmp_path):
    (tmp_path / "old.js").write_text("left behind")
    live_widgets.write_shared(tmp_path)
    assert not (tmp_path / "old.js").exists()
    assert "--cb-input" in (tmp_path / "theme.css").read_text("utf-8")


# ---- the directive, in a book of two pages -------------------------------------------------------------------------


class Page(HTMLParser):
    """The mounts of a page with their states, and its scripts."""

    def __init__(self, text):
        super().__init__()
        self.mounts, self.scripts, self.styles, self._in_state = [], [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if named.get("class") == "convbook-mount":
            self.mounts.append(named)
        self._in_state = tag == "script" and named.get("type") == "application/json"
        if named.get("class") == "convbook-static":
            self.mounts[-1]["picture"] = named["src"]
        if tag == "script" and named.get("src"):
            self.scripts.append(named)
        if tag == "link" and named.get("rel") == "stylesheet":
            self.styles.append(named["href"])

    def handle_data(self, data):
        if self._in_state:
            self.mounts[-1]["state"] = json.loads(data)


TOC = "```{toctree}\n:glob:\n*\n```\n"


def build(folder, **pages):
    """Build these Markdown pages; return {name: Page} and what Sphinx warned of."""
    folder.joinpath("conf.py").write_text('extensions = ["myst_parser", "live_widgets"]\nsuppress_warnings = ["toc"]\n')
    for name, text in pages.items():
        folder.joinpath(f"{name}.md").write_text(
            f"# {name}\n\n{text}\n\n{TOC if name == 'index' else ''}", encoding="utf-8"
        )
    warnings = folder / "warnings.txt"
    with warnings.open("w") as stream:
        Sphinx(folder, folder, folder / "out", folder / "doctrees", "html", status=None, warning=stream).build()
    read = {name: Page((folder / "out" / f"{name}.html").read_text("utf-8")) for name in pages}
    return read, warnings.read_text()


DIRECTIVE = "```{{widget}} {name}\n{body}\n```\n"


def test_the_directive_makes_live_widgets_of_a_page(tmp_path):
    first = DIRECTIVE.format(name="SlidingWindow", body="input: [[1, 2, 3], [4, 5, 6]]\nkernel: [[1, 0]]\nrelu: true")
    second = DIRECTIVE.format(name="EquivarianceBench", body="shift: [1, -2]\npadding_mode: zeros")
    pages, warnings = build(tmp_path, index=f"{first}\n{second}", other="No widget here.")
    assert warnings == ""
    one, two = pages["index"].mounts
    assert [one["data-widget"], two["data-widget"]] == ["SlidingWindow", "EquivarianceBench"]
    assert one["data-key"] != two["data-key"]
    assert one["state"]["input"] == [[1, 2, 3], [4, 5, 6]]
    assert one["state"]["relu"] is True
    assert two["state"]["shift"] == [1, -2]
    scripts = [script["src"].split("?")[0] for script in pages["index"].scripts if "_static/live" in script["src"]]
    assert scripts == ["_static/live/sliding_window.js", "_static/live/sliding_window-equivariance_bench.js"]
    assert all((tmp_path / "out" / script).is_file() for script in scripts)
    html = (tmp_path / "out" / "index.html").read_text("utf-8")
    behind_the_first = (
        r'</div><script src="_static/live[^>]*></script>' r'<script defer [^>]*></script>\s*<div class="convbook-mount"'
    )
    assert re.search(behind_the_first, html)
    assert pages["index"].mounts[1]["picture"].startswith("_static/live/pictures/")
    assert (tmp_path / "out" / pages["index"].mounts[1]["picture"]).read_text("utf-8").startswith("<svg")
    assert any(style.startswith("_static/live/theme.css") for style in pages["index"].styles)
    assert not any("_static/live" in script["src"] for script in pages["other"].scripts)


@pytest.mark.parametrize(
    "name, body, words",
    [
        ("SlidingDoor", "", "widget must be one of .*SlidingWindow.*; got SlidingDoor"),
        ("SlidingWindow", "kernel: [[1, 2], [3]]", "SlidingWindow: kernel must be a 2-D array of finite numbers"),
        ("SlidingWindow", "padding: 1", "SlidingWindow has no trait 'padding'; it has bias"),
        ("SlidingWindow", "kernel: [[1, 2", "SlidingWindow: while parsing a flow"),
    ],
)
def test_a_directive_that_does_not_fit_says_so_at_its_line(tmp_path, name, body, words):
    pages, warnings = build(tmp_path, index=DIRECTIVE.format(name=name, body=body))
    assert re.search(rf"index\.md:3: ERROR:.*{words}", warnings, re.DOTALL), warnings
    assert pages["index"].mounts == []


# ---- traits --------------------------------------------------------------------------------------------------------


class Everything(traitlets.HasTraits):
    tensor = Tensor([[1, 2]], longest=3, shortest=1)
    cube = Tensor(np.zeros((2, 2, 2)), ndim=3)
    finite = Finite(0.0)
    menu = NamedTensors({"one": [[1]]}, longest=2)
    pinned = Pin(("input", "output"))
    shift = Shift(2)


@pytest.mark.parametrize(
    "trait, value, kept",
    [
        ("tensor", np.eye(2, dtype=np.uint8), [[1.0, 0.0], [0.0, 1.0]]),
        ("tensor", ((1, 2.5),), [[1.0, 2.5]]),
        ("cube", np.ones((1, 2, 3)), np.ones((1, 2, 3)).tolist()),
        ("finite", np.float32(0.5), 0.5),
        ("finite", np.int64(3), 3.0),
        ("finite", 2, 2.0),
        ("menu", {"a": np.ones((1, 2))}, {"a": [[1.0, 1.0]]}),
        ("pinned", ("output", 0, 12), ["output", 0, 12]),
        ("pinned", (), []),
        ("shift", np.array([1, -2]), [1, -2]),
    ],
)
def test_what_fits_is_kept_as_plain_json(trait, value, kept):
    holder = Everything(**{trait: value})
    assert getattr(holder, trait) == kept
    assert json.loads(json.dumps(kept)) == kept


@pytest.mark.parametrize(
    "trait, value, words",
    [
        ("tensor", [1, 2], r"tensor must be a 2-D array of finite numbers, 1 to 3 along each axis; got shape \(2,\)"),
        ("tensor", [[1, 2], [3]], r"tensor must be .*; got \[\[1, 2\], \[3\]\]"),
        ("tensor", np.ones((4, 1)), r"1 to 3 along each axis; got shape \(4, 1\)"),
        ("tensor", np.ones((0, 1)), r"got shape \(0, 1\)"),
        ("tensor", [[1, -np.inf]], "got -inf in it"),
        ("tensor", [["a"]], r"got \[\['a'\]\]"),
        ("tensor", None, r"got shape \(\)|got None"),
        ("tensor", [[1 + 2j]], "tensor must be a 2-D array of finite numbers"),
        ("cube", [[1]], r"cube must be a 3-D array .*; got shape \(1, 1\)"),
        ("finite", "3", "finite.*float.*'3'"),
        ("finite", np.nan, "finite must be a finite number; got nan"),
        ("menu", {"a": [[1]], "b": [[1, 2, 3]]}, r"menu\['b'\] must be .*; got shape \(1, 3\)"),
        ("menu", [[1]], "menu"),
        ("pinned", ("kernel", 0, 0), r"pinned must be \(\) or a role of .*got \('kernel', 0, 0\)"),
        ("pinned", ("input", 0.5), "pinned must be .*"),
        ("pinned", ("input",), "pinned must be .*"),
        ("pinned", ("input", -1, 0), "indices from 0"),
        ("pinned", 3, "pinned must be .*got 3"),
        ("shift", (3, 0), r"shift must be two whole numbers \(down, right\) from -2 to 2; got \(3, 0\)"),
        ("shift", (1, 1.0), r"shift must be .*got \(1, 1.0\)"),
    ],
)
def test_what_does_not_fit_is_named_and_the_last_value_stays(trait, value, words):
    holder = Everything()
    before = getattr(holder, trait)
    with pytest.raises(traitlets.TraitError, match=words):
        setattr(holder, trait, value)
    assert getattr(holder, trait) == before


def test_a_default_is_no_ones_shared_list():
    one, other = Everything(), Everything()
    one.menu["two"] = [[2.0]]
    one.tensor[0][0] = 9.0
    assert "two" not in other.menu
    assert other.tensor == [[1.0, 2.0]]


def test_what_is_taken_out_changed_and_put_back_is_a_change_and_nothing_changes_unseen():
    one = Everything()
    heard = []
    one.observe(heard.append, "tensor")
    one.tensor[0][0] = 9.0  # of a copy
    assert one.tensor == [[1.0, 2.0]] and not heard
    taken = one.tensor
    taken[0][0] = 9.0
    one.tensor = taken
    assert one.tensor == [[9.0, 2.0]] and [change["new"] for change in heard] == [[[9.0, 2.0]]]


def test_an_unknown_trait_is_named_with_what_there_is():
    with pytest.raises(TypeError, match=r"SlidingWindow has no trait 'paddin'; it has bias, .*, step"):
        SlidingWindow(paddin=1)


# ---- display -------------------------------------------------------------------------------------------------------


def test_a_display_carries_the_page_and_the_widget():
    widget = SlidingWindow(bias=1)
    data, _ = widget._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == widget.model_id
    assert data["text/plain"] == repr(widget) == "SlidingWindow(6×6 input, 3×3 kernel)"
    assert Page(data["text/html"]).mounts[0]["state"]["bias"] == 1


def test_the_same_widget_shown_twice_is_one_widget_and_another_is_another():
    widget, twin = SlidingWindow(), SlidingWindow()
    keys = [Page(shown._repr_mimebundle_()[0]["text/html"]).mounts[0]["data-key"] for shown in (widget, widget, twin)]
    assert keys[0] == keys[1] != keys[2]
    assert re.fullmatch(r"SlidingWindow-\d+", keys[2])


@pytest.mark.parametrize("name", widgets.__all__)
def test_a_page_holds_plain_json_and_a_picture_with_words(name):
    html = mount(name)
    assert html == mount(name)
    [found] = Page(html).mounts
    widget = getattr(widgets, name)()
    assert found["state"] == json.loads(json.dumps(widget.page_state()))
    assert not {"_esm", "_css", "layout", "comm"} & set(found["state"])
    alt = re.search(r'<img class="convbook-static" alt="([^"]+)" src="data:image/svg\+xml,[^"]+">', html)[1]
    assert re.search(r"\d", alt)


def test_what_a_reader_names_cannot_break_out_of_the_page():
    html = SlidingWindow(presets={"</script><b>": [[1]]}).page_html('a"><b>')
    assert "<b>" not in html
    assert "<b>" in json.dumps(Page(html).mounts[0]["state"]["presets"])
