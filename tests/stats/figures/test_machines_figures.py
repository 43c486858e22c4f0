"""Figures of machines side by side: all can be told apart without colour, and every kappa is there."""

from __future__ import annotations

from itertools import product

import matplotlib.colors
import pytest
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure

from stats.figures import kappa_matrices, machines_figure, svg
from stats.figures.style import TALLEST, WIDEST
from stats.machine.comparison import (
    PEOPLE,
    ComparedMachine,
    Comparison,
    MachineLevel,
    PairKappa,
    PeopleLevel,
    Took,
)


def planted(machines: int, levels: int = 3) -> Comparison:
    """Machines of known accuracies and kappas; the first was not tested at level 1."""
    compared = tuple(
        ComparedMachine(
            number,
            f"net{number}",
            "adaptive",
            number % 2 == 0,
            tuple(
                MachineLevel(level, 0.9 - 0.1 * level, 0.5, 0.95, 1, 40, {}, Took(40))
                for level in range(levels)
                if (number, level) != (1, 1)
            ),
            Took(40 * levels),
        )
        for number in range(1, machines + 1)
    )
    names = [PEOPLE, *(machine.label for machine in compared)]
    pairs = tuple(
        PairKappa(level, first, second, 0.25, 0.1, 0.4, 40)
        if second != names[1]
        else PairKappa(level, first, second, None, None, None, 12, "no pair shares 20 photos, at most 12")
        for level in range(levels)
        for place, first in enumerate(names)
        for second in names[place + 1 :]
    )
    people = tuple(PeopleLevel(level, 0.95, 0.9, 0.98, 12) for level in range(levels))
    return Comparison(compared, people, pairs, 20, 50)


def lines(figure: Figure) -> list[ErrorbarContainer]:
    return [each for each in figure.axes[0].containers if isinstance(each, ErrorbarContainer)]


@pytest.mark.thorough
def test_every_machine_has_a_marker_and_a_dash_that_no_other_has() -> None:
    looks = [(line[0].get_marker(), line[0].get_linestyle()) for line in lines(machines_figure(planted(24)))]
    assert len(looks) == 1 + 24
    assert len(set(looks)) == len(looks)


def test_machines_from_outside_have_hollow_markers_and_people_the_thickest_line() -> None:
    people, *machines = lines(machines_figure(planted(4)))
    hollow = [
        matplotlib.colors.to_hex(line[0].get_markerfacecolor()) == "#ffffff"  # type: ignore[arg-type]
        for line in machines
    ]
    assert hollow == [False, True, False, True]
    assert people.get_label() == "people"
    assert people[0].get_linewidth() > max(line[0].get_linewidth() for line in machines)


def test_the_axis_runs_from_0_to_1_and_a_level_that_was_not_tested_breaks_the_line() -> None:
    figure = machines_figure(planted(2))
    low, high = figure.axes[0].get_ylim()
    assert low == 0
    assert 1 <= high < 1.05
    _, first, second = (line[0].get_ydata() for line in lines(figure))
    assert [value == value for value in first] == [True, False, True]
    assert list(second) == pytest.approx([0.9, 0.8, 0.7])


@pytest.mark.sampled
@pytest.mark.parametrize(("machines", "levels"), [(1, 1), (3, 2), (5, 4), (11, 4)])
def test_every_kappa_stands_in_its_cell_and_none_is_a_dash(machines: int, levels: int) -> None:
    comparison = planted(machines, levels)
    figure = kappa_matrices(comparison)
    assert figure.get_size_inches() == pytest.approx([WIDEST, figure.get_size_inches()[1]])
    assert figure.get_size_inches()[1] <= TALLEST + 0.01
    panels = [axes for axes in figure.axes if axes.get_title(loc="left")]
    assert [axes.get_title(loc="left") for axes in panels] == [f"level {level}" for level in range(levels)]
    pairs = machines * (machines + 1) // 2
    for axes in panels:
        words = [text.get_text().split("\n")[0] for text in axes.texts]
        assert words.count("+.25") == pairs - 1, "all but that of people with the first"
        assert words.count("–") == 1
        names = [label.get_text() for label in axes.get_yticklabels()]
        assert names == ["P", *(str(number) for number in range(1, machines + 1))]


@pytest.mark.thorough
def test_the_key_names_every_number_and_the_scale_says_what_it_is() -> None:
    drawn = svg(kappa_matrices(planted(3)))
    words = (
        "P people",
        "1 net1 (adaptive)",
        "2 net2 (adaptive, from outside)",
        "error consistency (Cohen's kappa)",
    )
    assert [word for word in words if word not in drawn] == []


@pytest.mark.thorough
def test_intervals_stand_where_there_is_room() -> None:
    few, many = (kappa_matrices(planted(machines, 2)) for machines in (1, 8))
    texts = [[text.get_text() for text in figure.axes[0].texts] for figure in (few, many)]
    assert not any("\n" in text for text in texts[1])
    assert texts[0] == ["–"]
    alone = kappa_matrices(planted(2, 1)).axes[0].texts
    assert "+.25\n[+.10, +.40]" in [text.get_text() for text in alone]


@pytest.mark.thorough
def test_many_machines_and_levels_are_coloured_without_words_that_would_overlap() -> None:
    figure = kappa_matrices(planted(20, 6))
    assert not any(axes.texts for axes in figure.axes)
    filled = {
        round(float(value), 2)
        for axes, collection in product(figure.axes[:1], figure.axes[0].collections)
        if (values := collection.get_array()) is not None
        for value in values.compressed()
    }
    assert filled == {0.25}
