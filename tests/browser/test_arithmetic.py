"""The golden cases in a real browser: the arithmetic of the widgets answers what convbook answers."""

import json
from pathlib import Path

import numpy as np
import pytest
from make_cases import FILE

from convbook.widgets.bundle import HERE, bundle, name_of

CASES = json.loads(FILE.read_text(encoding="utf-8"))
FUNCTIONS = sorted({case["function"] for case in CASES})
RUN = Path(__file__).with_name("run_cases.js")
# Not of convbook.ops:
OTHERS = [HERE / "arithmetic" / f"{stem}.js" for stem in ("axes", "base64", "links", "numbers", "pixels", "schema")]
COUNTED = sorted(set((HERE / "arithmetic").glob("*.js")) - set(OTHERS))


@pytest.fixture(scope="module")
def in_the_browser(browser):
    """Run all cases at once; return the browser's answers, and the functions of COUNTED that no case has called."""
    counted, others = (", ".join(f"...{name_of(path)}" for path in paths) for paths in (COUNTED, OTHERS))
    run = f"{name_of(RUN)}.run({{ {counted} }}, {{ {others} }}, cases)"
    script = f"(cases) => {{\n{bundle(*COUNTED, *OTHERS, RUN)}\nreturn {run};\n}}"
    page = browser.new_page()
    yield page.evaluate(script, CASES)
    page.close()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_browser_answers_what_python_answers(in_the_browser, function):
    for case, answer in zip(CASES, in_the_browser["answers"], strict=True):
        if case["function"] == function:
            assert_equal(answer, case, told=json.dumps(case["arguments"], ensure_ascii=False)[:300])


def assert_equal(answer, case, told):
    expected = case["result"]
    if "error" in case:
        assert answer == {"error": case["error"]}, told
        return
    assert "result" in answer, f"{answer} for {told}"
    if isinstance(expected, dict):
        assert answer["result"].keys() == expected.keys(), told
        for name, value in expected.items():
            assert_close(answer["result"][name], value, f"{name} of {told}")
    else:
        assert_close(answer["result"], expected, told)


def assert_close(answer, expected, told):
    if expected is None or isinstance(expected, str):
        assert answer == expected, told
    else:
        assert np.shape(answer) == np.shape(expected), told
        np.testing.assert_allclose(answer, expected, rtol=1e-9, atol=0, err_msg=told)


def test_every_function_of_the_arithmetic_has_a_case(in_the_browser):
    of_axes = {"pair", "sides", "strides", "samePadding", "samePaddingTf"}
    of_calls = {
        "convShape",
        "convTransposeShape",
        "eachProduct",
        "channelSums",
        "empty",
        "poolWindows",
        "shape",
        "upTo",
    }
    of_arrays = {"shape", "upTo"}
    of_stacks = {"isLayer", "layersOf"}
    of_ways = {"isShuffled", "productsAt"}
    of_layers = {"layerLoss", "layerOutput"}
    of_errors = {"checkGradient", "checkGroups", "checkThatItFits", "written"}
    of_networks = {"measure", "see", "seenByAny", "total", "KINDS", "ONE_PIXEL", "WHOLE"}
    of_digits = {"conv3x3", "CLASSES", "SHAPES", "SIDE"}
    parts_of_others = (
        of_digits | of_networks | of_layers | of_axes | of_calls | of_arrays | of_stacks | of_ways | of_errors
    )
    assert set(in_the_browser["unused"]) <= parts_of_others
