"""The Python side of a page: what its cells run in, and how what they show reaches the page.

The worker runs this file once, with `post(text, buffers)` in its namespace, which hands a message to the page.
"""

import ast
import base64
import builtins
import dis
import getpass
import json
import math
import os
import re
import sys
import time
import traceback
import warnings
from types import CodeType, SimpleNamespace

os.environ["JUPYTER_WIDGETS_ECHO"] = "0"  # a page has one view of a widget's state, which knows what it has sent
# IPython imports its terminal, which a page does not have: every fourth module that a start would read and compile.
sys.modules["IPython.terminal.embed"] = SimpleNamespace(embed=None)

import pyodide_kernel.kernel
from IPython.core.error import UsageError
from pyodide.ffi import to_js
from pyodide_kernel import ipython_shell as shell
from pyodide_kernel import kernel_instance as kernel
from pyodide_kernel import stderr_stream, stdout_stream

LONGEST = 100_000  # characters that a cell shows
TAIL = 5_000  # and so many of its end, if there were more
LARGEST = 20_000_000  # characters of one picture
MOST = 200  # pictures, tables, ... of one cell
BURST, RATE = 100, 30  # pieces of text that are told at once, and then so many a second: a page draws no faster
OURS = "convbook.widgets."  # their views come from the page's own scripts


# ---- messages -------------------------------------------------------------------------------------------------------


def plain(value):
    """Return `value` as JSON holds it: what is no finite number has no other way than its name."""
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return repr(value) if isinstance(value, float) and not math.isfinite(value) else value


def tell(kind, buffers=(), **content):
    """Send one message to the page."""
    message = {"kind": kind, "parent": output.parent, **content}
    try:
        text = json.dumps(message, allow_nan=False, default=repr)
    except ValueError:
        text = json.dumps(plain(message), default=repr)
    post(text, to_js([bytes(buffer) for buffer in buffers]) if buffers else None)  # noqa: F821


class Output:
    """What one cell shows: at the pace of a page, and no more than anybody reads.

    `parent` is the number of the cell's run, or the id of the widget whose change made something of the reader's run.
    """

    def __init__(self, parent):
        self.parent = parent
        self.name, self.pieces = "stdout", []
        self.credit, self.last = BURST, time.monotonic()
        self.begin()

    def begin(self):
        """Begin with nothing shown."""
        self.left, self.displays, self.tail, self.cut = LONGEST, 0, "", False

    def write(self, name, text):
        """Take a piece of text; show it at once, unless there were too many of late."""
        if name != self.name:
            self.flush()
            self.name = name
        self.pieces.append(text)
        now = time.monotonic()
        self.credit, self.last = min(BURST, self.credit + (now - self.last) * RATE), now
        if self.credit >= 1:
            self.credit -= 1
            self.flush()

    def flush(self):
        """Show the text that waits, as far as there is room; of the rest, keep the end."""
        text, self.pieces = "".join(self.pieces), []
        shown, rest = text[: self.left], text[self.left :]
        self.left -= len(shown)
        self.show_text(shown)
        if not rest:
            return
        self.tail += rest
        if len(self.tail) > TAIL:
            if not self.cut:
                self.show_text(f"\n[More than {LONGEST:,} characters: of what follows, only the end is shown.]\n")
            self.cut, self.tail = True, self.tail[-TAIL:]

    def show_text(self, text):
        """Send a piece of text."""
        if text:
            tell("output", message={"output_type": "stream", "name": self.name, "text": text})

    def show(self, message):
        """Send anything but text, behind the text that came before it."""
        self.finish()
        if message["output_type"] != "update_display_data":
            self.displays += 1
            if self.displays == MOST + 1:
                self.show_text(f"\n[More than {MOST} outputs: what follows is not shown.]\n")
            if self.displays > MOST and message["output_type"] != "error":
                return
        tell("output", message=message)

    def clear(self, wait):
        """Take back what was shown."""
        self.flush()
        self.begin()
        tell("output", message={"output_type": "clear_output", "wait": bool(wait)})

    def finish(self):
        """Show what still waits: text, and the end of what was too much."""
        self.flush()
        if self.cut:
            self.tail = self.tail.partition("\n")[2] or self.tail
        self.show_text(self.tail)
        self.tail = ""


output = Output(None)


def short(text):
    """Return a text that somebody can read to its end."""
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}\n[{len(text) - LONGEST:,} characters more are not shown.]"


def shown(mime, content):
    """Return one form of an output as the page takes it: bytes as base64, and nothing without an end."""
    if isinstance(content, bytes):
        content = base64.b64encode(content).decode()
    if mime == "text/plain" and isinstance(content, str):
        return short(content)
    if isinstance(content, str) and len(content) > LARGEST:
        raise ValueError(mime)
    return content


