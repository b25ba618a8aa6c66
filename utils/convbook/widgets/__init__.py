"""The widgets of the book: each is an ipywidget in a notebook, and alive without a kernel in the published page."""

from convbook.widgets.architecture_explorer import ArchitectureExplorer
from convbook.widgets.bottleneck_counter import BottleneckCounter
from convbook.widgets.channel_matrix import ChannelMatrix
from convbook.widgets.channel_sum import ChannelSum
from convbook.widgets.checkerboard import Checkerboard
from convbook.widgets.coverage_map import CoverageMap
from convbook.widgets.draw_and_trace import DrawAndTrace
from convbook.widgets.equivariance_bench import EquivarianceBench
from convbook.widgets.filter_lab import FilterLab
from convbook.widgets.kernel_wall import KernelWall
from convbook.widgets.nudge_gradient import NudgeGradient
from convbook.widgets.pooling_bench import PoolingBench
from convbook.widgets.receptive_field import ReceptiveField
from convbook.widgets.separable_fit import SeparableFit
from convbook.widgets.sliding_window import SlidingWindow
from convbook.widgets.stamp_and_adjoint import StampAndAdjoint
from convbook.widgets.stride_ruler import StrideRuler

__all__ = [
    "ArchitectureExplorer",
    "BottleneckCounter",
    "ChannelMatrix",
    "ChannelSum",
    "Checkerboard",
    "CoverageMap",
    "DrawAndTrace",
    "EquivarianceBench",
    "FilterLab",
    "KernelWall",
    "NudgeGradient",
    "PoolingBench",
    "ReceptiveField",
    "SeparableFit",
    "SlidingWindow",
    "StampAndAdjoint",
    "StrideRuler",
]
