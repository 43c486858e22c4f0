"""Rows of machines.csv and machine_pairs.csv: machines side by side, as an analysis stored them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from pipeline.exports.columns.comparison_columns import OF_KAPPA, OF_LEVEL, OF_TOOK
from pipeline.exports.csv_lines import Row
from pipeline.models import Analysis
from stats.machine.comparison import (
    FINDING,
    PEOPLE,
    REFUSED,
    WITHOUT_CHOICE,
    ComparedMachine,
    Comparison,
    MachineLevel,
    PairKappa,
    PeopleLevel,
    Took,
)
from stats.report.finding import Finding
from stats.table.column import names_of
from study.models import StudyVersion

STATES = (REFUSED, *WITHOUT_CHOICE)


def comparison_of(analysis: Analysis) -> Comparison | None:
    """Return the comparison of machines that an analysis stored; None where there was nothing to compare."""
    stored = (analysis.secondary or {}).get(FINDING)
    if stored is None:
        return None
    finding = msgspec.convert({"name": FINDING, **stored}, Finding)
    return msgspec.convert(finding.numbers, Comparison | None)


def newest_comparison(version: StudyVersion, mode: str) -> Comparison | None:
    """Return the comparison of the newest analysis of a version's answers of one mode."""
    done = version.analyses.filter(mode=mode, result__isnull=False)
    analysis = done.order_by("-pk").first()
    return comparison_of(analysis) if analysis else None


def machine_lines(comparison: Comparison | None) -> Iterator[Row]:
    """Yield people and every machine at each level, and each machine at all levels together."""
    if comparison is None:
        return
    for people in comparison.people:
        yield _people_row(people, comparison.pair(people.crop_level, PEOPLE, PEOPLE))
    for machine in comparison.machines:
        for level in machine.levels:
            yield _level_row(machine, level, comparison.pair(level.crop_level, PEOPLE, machine.label))
        yield _whole_row(machine)


def pair_lines(comparison: Comparison | None) -> Iterator[Row]:
    """Yield the error consistency of all with all."""
    for pair in comparison.pairs if comparison else ():
        yield {
            "crop_level": _level(pair.crop_level),
            "first": pair.first,
            "second": pair.second,
            "kappa": pair.kappa,
            "kappa_low": pair.ci_low,
            "kappa_high": pair.ci_high,
            "photos_shared": pair.shared,
            "reason": pair.reason,
        }


COMPARED: dict[str, Callable[[Comparison | None], Iterator[Row]]] = {
    "machines.csv": machine_lines,
    "machine_pairs.csv": pair_lines,
}


def _people_row(level: PeopleLevel, pair: PairKappa | None) -> Row:
    return {
        **dict.fromkeys(names_of((*OF_LEVEL, *OF_TOOK))),
        "machine": PEOPLE,
        "crop_level": _level(level.crop_level),
        "accuracy": level.estimate,
        "ci_low": level.ci_low,
        "ci_high": level.ci_high,
        "observers": level.people,
        **_of_kappa(pair),
    }


def _level_row(machine: ComparedMachine, level: MachineLevel, pair: PairKappa | None) -> Row:
    return {
        **_of_machine(machine),
        "crop_level": _level(level.crop_level),
        "accuracy": level.estimate,
        "ci_low": level.ci_low,
        "ci_high": level.ci_high,
        "observers": level.networks,
        "photos": level.photos,
        **{_share_of(state): level.share_of(state) for state in STATES},
        **_of_kappa(pair),
        **_of_took(level.took),
    }


def _whole_row(machine: ComparedMachine) -> Row:
    """Return a machine at all levels together, which have no common accuracy."""
    return {
        **dict.fromkeys(names_of((*OF_LEVEL, *OF_KAPPA))),
        **_of_machine(machine),
        "observers": machine.networks,
        **{_share_of(state): machine.share_of(state) for state in STATES},
        **_of_took(machine.took),
    }


def _of_machine(machine: ComparedMachine) -> Row:
    return {
        "machine_number": machine.number,
        "machine": machine.name,
        "attack": machine.attack,
        "from_outside": int(machine.outside),
    }


def _of_kappa(pair: PairKappa | None) -> Row:
    values = (pair.kappa, pair.ci_low, pair.ci_high) if pair else (None, None, None)
    return dict(zip(names_of(OF_KAPPA), values, strict=True))


def _of_took(took: Took) -> Row:
    return {name: getattr(took, name) for name in names_of(OF_TOOK)}


def _share_of(state: str) -> str:
    return f"share_{state.replace('-', '_')}"


def _level(level: float) -> int | float:
    """Return a level as trials.csv writes it."""
    return int(level) if level.is_integer() else level
