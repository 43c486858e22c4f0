"""The level that each person needs, where levels followed people's answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd

from stats.apa import count, number, number_interval, percent, threshold
from stats.errors import TableError
from stats.individual_thresholds.thresholds_of_people import PersonThreshold, thresholds_of_people
from stats.psychophysics.crop_axis import LEVEL, SUBJECT, crop_axis
from stats.report.blocks import Table
from stats.report.finding import Finding
from stats.secondary.material import Material
from stats.table.arrays import LEVEL_PROBABILITY

NAME, TITLE = "individual_levels", "The level that each person needs"
HEADER = ("", "Needs", "Interval", "Trials")
QUANTILES = {"Least": 0.0, "Lower quartile": 0.25, "Median": 0.5, "Upper quartile": 0.75, "Most": 1.0}
METHOD = (
    "Cumulative normal curves over the logarithm of what a level keeps. How steep curves are, and how often "
    "people lapse, is estimated from all people together; where a person's curve lies, from that person's "
    "answers alone. Shown are the people at these places of the order; everybody's figures are in the JSON."
)


def is_asked(trials: pd.DataFrame) -> bool:
    """Return whether levels followed people's answers."""
    return LEVEL_PROBABILITY in trials and bool(trials[LEVEL_PROBABILITY].notna().any())


def find(material: Material) -> Finding:
    """Estimate how much each person needs to reach the floor, by all answers of that person.

    Raises
    ------
    CriteriaError
        When no curve passes the floor.
    TableError
        When the levels have no share that they keep, or guessing differs between levels.
    """
    of_what, amounts = _amounts(material)
    guessing = material.guessing["people"]
    if guessing.uneven:
        raise TableError(guessing.uneven)
    floor, alpha = material.criteria.floor, material.criteria.alpha
    people = thresholds_of_people(
        material.counted.loc[material.counted["human"]],
        amounts,
        guess=guessing.rate,
        accuracy=floor,
        mass=1 - alpha,
    )
    caption = (
        f"Share of the {of_what} with which a person is right at {threshold(floor)}, "
        f"{percent(alpha)} intervals"
    )
    outside = _outside(people, list(amounts.values()))
    table = Table.of(caption, HEADER, _rows(people))
    numbers = {"share_of": of_what, "accuracy": floor, "people": [asdict(person) for person in people]}
    return Finding(NAME, TITLE, (outside, METHOD), (table,), numbers=numbers)


def _amounts(material: Material) -> tuple[str, dict[float, float]]:
    """Return what levels keep a share of, and the share by level."""
    axis, cut = crop_axis(material.counted, material.coded)
    if axis == LEVEL:
        raise TableError("the table gives no share that levels keep: add subject_kept or crop_fraction")
    area = dict(zip(material.coded.levels.tolist(), (1 - cut).tolist(), strict=True))
    if axis == SUBJECT:
        return "subject", area
    return "photo's side", {level: part**0.5 for level, part in area.items()}


def _outside(people: Sequence[PersonThreshold], amounts: Sequence[float]) -> str:
    """Say how many people need less, or more, than any level keeps: their figures rest on the curve alone."""
    heaviest = sum(person.threshold < min(amounts) for person in people)
    lightest = sum(person.threshold > max(amounts) for person in people)
    return (
        f"{count(len(people), 'person', 'people')}: {heaviest} need less than the heaviest level keeps, "
        f"{lightest} more than the lightest."
    )


def _rows(people: Sequence[PersonThreshold]) -> list[tuple[str, ...]]:
    ordered = sorted(people, key=lambda person: person.threshold)
    places = {name: round(share * (len(ordered) - 1)) for name, share in QUANTILES.items()}
    return [_row(name, ordered[place]) for name, place in places.items()]


def _row(name: str, person: PersonThreshold) -> tuple[str, ...]:
    interval = number_interval(person.ci_low, person.ci_high)
    return name, number(person.threshold), interval, str(person.n_trials)
