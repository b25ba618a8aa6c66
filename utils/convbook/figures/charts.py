"""Amounts along an axis."""

import matplotlib.pyplot as plt
import numpy as np

from convbook.figures.style import COLOURS


def draw_bars(amounts: dict, role: str = "kernel", unit: str = "weights", ax=None):
    """Draw one horizontal bar for each name and amount, on a scale where each step is ten times the last.

    Amounts must be at least 1, which has no length on such a scale. Return the axis.

    >>> draw_bars({"shared": 34_944, "not shared": 105_705_600}).texts[1].get_text()
    '105,705,600'
    >>> plt.close()
    """
    ax = ax or plt.subplots(figsize=(5.4, 0.5 * len(amounts) + 0.7))[1]
    bars = ax.barh(list(amounts), list(amounts.values()), color=COLOURS[role], height=0.55)
    ax.bar_label(bars, [f"{amount:,}" for amount in amounts.values()], padding=5)
    ax.set_xscale("log")
    ax.set_xlim(1, 300 * max(amounts.values()))  # room for the number behind the longest bar
    ax.set_xlabel(f"{unit} (each step: ten times as many)")
    ax.invert_yaxis()
    ax.minorticks_off()
    return ax


def draw_curve(x, y, xlabel: str, ylabel: str, role: str = "output", ax=None):
    """Draw `y` over `x`, both 1-D, as one line in the colour of its `role`; return the axis.

    `y` may also be a dict of up to four lines with their names, which then differ by their dashes.

    >>> draw_curve([0, 1], [2, 4], "bias", "silent cells").get_xlabel()
    'bias'
    >>> ax = draw_curve([0, 1], {"weak": [0, 1], "strong": [0, 9]}, "in", "out")
    >>> [text.get_text() for text in ax.get_legend().texts]
    ['weak', 'strong']
    >>> plt.close("all")
    """
    ax = ax or plt.subplots(figsize=(5.6, 2.8))[1]
    lines = y if isinstance(y, dict) else {None: y}
    for (name, values), dashes in zip(lines.items(), ("-", "--", ":", "-."), strict=False):
        ax.plot(x, values, dashes, color=COLOURS[role], label=name)
    if isinstance(y, dict):
        ax.legend(frameon=False)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.grid(color=COLOURS["line"], linewidth=0.6)
    return ax


def draw_shares(weights, ax=None):
    """Draw how much each pixel of a field counts in one output, `weights` (pixels,), in percent; return the axis.

    Pixels are numbered from the middle one; a pixel that does not count at all gets a ring on the floor.

    >>> ax = draw_shares([0.25, 0.5, 0.25])
    >>> [f"{bar.get_height():g} %" for bar in ax.patches]
    ['25 %', '50 %', '25 %']
    >>> plt.close()
    """
    weights = np.asarray(weights, dtype=float)
    ax = ax or plt.subplots(figsize=(5.6, 2.4))[1]
    places = np.arange(len(weights)) - (len(weights) - 1) / 2
    ax.bar(places, 100 * weights, width=0.8, color=COLOURS["gradient"])
    blind = places[weights == 0]
    ax.plot(blind, 0 * blind, "o", mfc=COLOURS["surface"], mec=COLOURS["negative"], ms=5, lw=0, clip_on=False)
    ax.set(xlabel="pixels from the middle", ylabel="share in %")
    return ax


def draw_roofline(peak: float, bandwidth: float, layers: dict, ax=None):
    """Draw how fast a machine can calculate, over the FLOPs for each byte moved, and `layers` below that roof.

    `peak` is in GFLOP/s and `bandwidth` in GB/s: the roof is the lower of the peak and of bandwidth · FLOPs per byte.
    `layers` are {name: (FLOPs per byte, GFLOP/s)}; a dotted line shows what each could still gain. On both axes each
    step is ten times the last. Return the axis. Source: Williams, Waterman and Patterson (2009), "Roofline".

    >>> ax = draw_roofline(peak=100, bandwidth=20, layers={"depthwise": (2, 10), "full": (300, 80)})
    >>> ax.lines[0].get_xydata()[1].tolist()             # the roof is flat from 100 / 20 FLOPs per byte on
    [5.0, 100.0]
    >>> plt.close()
    """
    ax = ax or plt.subplots(figsize=(5.8, 3.4), layout="constrained")[1]
    ridge, crosses = peak / bandwidth, [intensity for intensity, _ in layers.values()]
    left, right = min(ridge, *crosses) / 5, max(ridge, *crosses) * 5
    ax.plot([left, ridge, right], [bandwidth * left, peak, peak], color=COLOURS["ink"])
    _name(ax, f"{bandwidth:.0f} GB/s", np.sqrt(left * ridge), bandwidth * np.sqrt(left * ridge), (-8, 6), "right")
    _name(ax, f"peak {peak:.0f} GFLOP/s", ridge, peak, (0, 8), "left")
    for marker, (name, (intensity, speed)) in zip("osD^v", layers.items(), strict=False):
        roof = min(peak, bandwidth * intensity)
        ax.plot([intensity] * 2, [speed, roof], ":", color=COLOURS["negative"], lw=1.5)
        ax.plot([intensity], [speed], marker, color=COLOURS["output"], ms=8)
        _name(ax, name, intensity, speed, (0, -18 if speed < roof else 9), "center")
    speeds = [bandwidth * left, peak, *(speed for _, speed in layers.values())]
    ax.set(xlabel="FLOPs for each byte moved", ylabel="GFLOP/s", xscale="log", yscale="log")
    ax.set_ylim(min(speeds) / 3, 3 * max(speeds))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter("{x:g}")
    ax.minorticks_off()
    return ax


def _name(ax, text, x, y, offset, align):
    """Write `text` beside the point (x, y), so many points away."""
    ax.annotate(text, (x, y), offset, textcoords="offset points", ha=align)
