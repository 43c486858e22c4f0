"""Grids of tiles: planted hit and false-alarm rates are found again, per level and with honest intervals."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from stats import TableError
from stats.psychophysics.tile_grids import TileLevel, tile_levels

CLASSES = ("dribble", "dunk", "shoot")
PLANTED = {0: (0.95, 0.04), 1: (0.70, 0.25)}  # level: hit rate, false-alarm rate


def planted_tiles(
    rates: dict[int, tuple[float, float]], people: int = 40, seed: int = 0, spread: float = 0.0
) -> pd.DataFrame:
    """Six grids of 3 x 3 per person and level, three photos of each class; `spread` is in d'."""
    rng = np.random.default_rng(seed)
    able, plain = rng.normal(0, spread, people), rng.normal(0, spread, 60)
    rows = []
    for person, (level, (hit, alarm)), number in product(range(people), rates.items(), range(6)):
        target = CLASSES[(person + number) % 3]
        photos = [3 * pick + kind for kind in range(3) for pick in rng.choice(20, 3, replace=False)]
        drawn = zip(photos, able[person] + plain[photos], strict=True)
        tiles = [_tile(photo, target, (hit, alarm), shift, rng) for photo, shift in drawn]
        grid = {"agent_id": f"p{person}", "crop_level": level, "trial_id": f"{person}-{level}-{number}"}
        grid |= {"target": target, "grid_solved": int(all(tile["correct"] for tile in tiles))}
        rows += [tile | grid for tile in tiles]
    constants = {"agent_type": "human", "mode": "live", "block_type": "test", "response_status": "answered"}
    return pd.DataFrame(rows).assign(**constants, excluded_trial=0, excluded_participant=0)


def _tile(
    photo: int, target: str, rates: tuple[float, float], shift: float, rng: np.random.Generator
) -> dict[str, object]:
    hit, alarm = rates
    category = CLASSES[photo % 3]
    is_target = category == target
    drive = stats.norm.ppf(hit) + shift / 2 if is_target else stats.norm.ppf(alarm) - shift / 2
    selected = rng.random() < stats.norm.cdf(drive)
    own = {"item_id": f"i{photo}", "category": category, "is_target": int(is_target)}
    return own | {"correct": int(selected == is_target)}


@pytest.fixture(scope="module")
def levels() -> tuple[TileLevel, ...]:
    return tile_levels(planted_tiles(PLANTED))


@pytest.mark.thorough
def test_the_planted_rates_lie_within_their_intervals(levels: tuple[TileLevel, ...]) -> None:
    for level, (hit, alarm) in zip(levels, PLANTED.values(), strict=True):
        assert level.hit.ci_low < hit < level.hit.ci_high
        assert level.false_alarm.ci_low < alarm < level.false_alarm.ci_high
        assert level.hit.ci_high - level.hit.ci_low < 0.12


@pytest.mark.thorough
def test_d_prime_is_the_planted_distance(levels: tuple[TileLevel, ...]) -> None:
    for level, (hit, alarm) in zip(levels, PLANTED.values(), strict=True):
        planted = stats.norm.ppf(hit) - stats.norm.ppf(alarm)
        assert level.sensitivity.ci_low < planted < level.sensitivity.ci_high
        assert level.sensitivity.d_prime == pytest.approx(planted, abs=0.25)


@pytest.mark.thorough
def test_grids_are_solved_as_often_as_all_nine_tiles_are_right(levels: tuple[TileLevel, ...]) -> None:
    for level, (hit, alarm) in zip(levels, PLANTED.values(), strict=True):
        assert level.solved.ci_low < hit**3 * (1 - alarm) ** 6 < level.solved.ci_high
        assert (level.solved.n, level.solved.n_people, level.timeouts) == (40 * 6, 40, 0)


@pytest.mark.slow
def test_intervals_of_d_prime_cover_the_truth_for_new_people_and_photos() -> None:
    """With people and photos that differ, the average observer's d' lies inside about 95 % of the time."""
    hit, alarm = 0.8, 0.2
    scale = np.sqrt(1 + 2 * (0.5 / 2) ** 2)  # averaging a shifted probit over people and photos flattens it
    truth = (stats.norm.ppf(hit) - stats.norm.ppf(alarm)) / scale
    inside = 0
    for seed in range(200):
        d_prime = tile_levels(planted_tiles({0: (hit, alarm)}, people=20, seed=seed, spread=0.5))[
            0
        ].sensitivity
        inside += d_prime.ci_low < truth < d_prime.ci_high
    assert 0.91 <= inside / 200 <= 1.0


@pytest.mark.thorough
def test_a_perfect_crowd_has_a_finite_d_prime_without_an_interval() -> None:
    level = tile_levels(planted_tiles({0: (1.0, 0.0)}, people=5))[0]
    assert (level.hit.estimate, level.false_alarm.estimate, level.solved.estimate) == (1.0, 0.0, 1.0)
    assert np.isfinite(level.sensitivity.d_prime)
    assert level.sensitivity.corrected
    assert level.sensitivity.ci_low is None
    assert level.hit.ci_low < 1.0, "no finite sample shows certainty"


@pytest.mark.thorough
def test_a_grid_that_ran_out_of_time_is_unsolved_and_no_selection() -> None:
    tiles = planted_tiles({0: (0.9, 0.1)}, people=10)
    late = tiles["trial_id"] == "0-0-0"
    tiles["correct"] = tiles["correct"].astype("object").mask(late, None)
    tiles = tiles.assign(
        response_status=tiles["response_status"].mask(late, "timeout"),
        grid_solved=tiles["grid_solved"].mask(late, 0),
    )
    level = tile_levels(tiles)[0]
    assert (level.timeouts, level.solved.n) == (1, 60)
    assert level.hit.n == (60 - 1) * 3


@pytest.mark.thorough
def test_practice_catch_and_excluded_rows_do_not_count() -> None:
    tiles = planted_tiles({0: (0.9, 0.1)}, people=10)
    more = planted_tiles({0: (0.5, 0.5)}, people=10, seed=9).assign(block_type="catch")
    shut_out = planted_tiles({0: (0.5, 0.5)}, people=10, seed=8).assign(excluded_participant=1)
    assert tile_levels(pd.concat([tiles, more, shut_out])) == tile_levels(tiles)


@pytest.mark.thorough
def test_modes_are_never_mixed() -> None:
    tiles = planted_tiles({0: (0.9, 0.1)}, people=10)
    both = pd.concat([tiles, tiles.assign(mode="simulated")])
    with pytest.raises(TableError, match="mixes modes"):
        tile_levels(both)
    assert tile_levels(both, mode="live") == tile_levels(tiles)


@pytest.mark.sampled
@pytest.mark.parametrize("column", ["trial_id", "target", "is_target", "grid_solved"])
def test_a_table_of_trials_is_refused(column: str) -> None:
    with pytest.raises(TableError, match=rf"missing column .*{column}.*tiles.csv"):
        tile_levels(planted_tiles(PLANTED, people=2).drop(columns=column))


def test_a_flag_that_is_none_is_refused_with_its_row() -> None:
    tiles = planted_tiles({0: (0.9, 0.1)}, people=2)
    tiles["is_target"] = tiles["is_target"].astype(object)
    tiles.loc[4, "is_target"] = "perhaps"
    with pytest.raises(TableError, match="row 4: is_target must be true or false"):
        tile_levels(tiles)


@pytest.mark.thorough
def test_every_value_is_plain_for_json(levels: tuple[TileLevel, ...]) -> None:
    assert levels[0].to_dict()["hit"]["estimate"] == levels[0].hit.estimate
