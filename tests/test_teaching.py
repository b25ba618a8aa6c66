"""The teacher's guide: its tables of exercises, points and minutes are those of the notebooks."""

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "book" / "teaching.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
CHAPTERS = sorted(path.stem for path in (ROOT / "notebooks" / "exercises").glob("*.ipynb"))


def tasks(chapter):
    """Return {number of the task: (points, minutes)}."""
    cells = nbformat.read(ROOT / "notebooks" / "exercises" / f"{chapter}.ipynb", as_version=4).cells
    found = [
        re.search(r"## (\d+)\..*?\*\*(\d+) points?, about (\d+) minutes", cell.source, re.DOTALL) for cell in cells
    ]
    return {
        int(number): (int(points), int(minutes)) for number, points, minutes in (one.groups() for one in found if one)
    }


def rows():
    return {
        row[0]: row[1:] for row in re.findall(r"^\| `(\w+)` \| (.*?)\| (.*?)\| (.*?)\| (\d+) \| (\d+) \|$", GUIDE, re.M)
    }


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_tasks_level_is_its_points_and_the_minutes_add_up(chapter):
    *levels, first_two, every = rows()[chapter]
    listed = [[int(number) for number in re.findall(r"\d+", level)] for level in levels]
    known = tasks(chapter)
    assert listed == [[n for n, (points, _) in known.items() if points == level] for level in (1, 2, 3)]
    assert int(first_two) == sum(minutes for points, minutes in known.values() if points < 3)
    assert int(every) == sum(minutes for _, minutes in known.values())


def test_every_chapter_stands_in_the_table():
    assert sorted(rows()) == CHAPTERS


def test_the_sums_are_right():
    everything = [task for chapter in CHAPTERS for task in tasks(chapter).values()]
    easier = [task for task in everything if task[0] < 3]
    points, fewer = (sum(points for points, _ in found) for found in (everything, easier))
    hours, less = (sum(minutes for _, minutes in found) / 60 for found in (everything, easier))
    assert f"are {points} points and about {hours:.0f} hours of work; " in GUIDE
    assert f"levels 1 and 2 are {fewer} points and about {less:.0f} hours." in GUIDE


@pytest.mark.parametrize(
    ("chapter", "numbers", "minutes"), re.findall(r"\| chapter (\d): ([\d, ]+) \((\d+) min\) \|", GUIDE)
)
def test_the_minutes_of_a_days_exercises_add_up(chapter, numbers, minutes):
    known = tasks(CHAPTERS[int(chapter) - 1])
    assert int(minutes) == sum(known[int(number)][1] for number in numbers.split(", "))


def test_a_chapter_takes_as_long_as_it_says_itself():
    (usual, others) = re.search(r"^Each takes (\d+ to \d+) minutes [^.,]*(.*)\. Afterwards", GUIDE, re.M).groups()
    told = dict.fromkeys(CHAPTERS, usual)
    for number, minutes in re.findall(r"chapter (\d+) takes (\d+ to \d+)", others):
        told[CHAPTERS[int(number) - 1]] = minutes
    for chapter, minutes in told.items():
        text = nbformat.read(ROOT / "notebooks" / f"{chapter}.ipynb", as_version=4).cells[0].source
        assert re.search(r"\*Takes\* (\d+ to \d+) minutes", text)[1] == minutes, chapter


def test_every_command_of_the_guide_is_one_of_the_makefile_with_settings_that_it_knows():
    commands = re.findall(r"^make (\w+)((?: \w+=(?:\"[^\"]*\"|\S+))*)|`make (\w+)((?: \w+=\S+?)*)`", GUIDE, re.M)
    asked = {(line or inline, settings or more) for line, settings, inline, more in commands}
    assert len(asked) > 8
    for target, settings in asked:
        assert re.search(rf"^{target}:", MAKEFILE, re.M), target
        recipe = re.search(rf"^{target}:.*?(?=^\S|\Z)", MAKEFILE, re.M | re.DOTALL)[0]
        for name in re.findall(r"(\w+)=", re.sub(r'"[^"]*"', "", settings)):
            assert f"$({name})" in recipe, (target, name)
