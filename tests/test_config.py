"""The site around the chapters: what _config.yml and book/_ext make of it, on a copy with two tiny notebooks."""

import io
import os
import re
import shutil
import subprocess
import sys
from base64 import b64encode
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from zipfile import ZipFile

import nbformat
import pytest
import yaml
from docutils import nodes
from docutils.utils import new_document
from PIL import Image

import notebooks_branch
from book_site import keep_percent_by_its_number, zip_notebooks

ROOT = Path(__file__).parents[1]
ADDRESS = "https://github.com/someone/some-book"
CHAPTER = "notebooks/01_convolution"
EXERCISES = "notebooks/exercises/01_convolution"
CODE = "if kernel:\n    print(1)"
FRONT = "index"
PAGES = [FRONT, CHAPTER, "book/run", "book/teaching", "book/notation", "book/glossary", "book/references", "search"]
every_page = pytest.mark.parametrize("page", PAGES)


def write_notebook(path, text, code, shown=(), **metadata):
    cell = nbformat.v4.new_code_cell(code, metadata=metadata, outputs=list(shown))
    cells = [nbformat.v4.new_markdown_cell(text), cell]
    python = {"kernelspec": {"name": "python3", "display_name": "Python"}, "language_info": {"name": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=python), path)


def picture(width, height):
    """Return a picture as a notebook keeps it."""
    file = io.BytesIO()
    Image.new("L", (width, height)).save(file, "PNG")
    return b64encode(file.getvalue()).decode()