def data_of(data):
    """Return the forms of an output that are small enough to be shown."""
    forms = {}
    for mime, content in data.items():
        try:
            forms[mime] = shown(mime, content)
        except ValueError:
            forms.setdefault("text/plain", f"[This {mime} has {len(content) / 1e6:.0f} MB and is not shown.]")
    return forms


def display(data, metadata=None, transient=None, kind="display_data"):
    """Show what `display` gives."""
    output.show({"output_type": kind, "data": data_of(data), "metadata": metadata or {}, "transient": transient or {}})


def update_display(data, metadata=None, transient=None):
    """Show it in place of what was shown under the same display_id."""
    display(data, metadata, transient, "update_display_data")


def show_result(count, data, metadata):
    """Show the value of a cell's last line."""
    if data:  # a value that cannot say what it is has none
        result = {"output_type": "execute_result", "execution_count": count}
        output.show({**result, "data": data_of(data), "metadata": metadata or {}})


def write(name, text):
    """Show what is printed."""
    output.write(name, str(text))


stdout_stream.publish_stream_callback = stderr_stream.publish_stream_callback = write
shell.display_pub.display_data_callback = display
shell.display_pub.update_display_data_callback = update_display
shell.display_pub.clear_output_callback = lambda wait=False: output.clear(wait)
shell.displayhook.publish_execution_result = show_result


# ---- errors: the reader's own lines, and what went wrong -------------------------------------------------------------

PLACE = re.compile(r'^([ |]*)  File "([^"]*)", line (\d+)(?:, in (.+))?$', re.MULTILINE)
HEADER = re.compile(r"^[ |]*Traceback \(most recent call last\):\n", re.MULTILINE)
INDENT = "\N{NO-BREAK SPACE}"  # a space that Python does not strip off a line
cells = {}  # the file names of all cells that have run, in this order


def note_cell(*arguments, **options):
    """Keep the code of a cell for tracebacks, as IPython does, and its file name: its lines are the reader's."""
    name = keep_code(*arguments, **options)
    cells.pop(name, None)
    cells[name] = True
    return name


def is_readers(frame):
    """Say whether a line of a traceback stands in a cell."""
    return frame.filename in cells


def keep_readers_lines(trace):
    """Take the lines of libraries out of a traceback, and of those that belong to it; return whether any are left."""
    trace.stack[:] = [frame for frame in trace.stack if is_readers(frame)]
    for part in trace.exceptions or ():
        keep_readers_lines(part)
    if trace.__cause__ and not keep_readers_lines(trace.__cause__):
        trace.__cause__ = None
    if trace.__context__ and not keep_readers_lines(trace.__context__):
        trace.__context__ = None
    return bool(trace.stack)


def name_of_place(file):
    """Return where the lines of a file stand, in words."""
    if file == next(reversed(cells), None):
        return "this cell"
    return "a cell that ran before" if file in cells else file


def place(found):
    """Return where a line of a traceback stands, in words."""
    indent, file, line, function = found.groups()
    inside = "" if function in (None, "<module>") else f", in {function}"
    return f"{indent}In {name_of_place(file)}, line {line}{inside}:"


def warning(message, category, file, line, *_):
    """Return a warning as a reader sees it: of the lines, only their own."""
    where = f"In {name_of_place(file)}, line {line}: " if file in cells else ""
    return f"{where}{category.__name__}: {message}\n"


def readable(kind, value, trace):
    """Return an error as a reader sees it: the lines of their own that led to it, and what it says."""
    told = traceback.TracebackException(kind, value, trace, compact=True)
    keep_readers_lines(told)
    if issubclass(kind, IndentationError) and told.text:  # its line is told with what is wrong about it
        told.text = re.sub(r"^ +", lambda indent: INDENT * len(indent[0]), told.text)
    text = PLACE.sub(place, HEADER.sub("", "".join(told.format()))).rstrip().replace(INDENT, " ")
    advice = about_module(value.name) if issubclass(kind, ModuleNotFoundError) else ""
    return short(f"{text}\n{advice}".rstrip())


def about_module(name):
    """Return what helps whoever misses a module: the page loads what a cell imports by name, and no more."""
    package = str(name).partition(".")[0]
    if package in sys.modules:
        return ""
    return BY_NAME.format(package) if package in PACKAGES else ELSEWHERE


def say_of(value):
    """Return what an error says, even one that cannot say it; of code that is none, also where it stands, in words."""
    try:
        if isinstance(value, SyntaxError) and value.filename in cells:
            return f"{value.msg}, in {name_of_place(value.filename)}, line {value.lineno}"
        return str(value)
    except Exception:
        return type(value).__name__


