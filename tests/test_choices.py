"""Where a chapter lets its readers choose: the right choice follows from what the cells show, and nothing tells it."""

import re
from itertools import pairwise, takewhile

import nbformat
import numpy as np
import pytest
from asked import CHAPTERS, CHOICES, NUMBER, asks, every_choice, numbers_in


def printed(number, cells):
    """Return what a cell and the code cells right behind it print."""
    texts = []
    for cell in cells[number:]:
        if cell.cell_type != "code":
            return "\n".join(texts)
        texts += [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return "\n".join(texts)


def lines_with(text, *words):
    return [line for line in text.splitlines() if all(word in line for word in words)]


def number_behind(text, *words):
    """Return the last number in the line with these words."""
    [line] = lines_with(text, *words)
    return float(NUMBER.findall(line)[-1].replace(",", ""))


def the_one(values, best):
    """Return the name of the largest value, or of the smallest."""
    return best(values, key=values.get)


def of(text, *names):
    return {name: number_behind(text, name) for name in names}


def where_zero(text, names):
    return [name for name in names if number_behind(text, name) == 0]


def numbers_of(text):
    return numbers_in([nbformat.v4.new_output("stream", text=text)])


def parameters(text, name):
    return int(re.search(r"([\d,]+) parameters", lines_with(text, name)[0])[1].replace(",", ""))


def percent(text, name):
    [line] = [line for line in text.splitlines() if name in f" {line}"]
    return float(re.search(r"([\d.]+)%", line)[1])


def off(text, name):
    return float(re.search(r"off by ([\d.]+)", lines_with(text, name)[0])[1])


def as_row(text):
    return " ".join(f"{number:g}" for number in numbers_of(text.splitlines()[0]))


def alike_to_the_average(text):
    means = of(text, "one strong", "all weak", "all strong")
    first, second = (name for name in means if list(means.values()).count(means[name]) == 2)
    return f"{first}, and {second}"


def whose_output_changes_most(text):
    names = ["average pooling", "max pooling", "max, blur, skip", "every second pixel", "blur, then skip"]
    rows = dict(zip(names, text.splitlines(), strict=True))
    assert all(row.startswith(name) for name, row in rows.items())
    return max(rows, key=lambda name: float(NUMBER.search(rows[name].removeprefix(name))[0]))


def changed_by_a_nudge(text):
    rows = [line.split("max")[1].split() for line in text.splitlines()]
    maxima, means = [row[0] for row in rows], [row[2] for row in rows]
    assert maxima == ["5.0", "5.0", "5.1", "5.0"]
    assert set(means) == {"2.775"}  # 2.75 before
    return "the maximum: the 5 alone; the average: each of the four"


def equal_fields(text):
    names = {"the first": "first 1 × 1", "the second": "first 3 × 3", "the last": "last 3 × 3"}
    seen = {name: int(re.search(r"sees\s+(\d+)", lines_with(text, place)[0])[1]) for name, place in names.items()}
    first, second = (name for name in seen if list(seen.values()).count(seen[name]) == 2)
    return f"{first} and {second}"


def speeds(text):
    names = {"full": "the full one", "depthwise": "the depthwise one", "pointwise": "the pointwise one"}
    done = {said: float(lines_with(text, name)[0].split()[-2]) for name, said in names.items()}
    return f"{the_one(done, max)} most, {the_one(done, min)} least"


def sums_to_zero(text):
    zero = {line.split("  ")[0] for line in text.splitlines() if line.endswith(" 0")}
    assert zero == {"vertical edge", "horizontal edge", "diagonal edge", "Laplacian"}
    return "the three edge kernels and the Laplacian"


def turned_alike(text):
    same = [name for name in ("vertical edge", "Laplacian", "Gaussian blur") if number_behind(text, name) == 0]
    return f"for the {' and the '.join(same)}"


def false_edge(text):
    before, after = ([number_in(line) for line in lines_with(text, word)] for word in ("as it is", "minus its mean"))
    assert after[0] == 0 < after[1] < before[1]
    return "gone on the wall, weaker in the photograph"


def number_in(line):
    return float(NUMBER.findall(line)[0])


def mirrored(text):
    padded = numbers_of(lines_with(text, "reflect")[0])
    return f"{padded[1] - 1:.0f} and {padded[0] - 1:.0f}"  # the row is 1 2 3 4, so a number is its index and one


def who_sees_the_wall(text):
    edges = of(text, "zeros", "reflect", "replicate", "circular")
    return " and ".join(name for name, edge in edges.items() if edge)


def skipped_stripes(text):
    kept, moved = re.findall(r"\[\[([01 ]+)\]\]", text)
    shade = {"0 0 0 0": "all black", "1 1 1 1": "all white"}
    return f"{shade[kept]}, and moved by one {shade[moved]}"


def stronger_blur(text):
    def left(wave):
        return [float(share) for share in re.findall(r"leaves (\d\.\d+)", lines_with(text, f"{wave} pixels")[0])]

    assert left(3)[1] < left(3)[0] and left(8)[1] < left(8)[0]
    return "¼ ½ ¼ takes more, and dulls the wave of 8 more, too"


def one_layer(text):
    circular, zeros = text.split("zeros")
    assert "1" not in circular and "1" in zeros
    return "one with circular borders, not with zeros"


def quarters(text):
    assert lines_with(text, "avg_pool2d", "True") and lines_with(text, "max_pool2d", "False")
    assert text.count("0.25") == 4
    return "the average, with ¼ four times"


def windows(text):
    return ", ".join(lines_with(text, "5 to 3")[0].split(": ", 1)[1].split())


def two_means(text):
    first, second = (number_behind(text, f"count_include_pad={count}") for count in (True, False))
    assert (first, second) == (round(4 / 9, 3), 1)
    return "4 / 9, or 1"


def turned_averages(text):
    rows = [NUMBER.findall(line)[-2:] for line in text.splitlines()]
    assert len({one for one, _ in rows}) == 4 and len({best for _, best in rows}) == 1
    return "that of the one kernel"


def paths(text):
    shortest, middle = NUMBER.findall(text)[1], number_behind(text, "lower half")
    return f"{shortest} and about {round((float(NUMBER.findall(text)[3]) + middle) / 2, -1):.0f}"


def still_commute(text):
    gaps = [float(line.split()[-1]) for line in text.splitlines()]
    assert [gap == 0 for gap in gaps] == [True, True, False, False]
    return "the first two"


def largest_that_pays(text):
    r = int(re.search(r"3 × 3: up to r = (\d+)", text)[1])
    return f"near {min((64, 128, 256), key=lambda near: abs(near - r))}"


def moved_numbers(text):
    direct, detour = (int(re.search(r"([\d,]+) moved", lines_with(text, name)[0])[1].replace(",", "")) for name in
                      ("direct", "detour"))  # fmt: skip
    return "more" if detour > direct else "fewer"


def not_broken(text):
    return lines_with(text, "the transpose")[0].removesuffix("the transpose").strip()


def counts_with_kernel_3(text):
    middle = numbers_of(lines_with(text, "k 3")[0].split(":")[1])[2:-2]
    assert set(pairwise(middle)) <= {(1, 2), (2, 1)}
    return "1 and 2 in turn"


def pixels_of_both(text):
    first, second = re.findall(r"\[\[(.+?)\]\] \[\[(.+?)\]\]", text)
    return "both stay as they are" if first == second else "something changes"


def smoother_slopes(text):
    plain, skips = (float(number) for number in re.findall(r"0\.\d\d", lines_with(text, "100 layers")[0]))
    return "those with skips" if skips > plain + 0.2 else "neither"


def without_each_channel(text):
    right = [percent(text, f"without channel {n}:") for n in range(8)]
    assert sorted(right)[0] < 85 < 90 < sorted(right)[1]
    return "it depends on the channel: mostly hardly fewer, in one case far fewer"


def halved_at_each_layer(text):
    left = float(lines_with(text, "half")[0].split()[-1])
    return "about a millionth" if 1e-7 < left < 1e-5 else ""


def only_growing(text):
    in_front, behind = (float(re.search(r"mean ([\d.]+)", line)[1]) for line in text.splitlines())
    return "they can only grow, for nothing negative is ever added" if in_front > 1.5 * behind else ""


def learnt_by_heart(text):
    guess = 10  # percent, of ten digits
    known = percent(text, "by heart:") > 99 and percent(text, "held out:") < guess
    return "it can, and knows less of digits than somebody who guesses" if known else ""


def worst_of_all(text):
    right = {line.rsplit(maxsplit=1)[0]: percent(text, line[:9]) for line in text.splitlines()}
    return the_one(right, min)


RIGHT = {  # by the chapter and the right answer: how that answer follows from what the cells print
    ("01_convolution", "millions"): lambda text: "millions" if 1e6 <= numbers_of(text)[0] < 1e9 else "",
    ("01_convolution", "the three edge kernels and the Laplacian"): sums_to_zero,
    ("01_convolution", "for the Laplacian and the Gaussian blur"): turned_alike,
    ("02_padding_and_stride", "gone on the wall, weaker in the photograph"): false_edge,
    ("02_padding_and_stride", "1 and 2"): mirrored,
    ("02_padding_and_stride", "zeros"): who_sees_the_wall,
    ("02_padding_and_stride", "nothing"): lambda text: "nothing" if "unchanged: True" in text else "",
    ("02_padding_and_stride", "no"): lambda text: (
        "no" if len({line.split("[[")[1] for line in text.splitlines()}) == 2 else "yes"
    ),
    ("02_padding_and_stride", "all black, and moved by one all white"): skipped_stripes,
    ("02_padding_and_stride", "¼ ½ ¼ takes more, and dulls the wave of 8 more, too"): stronger_blur,
    ("02_padding_and_stride", "one with circular borders, not with zeros"): one_layer,
    ("03_pooling", "the average, with ¼ four times"): quarters,
    ("03_pooling", "one strong, and all weak"): alike_to_the_average,
    ("03_pooling", "both stay exactly as they are"): lambda text: (
        "both stay exactly as they are" if "none of the outputs" in text else ""
    ),
    ("03_pooling", "every second pixel"): whose_output_changes_most,
    ("03_pooling", "4 / 9, or 1"): two_means,
    ("03_pooling", "both stay as they are"): pixels_of_both,
    ("03_pooling", "that of the one kernel"): turned_averages,
    ("03_pooling", "0:2, 1:4, 3:5"): windows,
    ("03_pooling", "the maximum: the 5 alone; the average: each of the four"): changed_by_a_nudge,
    ("04_receptive_field", "three 3 × 3"): lambda text: the_one(
        {
            "one 7 × 7": parameters(text, "one 7 × 7"),
            "three 3 × 3": parameters(text, "three 3 × 3"),
        },
        min,
    ),
    ("04_receptive_field", "the first and the last"): equal_fields,
    ("04_receptive_field", "hardly any"): lambda text: "hardly any" if numbers_of(text)[1] < 20 else "",
    ("04_receptive_field", "as much"): lambda text: (
        "as much" if percent(text, "random weights") == percent(text, "averages") else ""
    ),
    ("04_receptive_field", "11 and about 220"): paths,
    ("04_receptive_field", "the one without shortcuts"): lambda text: (
        "the one with" + the_one(of(text, "without  shortcuts", "with     shortcuts"), max)[4:].replace("  ", " ")
    ),
    ("04_receptive_field", "that of the large kernel"): lambda text: {
        "one of 31": "that of the large kernel",
        "fifteen of 3": "that of the stack",
    }[the_one(of(text, "fifteen of 3", "one of 31"), max)],
    ("05_one_by_one", "0.299, 0.587, 0.114"): lambda text: ", ".join(
        lines_with(text, "1953")[0].split("[")[1].rstrip("]").split()
    ),
    ("05_one_by_one", "from the exact numbers yes, from rounded ones not at all"): lambda text: (
        "from the exact numbers yes, from rounded ones not at all"
        if off(text, "exact") == 0 and off(text, "rounded") > 255
        else ""
    ),
    ("05_one_by_one", "1×1"): lambda text: where_zero(text, ["1×1:", "3×3:"])[0].rstrip(":"),
    ("05_one_by_one", "the first two"): still_commute,
    ("05_one_by_one", "near 256"): largest_that_pays,
    ("05_one_by_one", "more"): moved_numbers,
    ("05_one_by_one", "the same without padding, others with it"): lambda text: (
        "the same without padding, others with it"
        if [line.split("up to ")[1][:3].strip("% o") for line in text.splitlines()] == ["0", "34"]
        else ""
    ),
    ("05_one_by_one", "yes"): lambda text: "yes" if number_behind(text, "attention:") == 0 else "no",
    ("05_one_by_one", "all of them"): lambda text: "all of them" if "no others" in text else "",
    ("06_separable", "no"): lambda text: "no" if abs(number_behind(text, "rank 1")) > 100 else "yes",
    ("06_separable", "no, and no"): lambda text: "no, and no" if "with ReLU: False" in text else "",
    ("06_separable", "the full one most, the depthwise one least"): speeds,
    ("07_transposed", "2 4 9 2 7 6 12"): lambda text: as_row(text),
    ("07_transposed", "4 9 2 7 6"): lambda text: as_row(text),
    ("07_transposed", "average and repeat / 4"): not_broken,
    ("07_transposed", "not at all"): lambda text: "not at all" if number_behind(text, "difference") == 0 else "",
    ("07_transposed", "1 and 2 in turn"): counts_with_kernel_3,
    ("08_backpropagation", "the noise"): lambda text: f"the {the_one(of(text, 'noise', 'photograph'), min)}",
    ("07_transposed", "no"): lambda text: (
        "no" if [percent(text, f" {n} steps") > 0 for n in (0, 1)] == [False, True] else "yes"
    ),
    ("10_architectures", "those with skips"): smoother_slopes,
    (
        "09_building_a_cnn",
        "it depends on the channel: mostly hardly fewer, in one case far fewer",
    ): without_each_channel,
    ("09_building_a_cnn", "about a millionth"): halved_at_each_layer,
    ("09_building_a_cnn", "they can only grow, for nothing negative is ever added"): only_growing,
    ("09_building_a_cnn", "it can, and knows less of digits than somebody who guesses"): learnt_by_heart,
    ("09_building_a_cnn", "ink and paper exchanged"): worst_of_all,
}
SEEN = {  # what a picture shows, and its words for those who do not see it say
    ("01_convolution", "exact in the interior, wrong near the border"): "0   1   2 511",
    ("01_convolution", "something from this chapter"): "show an edge, a bar or fine stripes",
    ("02_padding_and_stride", "1 in the middle, and less towards the border"): "rising to 100 in the innermost",
    ("03_pooling", "the legs of the tripod"): "bright on the tripod's legs",
    ("03_pooling", "by the maximum whole to one pixel, by the average in quarters to four"): "goes to one pixel",
    ("05_one_by_one", "nine small cats"): "nine small copies of the cat",
    (
        "06_separable",
        "the upright and level ones; the others fall apart into a chequered pattern",
    ): "slanting ones have",
}


@pytest.mark.parametrize(("chapter", "number", "cells"), CHOICES, ids=[f"{c}-{n}" for c, n, _ in CHOICES])
def test_the_right_choice_follows_from_what_the_cells_show(chapter, number, cells):
    answer, text = cells[number].metadata["prediction"]["answer"], printed(number, cells)
    if (chapter, answer) in SEEN:
        alt = cells[number].metadata.get("mystnb", {}).get("image", {}).get("alt", "")
        assert SEEN[chapter, answer] in alt + text
    else:
        assert (chapter, answer) in RIGHT, f"say in RIGHT how “{answer}” follows from what these cells print: {text}"
        assert RIGHT[chapter, answer](text) == answer


@every_choice
def test_no_two_choices_are_alike_and_none_is_shown_with_marks(number, cells):
    prediction = cells[number].metadata["prediction"]
    options = [prediction["answer"], *prediction["slips"].values()]
    assert len({option.lower() for option in options}) == len(options) >= 2
    assert not [text for text in (*options, *prediction["slips"]) if re.search(r"[`$*]", text)]
    assert not [option for option in options if option.endswith(".")]


@every_choice
def test_no_hint_of_a_wrong_choice_names_the_right_one(number, cells):
    prediction = cells[number].metadata["prediction"]
    told = re.compile(rf"\b{re.escape(prediction['answer'])}\b", re.IGNORECASE)
    short = {"no", "more", "zeros"}  # words that stand in any sentence
    assert prediction["answer"] in short or not [why for why in prediction["slips"] if told.search(why)]


def test_neither_place_nor_length_tells_the_right_choice():
    places, longest, shortest = [], 0, 0
    for _, number, cells in CHOICES:
        prediction = cells[number].metadata["prediction"]
        options = sorted([prediction["answer"], *prediction["slips"].values()], key=str.lower)
        lengths = sorted(map(len, options))
        places.append(options.index(prediction["answer"]) / (len(options) - 1))
        longest += len(prediction["answer"]) == lengths[-1] > lengths[-2]
        shortest += len(prediction["answer"]) == lengths[0] < lengths[1]
    assert 0.35 < np.mean(places) < 0.65
    assert longest < 0.3 * len(CHOICES) and shortest < 0.3 * len(CHOICES)


NOT_HERE = {
    "Seven pixels, a window of three, stride 2.",  # there a widget asks, and judges
    "1. **Predict.** Work out one number by hand",  # the title of an exercise
}


def test_every_question_of_parts_one_and_two_takes_an_answer():
    for path in CHAPTERS[:7]:
        cells = nbformat.read(path, as_version=4).cells
        for at, cell in enumerate(cells):
            if not asks(cell) or any(words in cell.source for words in NOT_HERE):
                continue
            code = takewhile(lambda after: after.cell_type == "code", cells[at + 1 :])
            assert [one for one in code if "prediction" in one.metadata], cell.source.split("\n\n")[-1]
