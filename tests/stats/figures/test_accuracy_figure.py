"""Figures say what the numbers say."""

from __future__ import annotations

import pytest

from stats import TableError, Verdict, verdict, verdict_text
from stats.figures import accuracy_figure, svg
from stats.secondary import sensitivity
from stats.secondary.material import Material
from tests.stats.tables import block, table


@pytest.fixture
def answer() -> Verdict:
    rows = [block(kind, n, 40, wrong, level)
            for level, people_wrong, net_wrong in [(0, 4, 5), (1, 8, 90), (2, 500, 120)]
            for kind, n, wrong in [("human", 20, people_wrong), ("model", 5, net_wrong)]]  # fmt: skip
    return verdict(table(*rows))


def test_the_accuracy_figure_shows_estimates_thresholds_and_the_sweet_level(answer: Verdict) -> None:
    axes = accuracy_figure(answer).axes[0]
    labels = axes.get_legend_handles_labels()[1]
    assert {"people", "machine", "sweet spot (supported)", "floor for people .85"} <= set(labels)
    people = next(c for c in axes.containers if c.get_label() == "people")
    assert people[0].get_ydata() == pytest.approx([level.human.estimate for level in answer.levels])
    assert axes.get_title("left") == "Sweet spot supported at level 1; refuted at level 0, 2."
    assert axes.get_ylim()[0] == 0


def test_one_class_draws_no_guessing_and_has_no_d_prime() -> None:
    trials = table(block("human", 20, 40, 4), block("model", 5, 40, 5))
    outcome = verdict(trials)
    labels = accuracy_figure(outcome).axes[0].get_legend_handles_labels()[1]
    assert not [label for label in labels if "guessing" in label]
    with pytest.raises(TableError, match="two classes"):
        sensitivity.find(Material(trials, outcome))


def test_an_interval_is_named_by_its_own_confidence() -> None:
    answer = verdict(table(block("human", 20, 40, 4), block("model", 5, 40, 5)), alpha=0.025)
    assert "97.5 % intervals" in accuracy_figure(answer).axes[0].get_ylabel()
    assert "97.5 %" in verdict_text(answer)


@pytest.mark.thorough
def test_equal_figures_are_equal_files_with_text_as_text(answer: Verdict) -> None:
    drawing = svg(accuracy_figure(answer))
    assert drawing == svg(accuracy_figure(answer))
    assert ">crop level (light to heavy)</text>" in drawing


def test_a_level_without_people_leaves_a_gap_in_their_line(answer: Verdict) -> None:
    rows = [block("human", 20, 40, 4, level) for level in (0, 2)]
    machine = [block("model", 5, 40, 5, level) for level in (0, 1, 2)]
    axes = accuracy_figure(verdict(table(*rows, *machine))).axes[0]
    assert len([c for c in axes.containers if len(c[0].get_xdata()) == 1]) == 2