def of_readers(error):
    """Return this error, or the one behind it, that came up in a cell; None if none did."""
    seen = set()  # two errors may stand behind each other
    while error is not None and id(error) not in seen:
        if any(map(is_readers, traceback.extract_tb(error.__traceback__))):
            return error
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return None


def note_error(exc_tuple=None, **_):
    """Take note of an error that IPython is about to show."""
    kind, value, trace = shell._get_exc_info(exc_tuple)
    shell.last_fault = of_readers(value)
    if (behind := shell.last_fault) and behind is not value:  # what a library has made of it says less
        kind, value, trace = type(behind), behind, behind.__traceback__
    if issubclass(kind, UsageError):  # whose words say it all
        lines = [f"UsageError: {value}"]
    else:
        render = getattr(value, "_render_traceback_", None)
        lines = list(render()) if render else [readable(kind, value, trace)]
    shell._last_traceback = {"ename": kind.__name__, "evalue": short(say_of(value)), "traceback": lines}


warnings.formatwarning = warning
warnings.filterwarnings("ignore", "To exit: use", UserWarning)  # IPython's word after sys.exit()
warnings.filterwarnings("ignore", "tqdm:disabling monitor")  # it wants a thread, and goes well without one
warnings.filterwarnings("ignore", category=SyntaxWarning, module="<>$")  # IPython reads a cell before it runs it
keep_code, shell.compile.cache = shell.compile.cache, note_cell
shell.compile.reset_compiler_flags()  # with which Python would wait for more lines, and not say what was never closed
shell.showtraceback = note_error
shell.showsyntaxerror = shell.showindentationerror = lambda *_, **__: note_error()


# ---- what a page cannot do ------------------------------------------------------------------------------------------

PACKAGES = ("numpy", "matplotlib", "PIL", "convbook")
BY_NAME = "Write `import {}` into the cell: what a cell imports by name, the page loads before it runs."
ELSEWHERE = (
    "A page of the book has NumPy, Matplotlib, Pillow and convbook. For more, run the notebook on your own machine."
)
NO_PACKAGES = f"nothing can be installed here. {ELSEWHERE}"
NO_SHELL = "there is no shell here: this Python runs inside your browser, where no other program does."
NO_END = "Python does not end with a cell; the button Stop ends it, and the next run starts afresh."
NOBODY = "nobody can be asked here: write the answer into the code, in place of the call."


def never(error, words):
    """Return a function that does nothing but say why it cannot do anything."""

    def refuse(*_, **__):
        raise error(words)

    return refuse


builtins.input = getpass.getpass = never(EOFError, NOBODY)
shell.system = shell.getoutput = never(UsageError, NO_SHELL)
shell.ask_exit = never(UsageError, NO_END)
kernel.lite_transform_manager.line_transforms = []  # which would ask a registry for packages
for name in ("pip", "conda", "mamba", "micromamba", "uv"):
    shell.register_magic_function(never(UsageError, NO_PACKAGES), "line", name)
for name in ("bash", "sh", "script", "perl", "ruby", "system", "sx"):
    shell.register_magic_function(never(UsageError, NO_SHELL), "cell", name)


# ---- widgets --------------------------------------------------------------------------------------------------------


def send_comm(kind, content, metadata=None, topic=None, buffers=None):
    """Tell the page that a widget was made, has changed or is gone; the page has the views of ours."""
    data = content.get("data", {})
    state = data.get("state", {})
    if str(state.get("_anywidget_id")).startswith(OURS):
        state = {name: value for name, value in state.items() if name not in ("_esm", "_css")}
        data = {**data, "state": state}
    tell(kind, buffers or (), model=content["comm_id"], data=data, target=content.get("target_name"))


def hear(parent, model, data, buffers):
    """Take what the page says of a widget; a function of the reader's that is called by it may fail."""
    global output
    comm = kernel.comm_manager.comms.get(model)
    if comm is None:
        return
    output = Output(parent)
    shell._last_traceback = None
    try:
        comm.handle_msg({"content": {"data": json.loads(data)}, "buffers": [buffer.to_bytes() for buffer in buffers]})
    except Exception:
        note_error()
    if shell._last_traceback and not shell.last_fault:
        shell._last_traceback = None  # what a widget refuses, it has put back, and the view tells of it
    show_error()
    output.finish()


shell.send_comm = send_comm


# ---- cells ----------------------------------------------------------------------------------------------------------


def show_error():
    """Show the error that was noted; return whether there was one."""
    if error := shell._last_traceback:
        output.show({"output_type": "error", **error})
    return bool(error)


