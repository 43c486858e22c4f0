"""Figures of the checks: every run and rule lies at its accuracy, and what it is held against is marked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from matplotlib.lines import Line2D

from stats.figures import controls_figure, learning_figure
from stats.inference.estimates import Accuracy, Method
from stats.table.arrays import FloatArray

GUESSING = 1 / 3


@dataclass(frozen=True)
class Halving:
    """An error that halves wherever the photos are doubled; its asymptote lies within a tenth of 0."""

    floor_low: float = 0.0
    floor_high: float = 0.1

    @property
    def law(self) -> Halving:
        return self

    def error(self, size: FloatArray) -> FloatArray:
        return np.asarray(10.0 / size)


def accuracy(estimate: float) -> Accuracy:
    return Accuracy(
        estimate, 0.05, 9.0, estimate - 0.1, estimate + 0.1, 0.01, 10, 40, 400, Method.CLUSTERED, {}
    )


def ends(line: Line2D) -> list[float]:
    return [float(line.get_xdata()[0]), float(line.get_xdata()[-1])]


def test_a_learning_curve_holds_every_run_and_its_law_to_twice_the_photos() -> None:
    sizes = np.array([20.0, 40.0, 80.0])
    errors = np.array([[0.50, 0.52], [0.25, 0.26], [0.12, 0.13]])
    (axes,) = learning_figure(sizes, errors, Halving()).axes
    runs, fitted, beyond = axes.get_lines()
    assert runs.get_ydata() == pytest.approx(1 - errors.ravel())
    assert ends(fitted) == pytest.approx([20, 80], rel=0.05)
    assert ends(beyond) == pytest.approx([80, 160], rel=0.05)
    assert fitted.get_ydata()[0] == pytest.approx(0.5)
    (asymptote,) = axes.patches
    assert asymptote.get_extents().transformed(axes.transData.inverted()).intervaly == pytest.approx([0.9, 1])


def test_rules_stand_from_top_to_bottom_with_their_intervals_and_guessing() -> None:
    rules = {"attention": accuracy(0.4), "random": accuracy(0.6)}
    (axes,) = controls_figure(rules, GUESSING).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["attention", "random"]
    assert axes.yaxis_inverted()
    intervals = [
        ends(line) for line in axes.get_lines() if line.get_linestyle() == "-" and len(line.get_xdata()) == 2
    ]
    assert intervals == [pytest.approx([0.3, 0.5]), pytest.approx([0.5, 0.7])]
    assert axes.get_lines()[-1].get_xdata() == pytest.approx([GUESSING, GUESSING])
    assert [text.get_text() for text in axes.texts] == [".40", ".60"]
