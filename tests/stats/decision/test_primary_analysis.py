"""The verdict: planted truths are found, broken attackers create nothing, edges stay honest."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from stats import CriteriaError, Verdict, verdict, verdict_text
from stats.planning.simulated_studies import Spread, simulate
from tests.stats.tables import block, table


@pytest.fixture(scope="module")
def planted() -> pd.DataFrame:
    """Five levels; people hold until level 3, the machine falls at level 3: level 3 is the sweet spot."""
    rng = np.random.default_rng(11)
    people = simulate([0.97, 0.96, 0.95, 0.94, 0.70], rng, n_agents=40, n_items=300)
    seeds = simulate(
        [0.97, 0.93, 0.85, 0.50, 0.40], rng, agent_type="model", n_agents=5, n_items=300,
        spread=Spread(agent=0.15), crossed=True,
    )  # fmt: skip
    return pd.concat([people, seeds], ignore_index=True)


def conclusions(answer: Verdict) -> dict[int | float, str]:
    return {level.crop_level: str(level.verdict) for level in answer.levels}


def test_it_finds_the_planted_sweet_spot_and_nothing_else(planted: pd.DataFrame) -> None:
    answer = verdict(planted)
    assert answer.assay.passed
    assert answer.sweet_levels == (3,)
    assert answer.sweet_levels_holm == (3,)
    assert conclusions(answer) == {0: "refuted", 1: "refuted", 2: "refuted", 3: "supported", 4: "refuted"}


@pytest.mark.thorough
def test_the_order_of_rows_changes_nothing(planted: pd.DataFrame) -> None:
    shuffled = planted.sample(frac=1, random_state=3)
    first, second = verdict(planted).levels, verdict(shuffled).levels
    assert [level.human.estimate for level in first] == pytest.approx(
        [level.human.estimate for level in second]
    )
    assert [level.p_iut for level in first] == pytest.approx([level.p_iut for level in second])


def test_each_class_is_judged_alone(planted: pd.DataFrame) -> None:
    answer = verdict(planted)
    assert set(answer.per_class) == {"dribble", "dunk", "shoot"}
    for name, part in answer.per_class.items():
        assert part.sweet_levels == (3,)
        assert part.levels[3].human.n_items == 100
        assert answer.levels[3].human.per_class[name] == part.levels[3].human
        assert part.levels[3].p_holm >= part.levels[3].p_iut


def test_a_broken_attacker_creates_no_sweet_spot() -> None:
    everywhere_bad = [block("model", 5, 40, 120, level) for level in (0, 1)]
    people = [block("human", 20, 40, 20, level) for level in (0, 1)]
    answer = verdict(table(*people, *everywhere_bad))
    assert answer.levels[1].p_iut < 0.025
    assert not answer.assay.passed
    assert answer.sweet_levels == ()
    assert answer.sweet_levels_holm == ()
    assert all(not part.sweet_levels for part in answer.per_class.values())
    assert answer.levels[1].verdict == "inconclusive"
    assert "no verdict: attacker not competent" in answer.headline()


@pytest.mark.parametrize(
    ("kind", "headline", "half"),
    [
        (
            "human",
            "no verdict: no machine was tested",
            "People above .85: shown at level 0, 1 (light to heavy",
        ),
        ("model", "no verdict: no people were tested", "Machine below .75: shown at level 1 (heavy to light"),
    ],
)
def test_a_table_of_one_side_names_that_cause_and_keeps_its_half(kind: str, headline: str, half: str) -> None:
    """A table of people only was headed "attacker not competent": the kind is a headline of another cause."""
    wrong = {"human": (10, 10), "model": (5, 240)}[kind]
    answer = verdict(table(*(block(kind, 10, 40, n, level) for level, n in enumerate(wrong))))
    assert answer.headline() == headline
    assert half in " ".join(verdict_text(answer).split())
    assert not any("no trials of" in warning for warning in answer.warnings)


def test_names_of_photos_that_never_meet_are_asked_about_once_and_first() -> None:
    """People's rows name cat_40.png, the machine's cat_10.png: the kind is rows that match nothing."""
    people = block("human", 8, 20, 4)
    machine = [row | {"item_id": f"{row['item_id']}_10.png"} for row in block("model", 4, 20, 4)]
    first, *others = verdict(table(people, machine)).warnings
    assert first.startswith("people and machine have no photo in common at level 0: do the names")
    assert not any("judged by people only" in warning for warning in others)


def test_without_uncropped_photos_the_attacker_is_not_shown_to_be_competent() -> None:
    answer = verdict(table(block("human", 20, 40, 20, 1), block("model", 5, 40, 120, 1)))
    assert not answer.assay.passed
    assert answer.assay.estimate is None
    assert answer.sweet_levels == ()


def test_one_seed_is_an_exact_binomial_over_photos_and_says_so() -> None:
    answer = verdict(table(block("human", 10, 50, 10), block("model", 1, 50, 10)))
    machine = answer.levels[0].machine
    assert machine.p == pytest.approx(0.8363, abs=1e-4)  # P(Bin(50, .75) <= 40)
    assert (machine.ci_low, machine.ci_high) == pytest.approx((0.6628, 0.8997), abs=1e-4)
    assert "conditional on this one trained network" in machine.method
    assert any("conditional on this one trained network" in warning for warning in answer.warnings)


def test_few_networks_and_people_are_counted_level_by_level() -> None:
    sizes = [("human", 3, 0), ("human", 1, 1), ("model", 1, 0), ("model", 2, 1)]
    warnings = verdict(table(*(block(kind, n, 20, 1, level) for kind, n, level in sizes))).warnings
    networks = next(warning for warning in warnings if "network" in warning)
    assert "only 1 network at level 0: conditional" in networks
    assert "only 2 networks at level 1: too few to generalise" in networks
    assert "only 1 person at level 1; only 3 people at level 0" in warnings


def test_asking_one_network_again_is_no_new_photo() -> None:
    once = block("model", 1, 50, 10)
    level = verdict(table(block("human", 10, 50, 10), once, once, once)).levels[0]
    assert level.machine.n_trials == 150
    assert (level.machine.ci_low, level.machine.ci_high) == pytest.approx((0.6628, 0.8997), abs=1e-4)


@pytest.mark.thorough
def test_seeds_that_all_agree_tell_no_more_than_one_where_a_class_is_small() -> None:
    def lower(seeds: int) -> float:
        sizes = {"dribble": 2, "dunk": 100, "shoot": 100}
        rows = [block("model", seeds, n, 0, category=name) for name, n in sizes.items()]
        return verdict(table(*rows, block("human", 5, 9, 3, category="dunk"))).levels[0].machine.ci_low

    assert lower(3) == pytest.approx(lower(1))
    assert lower(3) == pytest.approx(0.025 ** (1 / (9 / (1 / 2 + 2 / 100))))


def test_one_person_speaks_for_nobody_else() -> None:
    person = verdict(table(block("human", 1, 200, 0), block("model", 3, 200, 5))).levels[0].human
    assert person.p == pytest.approx(0.85)
    assert person.ci_low < 0.05


def test_all_right_is_floor_to_the_power_of_the_smaller_side() -> None:
    human = verdict(table(block("human", 18, 100, 0), block("model", 3, 100, 5))).levels[0].human
    assert human.p == pytest.approx(0.85**18)
    assert 0 < human.ci_low < human.ci_high == 1
    assert human.se is None
    assert human.df is None


def test_all_wrong_is_never_p_zero_for_the_machine() -> None:
    answer = verdict(table(block("human", 18, 100, 20, 0), block("model", 4, 100, 0, 0),
                           block("human", 18, 100, 20, 1), block("model", 4, 100, 400, 1)))  # fmt: skip
    machine = answer.levels[1].machine
    assert machine.estimate == 0
    assert machine.p == pytest.approx(0.25**100)
    assert "conditional on these networks, which all agree" in machine.method
    assert machine.ci_low == 0 < machine.ci_high


def test_the_json_is_strict_and_has_its_agreed_shape(planted: pd.DataFrame) -> None:
    values = verdict(planted).to_dict()
    again = json.loads(json.dumps(values, allow_nan=False))
    assert set(again) >= {"levels", "sweet_levels", "sweet_levels_holm", "assay", "per_class", "warnings"}
    level = again["levels"][0]
    assert set(level) >= {"crop_level", "human", "machine", "p_iut", "p_holm", "verdict"}
    wanted = {
        "estimate",
        "se",
        "df",
        "ci_low",
        "ci_high",
        "p",
        "n_agents",
        "n_items",
        "n_trials",
        "per_class",
    }
    assert set(level["human"]) >= wanted
    assert set(level["human"]["per_class"]["dunk"]) >= wanted
    assert again["assay"]["passed"] is True
    assert level["crop_level"] == 0


def test_a_level_that_one_kind_never_saw_is_inconclusive_with_a_warning(planted: pd.DataFrame) -> None:
    gap = planted.loc[(planted["agent_type"] == "human") | (planted["crop_level"] != 3)]
    answer = verdict(gap)
    row = answer.levels[3]
    assert row.machine is None
    assert row.p_iut is None
    assert row.verdict == "inconclusive"
    assert any("level 3: no trials of the machine" in warning for warning in answer.warnings)


def test_a_class_missing_on_one_side_leaves_the_level_inconclusive(planted: pd.DataFrame) -> None:
    lacking = planted.loc[
        (planted["agent_type"] == "human") | (planted["crop_level"] != 3) | (planted["category"] != "dunk")
    ]
    answer = verdict(lacking)
    assert 3 not in answer.sweet_levels
    assert answer.levels[3].verdict == "inconclusive"
    assert any("dunk" in warning for warning in answer.warnings)


@pytest.mark.thorough
def test_an_attacker_counts_at_the_level_it_was_trained_for(planted: pd.DataFrame) -> None:
    machine = planted["agent_type"] == "model"
    transfer = planted.loc[machine].assign(trained_through=0, correct=0)
    adaptive = planted.assign(trained_through=planted["crop_level"].where(machine))
    answer = verdict(pd.concat([adaptive, transfer.loc[transfer["crop_level"] != 0]]))
    assert answer.levels == verdict(planted).levels


@pytest.mark.parametrize(
    "bad", [{"ceiling": 0.9}, {"ceiling": 0.85}, {"floor": 1.0}, {"alpha": 0.0}, {"competence": float("nan")}]
)
def test_contradictory_criteria_are_refused(planted: pd.DataFrame, bad: dict[str, float]) -> None:
    with pytest.raises(CriteriaError):
        verdict(planted, **bad)


@pytest.mark.thorough
def test_levels_may_be_fractions_and_are_ordered_light_to_heavy(planted: pd.DataFrame) -> None:
    halved = planted.assign(crop_level=planted["crop_level"] / 2).iloc[::-1]
    answer = verdict(halved)
    assert [level.crop_level for level in answer.levels] == [0, 0.5, 1, 1.5, 2]
    assert answer.sweet_levels == (1.5,)


def test_the_printed_table_never_shows_a_p_without_estimate_interval_and_sizes(planted: pd.DataFrame) -> None:
    line = next(line for line in verdict_text(verdict(planted)).splitlines() if line.startswith("3 "))
    assert "40 × 300" in line
    assert "5 × 300" in line
    assert "supported" in line
