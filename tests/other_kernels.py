"""Runs notebooks in a kernel of another environment (tools/elsewhere.py), as whoever opens them there would."""

import asyncio
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import elsewhere
import package
from environment import python_of
from normalise_notebook import MEASURES, SETUP

ROOT = Path(__file__).parents[1]
QUICKLY = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # another kernel may be running beside this one
ALONE = {"PYTHONPATH": "", "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}

# What has been imported stays: the collector of garbage, which a reset calls several times, need not go through it.
AFRESH = "%reset -f\nimport gc\ngc.freeze()\ndel gc"


class Other:
    """An environment that stands on another one: it sees all that is there, and keeps what is put in to itself."""

    def __init__(self, name, folder):
        base = elsewhere.there(name)
        self.folder, self.python = folder, python_of(folder / "venv")
        self.variables = {**QUICKLY, **ALONE, "PIP_FIND_LINKS": str(folder / "wheels")}
        subprocess.run([base, "-m", "venv", "--without-pip", folder / "venv"], check=True)
        self.packages = Path(self.ask("import sysconfig; print(sysconfig.get_path('purelib'))"))
        below = self.ask("import sysconfig; print(sysconfig.get_path('purelib'))", base)
        (self.packages / "below.pth").write_text(f"{below}\n")
        sdist, _ = package.build(folder / "wheels")
        sdist.unlink()  # pip is to take the wheel

    def call(self, *command):
        """Return what a program prints."""
        run = subprocess.run(command, env=os.environ | self.variables, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout.strip()

    def ask(self, program, python=None):
        """Return what lines of Python print."""
        return self.call(python or self.python, "-c", program)

    def versions(self):
        """Return {package: version} of all that can be imported."""
        listed = "from importlib.metadata import distributions as all; "
        listed += "print(*sorted({f'{one.name.lower()}=={one.version}' for one in all()}))"
        return dict(pin.split("==") for pin in self.ask(listed).split())

    def install(self):
        """Install convbook, from its wheel alone: whatever else it wants must be there."""
        self.call(self.python, "-m", "pip", "install", "--quiet", "convbook")

    def run(self, notebooks):
        """Run notebooks from top to bottom, and return {name: what went wrong}.

        One kernel runs all of them, each with nothing of the one before but what Python has imported: to start a
        kernel and Matplotlib takes longer than most notebooks do.
        """
        spec = self.folder / "kernels" / "other"
        spec.mkdir(parents=True, exist_ok=True)
        argv = [str(self.python), "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=ERROR"]
        described = {"argv": argv, "display_name": "other", "language": "python", "env": self.variables}
        (spec / "kernel.json").write_text(json.dumps(described))
        work = self._run(notebooks, KernelSpecManager(kernel_dirs=[str(spec.parent)]))
        with ThreadPoolExecutor(1) as apart:  # in this thread a loop may be running
            return apart.submit(asyncio.run, work).result()

    async def _run(self, notebooks, specs):
        manager, faults = AsyncKernelManager(kernel_name="other", kernel_spec_manager=specs), {}
        await manager.start_kernel(cwd=str(self.folder))
        try:
            for name, notebook in notebooks.items():
                notebook.cells.insert(0, nbformat.v4.new_code_cell(AFRESH))
                try:
                    await NotebookClient(notebook, km=manager, timeout=120).async_execute()
                except CellExecutionError as error:
                    faults[name] = str(error)
                notebook.cells.pop(0)
        finally:
            await manager.shutdown_kernel(now=True)
        return faults


def committed():
    """Return {name: notebook} of the chapters and the exercises, with the solutions of their authors."""
    folder = ROOT / "notebooks"
    paths = sorted([*folder.glob("*.ipynb"), *folder.glob("exercises/*.ipynb")])
    return {path.relative_to(folder).as_posix(): nbformat.read(path, as_version=4) for path in paths}


def printed(notebook):
    """Return what each cell prints that is to be the same each time: nothing of a clock, and no word of pip's."""
    cells = (cell for cell in notebook.cells if cell.cell_type == "code" and cell.source != SETUP)
    compared = (cell for cell in cells if MEASURES not in cell.metadata.get("tags", []))
    return [
        (cell.source, "".join(output.text for output in cell.outputs if output.output_type == "stream"))
        for cell in compared
    ]
