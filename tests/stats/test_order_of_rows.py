"""Every estimate is a function of the set of rows: no order of rows or columns changes any output.

The kind: with repeated answers the last row won, and a consistency was -.5 or +.5 by sorting.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stats import TableError, verdict
from stats.agreement.error_consistency import error_consistency
from stats.decision.criteria import Criteria
from stats.decision.from_counts import verdict_from_counts
from stats.designs.factor_study import factor_study
from stats.designs.human_difficulty import by_difficulty
from stats.designs.minimal_crops.split_selection import selected_crops
from stats.designs.photo_counts import photo_counts
from stats.designs.scored_table import scored_table
from stats.designs.text_scoring import TextRule
from stats.designs.trial_predictor import Axis, predictor_study
from stats.inference.accuracy_loss import human_loss
from stats.machine.attack_matrix import attack_matrix
from stats.planning.monitoring import monitor
from stats.planning.pilot_guess import guess_from
from stats.planning.simulated_studies import simulate
from stats.psychophysics.confusion import confusions
from stats.psychophysics.response_times import response_times
from stats.psychophysics.sweet_region import sweet_region
from stats.psychophysics.tile_grids import tile_levels
from stats.secondary.every_analysis import secondary
from stats.secondary.material import Material
from tests.stats.designs.test_factor_study import two_groups
from tests.stats.designs.test_human_difficulty import easy_and_hard
from tests.stats.designs.test_photo_counts import counts as photo_table
from tests.stats.designs.test_split_selection import search
from tests.stats.designs.test_trial_predictor import study as visibility_study
from tests.stats.psychophysics.test_tile_grids import PLANTED, planted_tiles

ROUNDING, OPTIMUM = 1e-9, 1e-3  # relative; what optimisers are asked for
FITTED = {"response times", "predictor"}  # by an optimiser that starts from rounded means


def study() -> pd.DataFrame:
    """A table with repeats, shared sources, timeouts, exclusions and two architectures."""
    rng = np.random.default_rng(5)
    people = simulate([0.96, 0.9, 0.7], rng, n_agents=8, n_items=66)
    networks = simulate([0.95, 0.6, 0.5], rng, agent_type="model", n_agents=4, n_items=66, crossed=True)
    networks["architecture"] = np.where(networks["agent_id"].isin(["m0", "m1"]), "resnet", "vgg")
    networks["trained_through"] = networks["crop_level"]
    wrongly_tested = networks.assign(crop_level=(networks["crop_level"] + 1) % 3).iloc[:40]
    trials = pd.concat([people, networks, wrongly_tested], ignore_index=True)
    again = trials.sample(60, random_state=1).assign(correct=lambda rows: 1 - rows["correct"])
    trials = pd.concat([trials, again], ignore_index=True)
    wrong_class = trials["category"].map({"dribble": "dunk", "dunk": "shoot", "shoot": "dribble"})
    human = trials["agent_type"] == "human"
    number = trials["item_id"].str.removeprefix("photo").astype(int)
    return trials.assign(
        response=trials["category"].where(trials["correct"] == 1, wrong_class),
        response_status=np.where(human & (rng.random(len(trials)) < 0.05), "timeout", "answered"),
        rt_ms=np.where(human, 500 * np.exp(rng.normal(0, 0.3, len(trials))), np.nan),
        source_id=np.where(number % 11 == 0, "film" + (number // 22).astype(str), ""),
        onset_utc=[f"2026-01-{1 + place % 28:02d}T10:00:00Z" for place in rng.permutation(len(trials))],
        excluded_trial=(rng.random(len(trials)) < 0.03).astype(int),
        crop_fraction=trials["crop_level"] * 0.3,
        stim_sha256=trials["item_id"] + trials["crop_level"].astype(str),
    )


def counts(trials: pd.DataFrame) -> pd.DataFrame:
    by = ["agent_type", "agent_id", "category", "crop_level"]
    return trials.groupby(by)["correct"].agg(n_correct="sum", n="size").reset_index()


def typed() -> pd.DataFrame:
    answers = ["dunk", "Dnuk", "hoop", "shoot", "shot", None]
    return pd.DataFrame(
        {"category": ["dunk", "dunk", "shoot"] * 6, "response": answers * 3, "trial_id": map(str, range(18))}
    )


def decided(rows: pd.DataFrame) -> dict[str, Any]:
    scored = scored_table(rows, TextRule(("dunk", "shoot"), slips=0.25))
    cells = scored.table.set_index("trial_id").sort_index()[["response", "correct", "text_rule"]]
    return {"cells": cells.to_dict("list"), "shares": scored.shares(), "decided": repr(scored.decided)}


def values(result: object) -> Any:
    return result.to_dict() if hasattr(result, "to_dict") else result


ANALYSES: dict[str, tuple[Callable[[], pd.DataFrame], Callable[[pd.DataFrame], Any]]] = {
    "verdict": (study, verdict),
    "verdict from counts": (lambda: counts(study()), lambda rows: verdict_from_counts(rows, Criteria())),
    "curves": (study, lambda rows: sweet_region(rows, resamples=60)),
    "consistency": (study, lambda rows: error_consistency(rows, least_shared=5, resamples=20)),
    "confusions": (study, confusions),
    "response times": (study, lambda rows: response_times(rows, resamples=50)),
    "loss": (study, lambda rows: human_loss(rows, margin=0.1)),
    "attack matrix": (study, attack_matrix),
    "monitoring": (study, lambda rows: monitor(rows, planned=8, looks=[0.5, 1.0])),
    "monitoring without a look": (
        lambda: study().drop(columns="onset_utc"),
        lambda rows: monitor(rows, planned=9),
    ),
    "a pilot's guess": (study, lambda rows: asdict(guess_from(rows))),
    "typed answers": (typed, decided),
    "groups": (
        lambda: two_groups([0.9, 0.6], [0.8, 0.7], seed=0, people=6),
        lambda rows: factor_study(rows, group="skill"),
    ),
    "minimal crops": (
        lambda: search((0.6, 0.4), seed=5, trees=12, people=20, networks=2),
        lambda rows: selected_crops(rows, splits=5),
    ),
    "predictor": (
        lambda: visibility_study(1, {"human": 0.4, "model": 0.6}, agents=8, photos=60),
        lambda rows: predictor_study(rows, Axis("visibility"), resamples=30),
    ),
    "difficulty": (lambda: easy_and_hard(people=8, networks=2), lambda rows: by_difficulty(rows, splits=3)),
    "counts by photo": (
        lambda: photo_table(1, photos=60),
        lambda rows: photo_counts(rows, resamples=30),
    ),
    "tile grids": (lambda: planted_tiles(PLANTED, people=6, spread=0.5), tile_levels),
}


def differences(first: Any, second: Any, tolerance: float, place: str = "") -> list[str]:
    """Name every place at which two results differ by more than rounding."""
    first, second = values(first), values(second)
    if isinstance(first, dict) and isinstance(second, dict) and list(first) == list(second):
        return [
            line
            for key in first
            for line in differences(first[key], second[key], tolerance, f"{place}/{key}")
        ]
    if isinstance(first, list | tuple) and isinstance(second, list | tuple) and len(first) == len(second):
        pairs = zip(first, second, strict=True)
        return [
            line for n, pair in enumerate(pairs) for line in differences(*pair, tolerance, f"{place}/{n}")
        ]
    if isinstance(first, float) and isinstance(second, float):
        same = math.isclose(first, second, rel_tol=tolerance, abs_tol=tolerance)
    else:
        same = first == second
    return [] if same else [f"{place}: {first} and {second}"]


@pytest.mark.thorough
@pytest.mark.parametrize("name", ANALYSES)
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32 - 1))
def test_no_order_of_rows_or_columns_changes_a_number(name: str, seed: int) -> None:
    make, analysis = ANALYSES[name]
    table = make()
    shuffled = table.sample(frac=1, random_state=seed).sample(frac=1, axis=1, random_state=seed)
    tolerance = OPTIMUM if name in FITTED else ROUNDING
    assert differences(analysis(table), analysis(shuffled), tolerance) == []


@pytest.mark.thorough
def test_no_order_of_rows_changes_a_sentence_or_a_table_of_the_report() -> None:
    first, second = (
        [
            finding.section().paragraphs + tuple(finding.section().tables)
            for finding in secondary(Material(rows, verdict(rows), resamples=60, consistency_resamples=20))
            if finding.name != "response_times"
        ]
        for rows in (study(), study()[::-1])
    )
    assert first == second


def test_a_photo_whose_rows_name_two_sources_is_refused_and_a_blank_takes_the_source_of_the_others() -> None:
    """The kind: of rows that contradict each other the last one was believed."""
    trials = study()
    blank = trials.copy()
    blank.loc[blank["agent_type"] == "human", "source_id"] = ""
    assert verdict(blank).levels == verdict(trials).levels
    first = blank.index[blank["source_id"] != ""][0]
    blank.loc[first, "source_id"] = "another film"
    with pytest.raises(TableError, match="a photo has one source"):
        verdict(blank)
