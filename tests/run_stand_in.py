"""A page of code cells for tests. Its Python is a stand-in that knows nine lines: quick, and waiting when told.

print("x") prints, 1 / 0 is an error, and any name alone but result, picture() draws, widget() and result show what no
notebook takes as it is, check("name") finds an answer right, x = 1 binds a name, and input() waits until the test
calls `go()` in the page. What was run stands in `window.ran`.
"""

import json
import os
from itertools import count
from pathlib import Path

import nbformat
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from page_shell import shell_files, with_lines
from run_cells import write_run
from tally import boxes_of

KERNEL = """
window.ran = [];
const said = (text) => ({ output_type: "stream", name: "stdout", text: `${text}\\n` });
const notDefined = (name) =>
  ({ output_type: "error", ename: "NameError", evalue: `name '${name}' is not defined`, traceback: [] });
const OUTPUTS = {
  "1 / 0": { output_type: "error", ename: "ZeroDivisionError", evalue: "division by zero", traceback: [] },
  "widget()": { output_type: "display_data", transient: { display_id: "w" },
    data: { "application/vnd.jupyter.widget-view+json": { model_id: "m" }, "text/html": "<img>",
      "text/plain": "Widget()" } },
  "result": { output_type: "execute_result", execution_count: 3, metadata: {},
    data: { "text/plain": ["a", "b"], "application/geo+json": { a: 5 }, "text/odd": 5 } },
  "picture()": { output_type: "display_data", data: { "image/png": "iVBORw0KGgo=", "text/plain": "<Figure>" } },
};
export class Kernel extends EventTarget {
  state = "off"; jobs = []; busy = false;
  constructor(options) { super(); window.kernel = this; window.options = options; }
  become(state) { this.state = state; this.dispatchEvent(new CustomEvent("state")); }
  run(code, { output, unless }) {
    return new Promise((resolve) => {
      this.jobs.push({ code, output, unless, resolve });
      if (this.state === "off" || this.state === "failed") this.start();
      else if (this.state !== "loading") this.next();
    });
  }
  async start() {
    this.become("loading");
    const run = (this.life = {});
    if (window.slowly) await new Promise((resolve) => { window.loaded = resolve; });
    if (this.life === run) { this.become("idle"); this.next(); }
  }
  progress(loaded, total) { this.dispatchEvent(new CustomEvent("progress", { detail: { loaded, total } })); }
  fail(message) { this.end("failed"); this.dispatchEvent(new CustomEvent("failed", { detail: { message } })); }
  stop() { this.end("off"); }
  end(state) {
    this.life = null; this.busy = false;
    for (const { resolve } of this.jobs.splice(0)) resolve({ ok: false, stopped: true });
    this.become(state);
  }
  async next() {
    if (this.busy) return;
    while (this.jobs[0]?.unless()) this.jobs.shift().resolve({ ok: false, stopped: false, left: true });
    if (!this.jobs.length) return this.become("idle");
    this.busy = true;
    const job = this.jobs[0], life = this.life;
    this.become("busy");
    window.ran.push(job.code);
    let ok = true;
    for (const line of job.code.split("\\n")) {
      if (line === "input()") await new Promise((resolve) => { window.go = resolve; });
      if (this.life !== life) return;
      const printed = /^print\\("(.*)"\\)/.exec(line), checked = /^check\\("(\\w+)"/.exec(line);
      if (printed) job.output(said(printed[1]));
      if (checked) job.output({ output_type: "display_data", data: { "text/plain": `✓ ${checked[1]}: right.` } });
      const shown = OUTPUTS[line] ?? (/^\\w+$/.test(line) ? notDefined(line) : null);
      if (shown) job.output(shown);
      ok &&= shown?.output_type !== "error";
    }
    this.jobs.shift();
    this.busy = false;
    const binds = ok ? [...job.code.matchAll(/^(\\w+) = /gm)].map(([, name]) => name) : [];
    job.resolve({ ok, stopped: false, names: { binds, reads: job.code.match(/[a-z_]\\w*/g) ?? [] } });
    this.next();
  }
}
"""
OUTPUTS = """
export class Outputs {
  messages = [];
  constructor(place) { this.place = place; }
  add(message) {
    const { output_type: type, text, evalue, data } = message;
    this.messages.push(message);
    const pre = document.createElement("pre");
    pre.className = `output ${type}`;
    pre.textContent = text ?? evalue ?? data["text/plain"];
    this.place.append(pre);
  }
  adopt() {}
  get lasting() { return this.messages; }
  clear() { this.messages = []; this.place.replaceChildren(); }
  flush() {}
}
"""
CELLS = {
    "hidden": "import hidden",
    "one": 'print("one")',
    "two": 'x = 1\nprint("two")',
    "asked": 'print("the answer")',
    "four": "y = 2",
    "five": (
        'def f(*names: int) -> bool:  # at π\n    return f"{names!r:>9}" in ValueError\n\n\n'
        'if x:\n    print("a long line that goes on and on, until it has to be broken, even where there is room")'
    ),
}
EDITIONS = count(1_000_000_000, 60)  # s
SHOWN = {"one": "one", "two": "two", "asked": "the answer"}


