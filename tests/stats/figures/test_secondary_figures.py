"""The other figures show the numbers of their results, and leave out what is undefined."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from stats.agreement.error_consistency import error_consistency
from stats.figures import (
    attention_figure,
    confusion_figure,
    consistency_figure,
    curves_figure,
    matrix_figure,
    sizes_figure,
    svg,
)
from stats.machine.attack_matrix import BroughtRow, attack_matrix
from stats.planning.power_analysis import Power
from stats.planning.simulated_studies import simulate
from stats.planning.study_sizes import Recommendation, Size
from stats.psychophysics.confusion import confusions
from stats.psychophysics.sweet_region import sweet_region
from tests.stats.tables import block, table


@pytest.fixture(scope="module")
def study() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    people = simulate([0.97, 0.95, 0.93, 0.7], rng, n_agents=20, n_items=96)
    seeds = simulate([0.96, 0.8, 0.5, 0.4], rng, agent_type="model", n_agents=3, n_items=96, crossed=True)
    trials = pd.concat([people, seeds], ignore_index=True)
    return trials.assign(response=trials["category"].where(trials["correct"] == 1, "dunk"))


def words(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


@pytest.mark.thorough
def test_curves_show_the_certified_region_where_it_is(study: pd.DataFrame) -> None:
    region = sweet_region(study, competence=0.7, resamples=200)
    axes = curves_figure(region).axes[0]
    certified = next(patch for patch in axes.patches if patch.get_label() == "certified region")
    assert (certified.get_x(), certified.get_x() + certified.get_width()) == pytest.approx(region.certified)
    people = next(line for line in axes.lines if line.get_label() == "people")
    assert people.get_ydata() == pytest.approx(region.human.fitted)
    assert axes.get_xlabel() == "crop level (light to heavy)"


def test_a_curve_is_drawn_between_its_own_levels_and_every_level_has_its_interval(
    study: pd.DataFrame,
) -> None:
    """The machine's curve was drawn over levels that people alone had seen."""
    light = (study["agent_type"] == "human") | (study["crop_level"] > 0)
    region = sweet_region(study.loc[light], resamples=50)
    axes = curves_figure(region).axes[0]
    machine = next(line for line in axes.lines if line.get_label() == "machine")
    assert (min(machine.get_xdata()), max(machine.get_xdata())) == (1, 3)
    bars = [bar for drawn in axes.collections for bar in getattr(drawn, "get_segments", list)()]
    assert len(bars) == 4 + 3


def test_the_confusion_figure_shows_counts(study: pd.DataFrame) -> None:
    people = confusions(study)[0]
    axes = confusion_figure(people).axes[0]
    assert words(axes) == [str(count) for row in people.counts for count in row]
    assert axes.get_title("left") == "people, level 0"


def test_the_attack_matrix_leaves_untested_cells_empty() -> None:
    rows = [pd.DataFrame(block("model", 3, 40, 12, level)).assign(trained_through=0) for level in (0, 1)]
    rows.append(pd.DataFrame(block("model", 3, 40, 6, 1)).assign(trained_through=1))
    axes = matrix_figure(attack_matrix(pd.concat(rows))).axes[0]
    assert [word.split("\n")[0] for word in words(axes)] == [".90", ".90", "", ".95"]


def test_long_names_of_machines_leave_the_attack_matrix_its_cells() -> None:
    name = "meta-llama/Llama-3.2-90B-Vision-Instruct, four bits, asked twice"[:60]
    rows = [pd.DataFrame(block("model", 3, 40, 12, level)).assign(trained_through=0) for level in (0, 1)]
    own = attack_matrix(pd.concat(rows))
    brought = replace(own, brought=(BroughtRow(name, "zero-shot", own.cells[0]),))
    figure = matrix_figure(brought)
    drawn = svg(figure)  # a figure without room for its cells warns, which is an error here
    axes = figure.axes[0]
    (lines,) = [tick.get_text() for tick in axes.get_yticklabels()][1:]
    assert "".join(lines.split()) == "".join(name.split())
    assert max(map(len, lines.splitlines())) <= 22
    assert axes.get_position().width > 0.3
    assert "asked" in drawn


def test_consistency_without_a_defined_kappa_draws_no_point() -> None:
    flawless = table(block("human", 3, 20, 0), block("model", 2, 20, 0))
    axes = consistency_figure(error_consistency(flawless, resamples=10).agreements).axes[0]
    assert [line.get_marker() for line in axes.lines] == ["None"]  # the line at zero alone


def sized(people: int, photos: int, chance: float) -> Size:
    result = Power(people, (chance,), (chance - 0.1,), (chance + 0.1,), chance, 100)
    return Size(photos, 5, people * photos, result, chance, chance - 0.1, chance + 0.1)


def test_the_figure_of_sizes_has_a_curve_per_number_of_photos_and_rings_the_size_to_choose() -> None:
    sizes = [sized(people, photos, people * photos / 4000) for photos in (50, 100) for people in (10, 20, 30)]
    axes = sizes_figure(Recommendation(tuple(sizes), 0.6, None, sizes[-1])).axes[0]
    curve = next(c for c in axes.containers if c.get_label() == "100 photos, 5 networks")
    assert curve[0].get_xdata().tolist() == [10, 20, 30]
    assert curve[0].get_ydata() == pytest.approx([0.25, 0.5, 0.75])
    ring = next(line for line in axes.lines if line.get_label() == "recommended")
    assert (list(ring.get_xdata()), list(ring.get_ydata())) == ([30], [0.75])


def test_attention_has_a_row_for_each_class_all_means_on_one_scale() -> None:
    maps = {"dunk": np.full((4, 4), 1 / 16), "shoot": np.eye(4) / 4, "dribble": np.zeros((4, 4))}
    photos = {"dunk": [np.zeros((9, 12, 3), np.uint8)] * 2, "shoot": [np.zeros((9, 12, 3), np.uint8)]}
    panels = np.reshape(attention_figure(maps, photos).axes, (3, 3))
    assert [axes.get_title() for axes in panels[:, 0]] == ["dunk", "shoot", "dribble"]
    assert [[len(axes.images) for axes in row] for row in panels] == [[1, 1, 1], [1, 1, 0], [1, 0, 0]]
    assert {axes.images[0].get_clim() for axes in panels[:, 0]} == {(0.0, 0.25)}
    assert len(attention_figure(maps).axes) == 3


@pytest.mark.thorough
@pytest.mark.filterwarnings("ignore:Glyph")  # that the font lacks
@pytest.mark.parametrize("name", ["$x^2$", r"$\\frac$", "_hidden", "<b>&", "tab\x0bbell\x07"])
def test_a_figure_writes_a_class_as_it_is_called_and_is_xml_whatever_it_is(name: str) -> None:
    """No formula, no hidden label, no markup; characters that XML cannot hold show as such."""
    answers = [(f"p{n}", f"photo{k}", ("dunk", name)[k % 2]) for n in range(3) for k in range(8)]
    trials = pd.DataFrame(answers, columns=["agent_id", "item_id", "category"])
    trials = trials.assign(agent_type="human", crop_level=0, correct=1, response=trials["category"])
    drawing = ElementTree.fromstring(svg(confusion_figure(confusions(trials)[0])))
    shown = {element.text for element in drawing.iter() if element.text}
    assert re.sub("[\x07\x0b]", "\N{REPLACEMENT CHARACTER}", name) in shown