def build(folder, address=""):
    """Build the book in `folder`, its chapters replaced by tiny ones; return the folder of the pages."""
    for part in ("book", "tools", "utils/convbook"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    shutil.copy(ROOT / "utils" / "pyproject.toml", folder / "utils")
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    config["repository"]["url"] = address
    (folder / "_config.yml").write_text(yaml.safe_dump(config), "utf-8")
    for name in ("_toc.yml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, folder)
    (folder / "notebooks" / "exercises").mkdir(parents=True)
    table = "| | a |\n|:--|:--|\n| b | c |"
    answer = "def f():\n    ### BEGIN SOLUTION\n    return 42\n    ### END SOLUTION"
    mark = {"grade_id": "f", "solution": True}
    shown = [nbformat.v4.new_output("display_data", data={"image/png": picture(3, 2)})]
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        chapter, exercises = folder / "notebooks" / path.name, folder / "notebooks" / "exercises" / path.name
        write_notebook(chapter, f"# A chapter\n\n{{kernel}}`nine` and $x$\n\n{table}", CODE, shown)
        write_notebook(exercises, "# An exercise", answer, nbgrader=mark)
    command = [Path(sys.executable).with_name("jupyter-book"), "build", ".", "--path-output", ".", "-W", "-n", "-q"]
    alone = {"PYTHONPATH": str(folder / "utils"), "CONVBOOK_CACHE": str(folder / "nothing gathered")}
    run = subprocess.run(command, cwd=folder, env=os.environ | alone, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return folder / "_build" / "html"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The book as it is: without a public address."""
    return build(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def public_site(tmp_path_factory):
    """The book once it has a public address."""
    return build(tmp_path_factory.mktemp("public"), ADDRESS)


class Reader(HTMLParser):
    """Collects what a page loads by itself, and where its links lead."""

    def __init__(self, text):
        super().__init__()
        self.loads, self.links, self.classes = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.classes.append(attributes.get("class") or "")
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        elif tag == "link" or "src" in attributes:
            self.loads.append(attributes.get("src") or attributes["href"])


def read(site, page):
    return Reader((site / f"{page}.html").read_text("utf-8"))


@every_page
def test_a_page_loads_only_files_that_the_book_ships(site, page):
    for address in read(site, page).loads:
        assert not urlsplit(address).netloc, address
        if not address.startswith("data:"):
            assert (site / page).parent.joinpath(unquote(urlsplit(address).path)).exists(), address


@every_page
def test_a_page_asks_for_none_of_the_heavy_scripts_of_the_theme(site, page):
    heavy = r"fontawesome|bootstrap|pydata-sphinx-theme|sphinx-book-theme|thebe|require(\.min)?\.js|html-manager|jquery"
    assert not [address for address in read(site, page).loads if re.search(heavy, address)]


def test_the_front_page_is_the_index_itself(site):
    page = (site / "index.html").read_text("utf-8")
    assert "<h1>" in page and 'http-equiv="Refresh"' not in page
    assert 'data-widget="SlidingWindow"' in page
    assert "../index.html" in read(site, CHAPTER).links


def test_without_a_public_address_nothing_points_to_one(site):
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8").lower()
        assert not re.search(r'href="[^"]*(colab|binder|github\.com|codespaces|vscode)|owner/repo', text), path


@pytest.mark.parametrize("notebook", [CHAPTER, EXERCISES])
def test_a_public_address_brings_the_notebook_without_solutions_everywhere_and_the_repository(public_site, notebook):
    links = read(public_site, notebook).links
    assert f"https://colab.research.google.com/github/someone/some-book/blob/readers/{notebook}.ipynb" in links
    assert f"https://mybinder.org/v2/gh/someone/some-book/readers?urlpath=lab/tree/{notebook}.ipynb" in links
    assert "https://codespaces.new/someone/some-book/tree/readers?quickstart=1" in links
    clone = next(link for link in links if link.startswith("vscode:"))
    assert parse_qs(urlsplit(clone).query) == {"url": [f"{ADDRESS}.git"], "ref": ["readers"]}
    assert clone.split("?")[0] == "vscode://vscode.git/clone"
    assert ADDRESS in links
    assert not [link for link in links if "/main/" in link or "/main?" in link]
    assert f"{notebook}.ipynb" in notebooks_branch.files()


def test_a_public_address_is_told_how_each_of_these_places_is_used(public_site):
    words = (public_site / "book" / "run.html").read_text("utf-8")
    assert [
        place for place in ("Colab", "Binder", "Codespaces", "VS Code") if f"<strong>{place}</strong>" not in words
    ] == []


def test_a_chapter_offers_its_notebook_and_all_that_it_needs(site):
    links = read(site, CHAPTER).links
    assert f"../_sources/{CHAPTER}.ipynb" in links
    assert "../_downloads/seeing-convolutions-notebooks.zip" in links
    assert (site / "_sources" / f"{CHAPTER}.ipynb.js").exists()  # for a page on a disk


def test_the_archive_holds_chapters_exercises_and_the_package(site, tmp_path):
    with ZipFile(site / "_downloads" / "seeing-convolutions-notebooks.zip") as archive:
        names = {name.removeprefix("seeing-convolutions-notebooks/") for name in archive.namelist()}
    assert {f"{CHAPTER}.ipynb", "notebooks/exercises/01_convolution.ipynb", "utils/pyproject.toml"} <= names
    assert "utils/convbook/pictures/camera.png" in names
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    zip_notebooks(ROOT, first)
    zip_notebooks(ROOT, second)
    assert first.read_bytes() == second.read_bytes()
    with ZipFile(first) as archive:
        assert f"seeing-convolutions-notebooks/{CHAPTER}.ipynb" in archive.namelist()
        assert not [name for name in archive.namelist() if "__pycache__" in name]
        assert not [name for name in archive.namelist() if b"### BEGIN SOLUTION" in archive.read(name)]


def test_no_solution_leaves_the_book(site):
    files = [path for path in site.rglob("*") if path.suffix in {".html", ".js", ".ipynb"}]
    assert not [path for path in files if b"BEGIN SOLUTION" in path.read_bytes()]
    assert "return 42" not in (site / "notebooks" / "exercises" / "01_convolution.html").read_text("utf-8")


@every_page
def test_a_page_asks_for_one_style_sheet_and_two_scripts_beside_its_widgets(site, page):
    loads = [address.split("?")[0].rsplit("_static/")[-1] for address in read(site, page).loads]
    shell = [name for name in loads if not name.startswith(("live/", "data:", "../_images/"))]
    search = ["search.js", "searchindex.js"] if page == "search" else []
    assert shell == ["favicon.svg", "mode.js", "book.css", "book.js", *search]


@every_page
def test_no_page_holds_a_script_of_its_own(site, page):
    scripts = re.findall(r"<script([^>]*)>", (site / f"{page}.html").read_text("utf-8"))
    assert all(' src="' in script or 'type="application/json"' in script for script in scripts)
    assert not re.search(r"<[^>]+ on\w+=|javascript:", (site / f"{page}.html").read_text("utf-8"))


def test_what_the_page_needs_of_mathjax_comes_from_our_own_files(site):
    script = (site / "_static" / "book.js").read_text("utf-8")
    parts = set(re.findall(r'"((?:core|(?:input|output|a11y)/[\w/-]*)+)"', script))
    assert {"core", "input/tex", "output/chtml", "output/svg", "a11y/assistive-mml"} <= parts
    for part in [*parts, "startup", "output/chtml/fonts/tex", "output/svg/fonts/tex"]:
        assert (site / "_static" / "mathjax" / f"{part}.js").exists(), part
    assert list((site / "_static" / "mathjax" / "output" / "chtml" / "fonts" / "woff-v2").glob("*.woff"))


def test_a_coloured_word_carries_its_role(site):
    assert "role role-kernel" in read(site, CHAPTER).classes


def test_what_docutils_gets_wrong_for_screen_readers_is_mended(site):
    assert "doc-biblioentry" not in (site / "book" / "references.html").read_text("utf-8")
    assert "<p></p></th>" not in (site / f"{CHAPTER}.html").read_text("utf-8")


def test_the_theme_and_the_extensions_leave_nothing_that_no_page_asks_for(site):
    static = {path.name for path in (site / "_static").iterdir()}
    scripts = {"app.js", "book.js", "mode.js", "search.js"}
    assert static == scripts | {"book.css", "favicon.svg", "licences", "live", "mathjax", "run"}


def test_every_class_of_a_box_that_unfolds_has_its_style_here(site):
    """sphinx_design's own style sheet is left out: whoever uses a new kind of box adds what it needs to book.css."""
    style = (site / "_static" / "book.css").read_text("utf-8")
    used = {
        name for path in site.rglob("*.html") for name in re.findall(r'class="(sd-[\w-]+)', path.read_text("utf-8"))
    }
    assert used
    assert {name for name in used if f".{name}" not in style} == set()


def test_a_picture_waits_until_it_comes_near_and_keeps_its_room(site):
    (picture,) = re.findall(r"<img [^>]*_images/[^>]*>", (site / f"{CHAPTER}.html").read_text("utf-8"))
    assert 'loading="lazy" width="3" height="2"' in picture


def test_each_line_of_code_is_an_element_and_what_is_printed_is_not(site):
    page = (site / f"{CHAPTER}.html").read_text("utf-8")
    first, second = re.findall(r'<span class="line".*?\n</span>', page)
    assert first == '<span class="line"><span class="k">if</span> kernel:\n</span>'
    assert second.startswith('<span class="line" style="--indent:4ch">    <span class="nb">print</span>(')
    assert re.sub(r"<[^>]+>", "", first + second) == f"{CODE}\n"


def test_a_mistake_can_be_reported_once_there_is_an_address(site, public_site):
    for page in PAGES:
        reports = [link for link in read(public_site, page).links if link.startswith(f"{ADDRESS}/issues/new?")]
        assert len(reports) == 1, page
        assert page in unquote(reports[0]) or page in (FRONT, "search")
        assert not [link for link in read(site, page).links if "issues" in link]


def pages_in(toc):
    """Yield the files of a table of contents."""
    for key, value in toc.items():
        if key in ("root", "file"):
            yield value
        elif key in ("parts", "chapters", "sections"):
            for part in value:
                yield from pages_in(part)


def test_every_notebook_is_in_the_contents_and_every_entry_exists():
    listed = set(pages_in(yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))))
    written = [*ROOT.glob("notebooks/**/*.ipynb"), *ROOT.glob("book/*.md")]
    there = {path.relative_to(ROOT).with_suffix("").as_posix() for path in written if "-checkpoint" not in path.name}
    assert listed == there


def test_folds_are_dropdowns_since_an_admonition_does_not_fold_here():
    sources = [*ROOT.glob("notebooks/**/*.ipynb"), *ROOT.glob("book/*.md")]
    assert not [path for path in sources if re.search(r":class: .*(dropdown|toggle)", path.read_text("utf-8"))]


def test_the_glossary_is_in_alphabetical_order():
    lines = (ROOT / "book" / "glossary.md").read_text("utf-8").split(":::{glossary}\n")[1].splitlines()
    entries = [lines[i] for i in range(len(lines)) if re.match(r"\w", lines[i]) and not re.match(r"\w", lines[i - 1])]
    assert entries == sorted(entries, key=str.casefold)
    assert len(entries) > 40


def test_no_line_break_comes_between_a_number_and_its_percent():
    page = new_document("page")
    prose, code = nodes.Text("That is 15.3 % of it, and not "), nodes.literal(text="7 % 4")
    page += nodes.paragraph("", "", prose, code)
    keep_percent_by_its_number(None, page)
    assert page.astext() == "That is 15.3\u00a0% of it, and not 7 % 4"


def test_the_page_about_running_speaks_of_no_entry_that_the_menu_lacks(site, public_site):
    said = [(folder / "book" / "run.html").read_text("utf-8") for folder in (site, public_site)]
    for name in ("Colab</strong>", "Binder", "Codespaces", "four more places"):
        assert [name in page for page in said] == [False, True], name


def test_what_is_new_is_named_in_words(site):
    page = (site / "book" / "changes.html").read_text("utf-8")
    headings = [re.sub("<.*", "", heading) for heading in re.findall("<h2>(.*?)</h2>", page)]
    assert headings[-1] == "0.1.0, 22 November 2026"
    assert headings[:-1] in ([], ["Since the last edition"])
    assert "[Unreleased]" not in page and "[0.1.0]" not in page


def test_a_copy_without_python_says_so_and_offers_to_run_nothing(site):
    page = (site / "book" / "credits.html").read_text("utf-8")
    assert "This copy of the book was built without it" in page
    assert "data-python" not in (site / f"{CHAPTER}.html").read_text("utf-8")