def output(words: str) -> str:
    return f'<div class="cell_output"><div class="output stream"><pre>{words}</pre></div></div>'


def cell(name: str, code: str) -> str:
    """Return a cell as the book has it; that of the question shows its output in a fold."""
    if name == "hidden":
        return f'<div class="cell" data-cell="{name}" data-code="{code}"></div>'
    printed = highlight(code, PythonLexer(), HtmlFormatter(nowrap=True))
    shown = with_lines(
        f'<div class="highlight-python notranslate"><div class="highlight"><pre>{printed}</pre></div></div>'
    )
    own = output(SHOWN[name]) if name in SHOWN else ""
    folded = (
        """<div class="prediction" id="question-q" data-question="c/q" data-prediction='{"answer": 1}' hidden></div>"""
        '<details class="fold answer"><summary>Show the answer'
        f'</summary><div class="cell">{own}</div><p>In words.</p></details>'
    )
    after = folded if name == "asked" else ""
    inside = "" if name == "asked" else own
    return f'<div class="cell" data-cell="{name}"><div class="cell_input">{shown}</div>{inside}</div>{after}'


def notebook(cells: dict[str, str]) -> str:
    """Return the notebook of the page."""
    made = [nbformat.v4.new_markdown_cell("# A chapter", id="title")]
    for name, code in cells.items():
        printed = [nbformat.v4.new_output("stream", text="printed\n")]
        made.append(nbformat.v4.new_code_cell(code, id=name, outputs=printed, execution_count=1))
    return nbformat.writes(nbformat.v4.new_notebook(cells=made))


def write_page(site: Path, cells: dict[str, str] = CELLS, python: str = "../_static/python/") -> None:
    """Write the page, notebooks/chapter.html, and its notebook; the rest of the site is `write_site`'s."""
    (site / "notebooks").mkdir(exist_ok=True)
    (site / "_sources" / "notebooks").mkdir(parents=True, exist_ok=True)
    (site / "_sources" / "notebooks" / "chapter.ipynb").write_text(notebook(cells), "utf-8")
    html = f"""<!doctype html><html lang="en" data-theme="light" data-run="../_static/run/{(site / "page").read_text()}"
      data-python="{python}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
      <title>A chapter</title>
      <link rel="icon" href="data:,"><link rel="stylesheet" href="../_static/book.css">
      <script src="../_static/mode.js"></script><script defer src="../_static/book.js"></script>
      <header class="site-header"><button class="tool" type="button" popovertarget="notebook-menu">Notebook</button>
      <nav class="menu" id="notebook-menu" popover aria-label="This chapter as a notebook">
      <a href="../_sources/notebooks/chapter.ipynb" download>Download this notebook</a></nav>
      <button class="tool mode-button" type="button" hidden><span>Colours</span></button>
      <form class="menu" id="search-box" role="search" popover><input id="search-words" aria-label="words"></form>
      </header>
      <main><article><h1>A chapter</h1><p hidden class="runs-here">Run it here.</p>
      <p class="runs-elsewhere">Get a notebook.</p>{"".join(cell(name, code) for name, code in cells.items())}
      {boxes_of({"chapter/one_stop": "1. One stop", "chapter/loops": "2. Loops"}, "#")}</article></main></html>"""
    (site / "notebooks" / "chapter.html").write_text(html, "utf-8")
    edition = next(EDITIONS)  # a browser tells two pages of one second apart by nothing else
    os.utime(site / "notebooks" / "chapter.html", (edition, edition))


def write_site(site: Path) -> None:
    """Write all that the page loads, with the stand-in in the place of Python."""
    run = site / "_static" / "run"
    (site / "page").write_text(write_run(run))
    (run / "kernel.js").write_text(KERNEL, "utf-8")
    (run / "outputs.js").write_text(OUTPUTS, "utf-8")
    for name, text in shell_files().items():
        (site / "_static" / name).write_text(text, "utf-8")


def kept(page) -> dict:
    """Return what the browser keeps of the page's code, by the ids of its cells."""
    start = "seeing-convolutions code notebooks/chapter.ipynb "
    return {
        name.removeprefix(start): json.loads(text)
        for name, text in page.evaluate("Object.entries(localStorage)")
        if name.startswith(start)
    }
