"""Figures of the report: honest axes, intervals everywhere, readable without colour, ready for SVG.

Only this package knows matplotlib. Every function returns a `Figure` that belongs to no window, so that a web
process can draw many at once; `svg` turns one into text.
"""

from .attention import attention_figure
from .by_level import accuracy_figure
from .consistency import consistency_figure
from .controls import controls_figure
from .curves import curves_figure
from .heat import confusion_figure, matrix_figure
from .learning import learning_figure
from .simulated import calibration_figure, power_figure
from .style import svg

__all__ = [
    "accuracy_figure",
    "attention_figure",
    "calibration_figure",
    "confusion_figure",
    "consistency_figure",
    "controls_figure",
    "curves_figure",
    "learning_figure",
    "matrix_figure",
    "power_figure",
    "svg",
]
