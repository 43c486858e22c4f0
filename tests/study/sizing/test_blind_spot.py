"""Distances by the blind spot: planted ones are recovered, late presses do no harm, nonsense is refused."""

from __future__ import annotations

import random
from statistics import fmean

import pytest

from study.sizing.blind_spot import (
    EDGE_DEGREES,
    ROUNDS,
    Estimate,
    Round,
    distance_of,
    edge_at,
    estimate_of,
    sweep_for,
)
from study.sizing.presser import Presser
from study.sizing.screen_measure import distance_is_due

MM_PER_PX = 0.25
PLANNED_CM = 57.0
PEOPLE = 300


def estimates(
    distance_cm: float, lag_s: float, *, first_press_only: bool = False, edge: float = EDGE_DEGREES
) -> list[Estimate]:
    """What many people at one distance are taken for, who differ only by chance."""
    sweep, chance = sweep_for(PLANNED_CM, MM_PER_PX), random.Random(7)
    presser = Presser(distance_cm, chance, lag_s=lag_s, edge_degrees=edge)
    people = [presser.rounds(sweep, MM_PER_PX) for _ in range(PEOPLE)]
    if first_press_only:
        people = [tuple(Round(each.gone_px, each.gone_px) for each in rounds) for rounds in people]
    return [estimate_of(rounds, MM_PER_PX) for rounds in people]


def mean_distance(taken_for: list[Estimate]) -> float:
    return fmean(estimate.distance_cm for estimate in taken_for)


def test_the_spot_of_somebody_at_57_centimetres_begins_at_some_131_millimetres() -> None:
    assert edge_at(57.0, mm_per_px=1.0) == pytest.approx(130.5, abs=0.1)


@pytest.mark.parametrize("distance", [20.0, 32.0, 57.0, 150.0])
def test_lengths_and_distances_are_inverse(distance: float) -> None:
    assert distance_of(edge_at(distance, 0.08), 0.08) == pytest.approx(distance)


@pytest.mark.sampled
@pytest.mark.parametrize("distance", [35.0, 57.0, 80.0])
@pytest.mark.parametrize("lag", [0.2, 0.35, 0.8])
def test_a_planted_distance_is_recovered_however_late_people_press(distance: float, lag: float) -> None:
    assert mean_distance(estimates(distance, lag)) == pytest.approx(distance, rel=0.01)


def test_one_press_for_each_round_would_take_late_people_for_far_ones() -> None:
    """At 2 degrees a second, .35 s are .7 of 12.9 degrees: 5 % where one sits as planned."""
    by_one_press = mean_distance(estimates(57.0, 0.35, first_press_only=True))
    assert by_one_press == pytest.approx(57.0 * 1.053, rel=0.01)


def test_whose_spot_lies_elsewhere_seems_to_sit_elsewhere_and_no_round_can_tell() -> None:
    """The error that remains: people differ by .73 degrees (SD), which are 6 % of the distance."""
    taken_for = estimates(57.0, 0.35, edge=EDGE_DEGREES + 0.73)
    assert mean_distance(taken_for) == pytest.approx(57.0 * 1.059, rel=0.01)
    assert all(estimate.is_plausible for estimate in taken_for)


def test_the_median_leaves_out_up_to_two_rounds_that_went_wrong() -> None:
    edge = edge_at(57.0, MM_PER_PX)
    rounds = [Round(edge, edge)] * 3 + [Round(3.0, 1.0), Round(9000.0, 8000.0)]
    assert estimate_of(rounds, MM_PER_PX).distance_cm == pytest.approx(57.0)


def test_the_spread_is_the_range_of_the_middle_half() -> None:
    edges = [edge_at(distance, MM_PER_PX) for distance in (30.0, 55.0, 57.0, 60.0, 90.0)]
    estimate = estimate_of([Round(edge, edge) for edge in edges], MM_PER_PX)
    assert (estimate.distance_cm, estimate.spread_cm) == (pytest.approx(57.0), pytest.approx(5.0))


@pytest.mark.parametrize(
    ("distance", "spread", "plausible"),
    [
        (57.0, 0.0, True),
        (57.0, 8.5, True),
        (57.0, 8.6, False),
        (19.9, 0.0, False),
        (20.0, 0.0, True),
        (150.0, 0.0, True),
        (150.1, 0.0, False),
    ],
)
def test_a_distance_at_which_nobody_sits_or_rounds_that_differ_cannot_be_right(
    distance: float, spread: float, plausible: bool
) -> None:
    assert Estimate(distance, spread).is_plausible is plausible


def test_on_a_screen_of_finer_pixels_the_dot_moves_by_more_of_them() -> None:
    coarse, fine = sweep_for(57.0, 0.25), sweep_for(57.0, 0.05)
    assert fine.speed == pytest.approx(5 * coarse.speed)
    assert coarse.speed * MM_PER_PX == pytest.approx(20.2, abs=0.1), "millimetres a second: 2 degrees"
    assert (fine.rounds, fine.beyond) == (coarse.rounds, coarse.beyond)
    assert coarse.rounds == ROUNDS


def test_at_the_planned_distance_the_dot_begins_before_the_spot_and_has_room_behind_it() -> None:
    sweep, edge = sweep_for(57.0, MM_PER_PX), edge_at(57.0, MM_PER_PX)
    nearest_measured = distance_of(sweep.start, MM_PER_PX)
    assert nearest_measured == pytest.approx(20.0, abs=0.1)
    assert sweep.start < edge < sweep.least_room < sweep.most_room


@pytest.mark.parametrize(
    ("asks", "mm_per_px", "known_by", "due"),
    [
        (True, 0.25, "", True),
        (True, None, "", False),
        (True, 0.25, "skipped", False),
        (False, 0.25, "", False),
    ],
    ids=["asked", "no card", "passed over", "not asked"],
)
def test_a_distance_is_measured_once_and_only_on_a_screen_of_known_size(
    asks: bool, mm_per_px: float | None, known_by: str, due: bool
) -> None:
    assert distance_is_due(asks, mm_per_px, known_by) is due
