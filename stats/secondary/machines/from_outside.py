"""Machines from outside: accuracy by level, how their answers ended, and whether they err as people do."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pandas as pd

from stats.agreement.agreement_results import Agreement
from stats.agreement.error_consistency import error_consistency
from stats.agreement.pair_kinds import MIXED
from stats.apa import estimate, level_name, share, signed, signed_interval
from stats.inference.accuracy import Side, Threshold
from stats.inference.estimates import Accuracy
from stats.machine.attack_matrix import accuracy_by_level
from stats.report.blocks import Table
from stats.report.finding import Finding
from stats.secondary.material import Material
from stats.table.schema import ANSWER_STATE, BROUGHT_AS
from stats.table.tidy import tidy

NAME, TITLE = "brought", "Machines from outside"
OTHER = ("off-list", "several", "empty")  # states without a choice that are no refusals
HEADER = (
    "Machine", "Kind of attack", "Level", "Accuracy", "Refused", "Other states", "Kappa with people",
    "Interval",
)  # fmt: skip
EXPLANATION = (
    "These machines answered a pack of the same photos under opaque names; kind and training are what "
    "their owners say. Accuracy is macro-averaged, with its interval over new photos. A refusal counts as "
    "wrong and is told apart, as a machine that refuses is not a weak one; so do the other states: none "
    "of the classes was named (off-list), several were, or nothing was written (empty). Kappa is error "
    "consistency with people. Only an adaptive attack supports that the machine cannot; of every other "
    "kind a high accuracy counts, a low one says little."
)


class BroughtLevel(msgspec.Struct, frozen=True):
    """One machine at one level.

    Attributes
    ----------
    name, kind : of the machine, and of its attack
    crop_level : the level
    estimate, ci_low, ci_high : accuracy and its interval over new photos
    n_items : photos
    refused, other : shares of its answers
    states : how many answers ended how
    kappa, kappa_low, kappa_high : error consistency with people; None where there is none
    """

    name: str
    kind: str
    crop_level: float
    estimate: float
    ci_low: float
    ci_high: float
    n_items: int | None
    refused: float
    other: float
    kappa: float | None = None
    kappa_low: float | None = None
    kappa_high: float | None = None
    states: dict[str, int] = {}


def is_asked(brought: pd.DataFrame | None) -> bool:
    """Return whether any machine was brought."""
    return brought is not None and not brought.empty


def find(material: Material) -> Finding:
    """Estimate accuracy and consistency of every machine from outside.

    Parameters
    ----------
    material
        The trials with their verdict; `brought` holds the answers of these machines to test photos.
    """
    rows = material.brought
    assert rows is not None
    levels = [line for _, own in rows.groupby("agent_id", sort=True) for line in _lines(own, material)]
    table = Table.of("Machines from outside by level", HEADER, map(_row, levels))
    return Finding(NAME, TITLE, (EXPLANATION,), (table,), numbers=msgspec.to_builtins(levels))


def _lines(rows: pd.DataFrame, material: Material) -> Iterator[BroughtLevel]:
    criteria = material.criteria
    threshold = Threshold(criteria.ceiling, Side.BELOW, criteria.alpha, conditional=True)
    agreements = _agreements(rows, material)
    for level, accuracy in accuracy_by_level(tidy(rows).primary, threshold).items():
        yield _line(rows.loc[rows["crop_level"] == level], level, accuracy, agreements.get(level))


def _line(rows: pd.DataFrame, level: float, accuracy: Accuracy, agreement: Agreement | None) -> BroughtLevel:
    states = rows[ANSWER_STATE.name].value_counts().sort_index()
    shares = (states / states.sum()).to_dict()
    return BroughtLevel(
        str(rows["agent_id"].iloc[0]),
        str(rows[BROUGHT_AS.name].iloc[0]),
        level,
        accuracy.estimate,
        accuracy.ci_low,
        accuracy.ci_high,
        accuracy.n_items,
        refused=float(shares.get("refused", 0.0)),
        other=float(sum(shares.get(state, 0.0) for state in OTHER)),
        kappa=agreement.kappa if agreement else None,
        kappa_low=agreement.ci_low if agreement else None,
        kappa_high=agreement.ci_high if agreement else None,
        states={str(state): int(count) for state, count in states.items()},
    )


def _agreements(rows: pd.DataFrame, material: Material) -> dict[float, Agreement]:
    """Return the error consistency of one machine with people, by level."""
    people = material.trials.loc[material.trials["agent_type"] == "human"]
    if people.empty:
        return {}
    columns = [name for name in people.columns if name in rows]
    consistency = error_consistency(
        pd.concat([people, rows[columns]], ignore_index=True),
        alpha=material.criteria.alpha,
        resamples=material.consistency_resamples,
        seed=material.seed,
        mode=material.mode,
    )
    return {each.crop_level: each for each in consistency.agreements if each.pair == MIXED}


def _row(line: BroughtLevel) -> tuple[str, ...]:
    return (
        line.name,
        line.kind,
        level_name(line.crop_level),
        estimate(line.estimate, line.ci_low, line.ci_high, 2),
        share(line.refused),
        ", ".join(f"{line.states[state]} {state}" for state in OTHER if state in line.states) or "none",
        signed(line.kappa),
        signed_interval(line.kappa_low, line.kappa_high),
    )
