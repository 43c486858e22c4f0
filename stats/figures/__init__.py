"""Figures: axes of accuracy from 0 to 1, intervals everywhere, readable without colour.

Only this package draws with matplotlib. Every function returns a `Figure` that belongs to no window, so that
a web process can draw many at once; `svg` turns one into SVG text.
"""

from __future__ import annotations

from stats.figures.accuracy_figure import accuracy_figure
from stats.figures.attention_figure import attention_figure
from stats.figures.consistency_figure import consistency_figure
from stats.figures.controls_figure import controls_figure
from stats.figures.curves_figure import curves_figure
from stats.figures.difficulty_figure import difficulty_figure
from stats.figures.heat_maps import confusion_figure, matrix_figure
from stats.figures.kappa_matrices import kappa_matrices
from stats.figures.learning_figure import learning_figure
from stats.figures.machines_figure import machines_figure
from stats.figures.predictor_figure import predictor_figure
from stats.figures.simulation_figures import calibration_figure, sizes_figure
from stats.figures.style import drawn, svg

__all__ = [
    "accuracy_figure",
    "attention_figure",
    "calibration_figure",
    "confusion_figure",
    "consistency_figure",
    "controls_figure",
    "curves_figure",
    "difficulty_figure",
    "drawn",
    "kappa_matrices",
    "learning_figure",
    "machines_figure",
    "matrix_figure",
    "predictor_figure",
    "sizes_figure",
    "svg",
]
