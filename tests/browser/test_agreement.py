"""The page takes the states that Python takes, and no other: both are handed the same ones, fitting or odd."""

import json
import random

import pytest
from traitlets import TraitError

from convbook import widgets

TRIES = 150
ODD = [
    *[None, True, False, 0, 1, -1, 2.5, 1e9, 1.5e9, 1e308, "", "toString", "__proto__", "zeros", "same", "camera", {}],
    *[[], [[]], [[[]]], [1, [2]], [[1], [2, 3]], [["a"]], [[None]], [[1e300]], ["output", 0], ["output", 0, 0]],
    *[["constructor", 0, 0], [[1]], [[1, 2], [3, 4]], [1, 2], [9, 9], [[0, 1], [2, 3]], [{"kind": "conv"}], [{}]],
]


def fitting(schema, dice):
    """Return a value that the schema admits, or one that misses it by a little."""
    if "anyOf" in schema:
        return fitting(dice.choice(schema["anyOf"]), dice)
    if "enum" in schema:
        return dice.choice(schema["enum"])
    kind = schema.get("type")
    if kind == "array":
        return fitting_list(schema, dice)
    if kind == "object":
        return {name: fitting(inner, dice) for name, inner in schema["properties"].items()}
    if kind == "integer":
        least, most = schema["minimum"], min(schema["maximum"], schema["minimum"] + 20)
        return dice.choice([dice.randint(least, most)] * 8 + [least - 1, schema["maximum"] + 1])
    if kind == "number":
        return dice.choice([dice.randint(-9, 9), dice.uniform(-1, 1), 0])
    return {"boolean": dice.random() < 0.5, "null": None}.get(kind, "camera")


def fitting_list(schema, dice):
    first = [fitting(item, dice) for item in schema.get("prefixItems", [])]
    least, most = schema.get("minItems", 0), schema["maxItems"]
    length = dice.choice([dice.randint(least, min(most, least + 5))] * 12 + [max(least - 1, 0), most + 1])
    if "items" not in schema:
        return [0] * length
    rest = [fitting(schema["items"], dice) for _ in range(length - len(first))]
    if schema.get("rectangular") and rest and isinstance(rest[0], list) and dice.random() < 0.9:
        rest = [rest[0]] * len(rest)
    return first + rest


def states(widget, dice):
    """Yield changes of a few traits of the widget."""
    for _ in range(TRIES):
        names = dice.sample(list(widget._admits), dice.randint(1, min(3, len(widget._admits))))
        yield {
            name: dice.choice(ODD) if dice.random() < 0.25 else fitting(widget._admits[name], dice) for name in names
        }


def python_takes(widget, state):
    """Say whether Python takes the state just as it is; some of what it reads is shorthand for something else."""
    before = {name: getattr(widget, name) for name in state}
    try:
        changed = type(widget)(**{**{name: getattr(widget, name) for name in widget._admits}, **state})
    except (TraitError, TypeError):
        return False
    return all(same(getattr(changed, name), state[name]) for name in before)


def same(kept, given):
    return json.dumps(kept).replace(".0", "") == json.dumps(given).replace(".0", "")


# What the page takes of these states, each of which it draws. The widget is out of sight: the browser itself has no
# pixels to paint.
VERDICTS = """async (el, states) => {
  el.style.cssText = "position: relative; left: -99999px";
  const model = LiveWidgets.models[el.dataset.key], verdicts = [];
  for (const state of states) {
    for (const [trait, value] of Object.entries(model.author)) model.set(trait, structuredClone(value));
    const taken = model.accept(state);
    verdicts.push(taken);
    await (taken ? new Promise(requestAnimationFrame) : null); // what is refused is drawn, too, but waits for no frame
  }
  return verdicts;
}"""


@pytest.mark.parametrize("name", widgets.__all__)
def test_the_page_takes_what_python_takes(open_widget, name):
    dice = random.Random(name)
    widget = getattr(widgets, name)()
    tried = list(states(widget, dice))
    shown = open_widget(widget)
    takes = shown.evaluate(VERDICTS, tried)
    differ = [
        f"{state}: Python {'takes' if ours else 'refuses'} it, the page does not agree"
        for state, theirs in zip(tried, takes, strict=True)
        if (ours := python_takes(widget, state)) != theirs
    ]
    assert sum(takes) > TRIES / 10
    assert sum(takes) < TRIES * 0.9
    assert not differ, "\n".join(differ)
