"""Grading a class: submissions a minute, one at a time, two at a time, and on a Dask cluster of two workers.

    python benchmarks/grading.py

All submissions are the solved chapter 6, with six tasks, each in a kernel and a sandbox of its own. Ratios are taken
within one run. The goal is what nbgrader's own `autograde` did before there was this program, in two processes on one
gradebook and in a similar sandbox: 46 a minute.
"""

import shutil
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "course"))

import sandbox  # noqa: E402
from grade import EXERCISES, Grader, chapter_of, cluster, local_pool, processors, submissions_in  # noqa: E402
from gradebook import SCORED, Book  # noqa: E402

CHAPTER = "06_separable"
COUNT = 16
GOAL = 46  # submissions a minute


def hand_in(course):
    for number in range(COUNT):
        folder = course / "submitted" / f"student {number}" / CHAPTER
        folder.mkdir(parents=True)
        shutil.copy(EXERCISES / f"{CHAPTER}.ipynb", folder)


def minutes(course, chapter, pool):
    """Grade all submissions anew; return how long it took."""
    with Book(course) as book, pool as start_job:
        book.register(chapter.name, chapter.source)
        grader = Grader(book, {CHAPTER: chapter}, start_job, {})
        start = time.perf_counter()
        grader.grade(submissions_in(course, []))
        elapsed = time.perf_counter() - start
        scored = [state.state for state in book.states().values()].count(SCORED)
    if scored < COUNT:
        sys.exit(f"only {scored} of {COUNT} submissions could be graded: nothing was measured")
    return elapsed / 60


def main():
    from distributed import LocalCluster

    sandbox.require()
    chapter = chapter_of(CHAPTER, seed=1)
    sandbox.unpacked(chapter.package)  # which the first submission would wait for
    with TemporaryDirectory() as folder:
        course = Path(folder)
        hand_in(course)
        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as dask:
            pools = {
                "one at a time      ": local_pool(1),
                "two at a time      ": local_pool(2),
                "two workers of Dask": cluster(dask.scheduler_address),
            }
            rates = {name: COUNT / minutes(course, chapter, pool) for name, pool in pools.items()}
    one = next(iter(rates.values()))
    print(f"{COUNT} submissions of {CHAPTER}, on {processors()} processors")
    for name, rate in rates.items():
        print(f"  {name}: {rate:5.1f} submissions a minute, {rate / one:.2f} times one at a time")
    best = max(rates.values())
    print(f"  the best is {best / GOAL:.2f} of the goal, {GOAL} a minute")


if __name__ == "__main__":
    try:
        main()
    except sandbox.NoSandbox as error:
        print(f"Nothing was measured. {error}")