async def nothing(_):
    """Load nothing: the worker has loaded what a cell imports."""


pyodide_kernel.kernel._load_packages_from_imports = nothing
should_run_async, run_cell_async = shell.should_run_async, shell.run_cell_async


def read(code, settings):
    """Add to a cell's settings what IPython reads in it: if it has to look itself, it warns, which may be an error."""
    try:
        return {"transformed_cell": shell.transform_cell(code), **settings}
    except Exception:
        return {"preprocessing_exc_tuple": sys.exc_info(), **settings}


async def run_to_the_end(code, **settings):
    """Run a cell that awaits, and then what follows a cell, such as showing its figures: IPython leaves that to us."""
    result = None
    try:
        result = await run_cell_async(code, **read(code, settings))
        return result
    finally:
        shell.events.trigger("post_execute")
        if result is not None:
            shell.events.trigger("post_run_cell", result)


shell.should_run_async = lambda code, **settings: should_run_async(code, **read(code, settings))
shell.run_cell_async = run_to_the_end


async def run(parent, code, cell=""):
    """Run one cell; return whether it came to its end.

    `cell` is its place in the page: run in other words than before, it first takes back what the earlier words bound.
    """
    global output
    output = Output(parent)
    written, reads = names_in(code) if cell else (set(), set())
    if ran.get(cell, code) != code:
        forget(cell)
    before = dict(shell.user_ns)
    shell._last_traceback = None  # IPython leaves it as it is where there is nothing to run
    try:
        await kernel.run(code)
    except Exception as error:  # before it began: code that IPython cannot read, and does not know as a cell yet
        if isinstance(error, SyntaxError):
            error.filename = note_cell(code, shell.execution_count)
        note_error()
    failed = show_error()
    output.finish()
    if cell:
        ran[cell] = code
        tell("names", binds=note_names(cell, written, before), reads=sorted(reads))
    return not failed


# ---- whose names are whose: what no cell of the page defines any more is not there, as in a fresh notebook -----------

ran = {}  # the words in which each cell ran last
givers = {}  # for each name, the cells that bound it and what they gave it, the last one last
IPYTHONS = re.compile(r"_+|_i+|_i?\d+|_exit_code|In|Out")  # the shell binds these anew for each cell
NOTHING = object()


def names_in(code):
    """Return the names that a cell binds and those that it reads, as Python's compiler sees them, in functions too."""
    try:
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        with warnings.catch_warnings(action="ignore"):  # the run itself gives them
            whole = compile(shell.transform_cell(code), "cell", "exec", flags, dont_inherit=True)
    except Exception:  # whoever runs it shows the error
        return set(), set()
    binds, reads, parts = set(), set(), [whole]
    for part in parts:
        parts += [one for one in part.co_consts if isinstance(one, CodeType)]
        for step in dis.get_instructions(part):
            if step.opname == "STORE_GLOBAL" or (step.opname == "STORE_NAME" and part is whole):
                binds.add(step.argval)
            elif step.opname in ("LOAD_NAME", "LOAD_GLOBAL"):
                reads.add(step.argval)
    return binds, reads


def forget(cell):
    """Take back what a cell has bound: what an earlier cell gave to the same name stands there again."""
    for name, given in list(givers.items()):
        was_last = next(reversed(given)) == cell
        if given.pop(cell, NOTHING) is NOTHING or not was_last:
            continue
        if given:
            shell.user_ns[name] = next(reversed(given.values()))
        else:
            shell.user_ns.pop(name, None)
            del givers[name]


def note_names(cell, written, before):
    """Note what a cell has bound, be it by its own lines or by a magic; return the names."""
    space = shell.user_ns
    bound = {name for name in space if name in written or before.get(name, NOTHING) is not space[name]}
    names = sorted(name for name in bound if not IPYTHONS.fullmatch(name))
    for name in [name for name in givers if name not in space]:  # the cell has deleted it
        del givers[name]
    for name in names:
        given = givers.setdefault(name, {})
        given.pop(cell, None)
        given[cell] = space[name]
    return names


WHY = {
    "offline": "you seem to be offline. Run it again when you are connected.",
    "memory": "there is not enough memory for it. Close other pages, and run it again.",
    "file": "it did not come. Run it again; if that does not help, reload the page.",
    "other": "something went wrong. Run it again; if that does not help, reload the page.",
}


def refuse(parent, why):
    """Show that a cell needs what could not be loaded."""
    global output
    output = Output(parent)
    words = f"What this cell imports could not be loaded: {WHY[why]}"
    output.show({"output_type": "error", "ename": "ImportError", "evalue": words, "traceback": [words]})
    return False
