"""ChannelMatrix at 256×256: frames a second while a weight is dragged, and what a frame costs.

    python benchmarks/channel_matrix.py

A synthetic pointer moves once a frame, as in filter_lab.py, and the peer is the same: the 16.7 ms that a screen of
60 Hz leaves for a frame. Every frame multiplies all pixels, draws the output, its channels and the clouds of colours.
"""

from filter_lab import BUDGET, SECONDS, alone, drag, report

from convbook.widgets import ChannelMatrix
from convbook.widgets.channel_matrix.mixes import MIXES

AROUND = MIXES["differences"]["matrix"]
STATES = {
    "one matrix              ": {},
    "two matrices            ": {"matrix": AROUND, "second": AROUND},
    "ReLU between them       ": {"matrix": AROUND, "second": AROUND, "relu": True},
    "scrambled and put back  ": {"scramble": True, "unscramble": True},
    "3×3, scrambled          ": {"scramble": True, "unscramble": True, "window": "3×3"},
}


def main():
    print(f"ChannelMatrix at 256×256, a weight dragged for {SECONDS} s; the budget is {BUDGET:.1f} ms a frame")
    for name, page in alone({name: ChannelMatrix(**state) for name, state in STATES.items()}):
        report(name, *drag(page))


if __name__ == "__main__":
    main()
