"""Tables of machines side by side: kind of attack and costs, accuracy by level, and who errs with whom."""

from __future__ import annotations

import math
from collections.abc import Iterator

from stats.apa import UNDEFINED, interval, level_name, number, share, signed, signed_interval
from stats.machine.comparison import (
    PEOPLE,
    REFUSED,
    WITHOUT_CHOICE,
    ComparedMachine,
    Comparison,
    MachineLevel,
    PairKappa,
    PeopleLevel,
)
from stats.report.blocks import Table

NOT_TOLD = "not told"
LEVELS = "Accuracy of every machine by level, and how its answers ended"
LEVELS_HEADER = (
    "Machine", "Level", "Accuracy", "Interval", "Refused", "Off-list", "Several", "Empty",
    "Kappa with people", "Interval",
)  # fmt: skip
MACHINES = "Every machine: its kind of attack, and what its answers took"
MACHINES_HEADER = (
    "Machine", "Kind of attack", "Networks", "Answers", "Refused", "Cost of 1,000 photos", "Median (s)",
    "95 % within (s)",
)  # fmt: skip
PAIRS = "Error consistency of all with all by level"
PAIRS_HEADER = ("Level", "First", "Second", "Kappa", "Interval", "Photos shared")


def comparison_tables(comparison: Comparison) -> Iterator[Table]:
    """Yield the tables of a comparison; that of the pairs repeats a figure.

    Parameters
    ----------
    comparison
        Result of `compare_machines`.
    """
    levels = [
        *(_people_row(level, comparison) for level in comparison.people),
        *(_level_row(machine, level, comparison) for machine, level in comparison.lines()),
    ]
    yield Table.of(MACHINES, MACHINES_HEADER, map(_machine_row, comparison.machines))
    yield Table.of(LEVELS, LEVELS_HEADER, levels)
    if comparison.pairs:
        names = {machine.label: machine.numbered for machine in comparison.machines}
        rows = [_pair_row(pair, names) for pair in comparison.pairs]
        yield Table.of(PAIRS, PAIRS_HEADER, rows, repeats=True)


def _people_row(level: PeopleLevel, comparison: Comparison) -> tuple[str, ...]:
    return (
        PEOPLE,
        level_name(level.crop_level),
        share(level.estimate),
        interval(level.ci_low, level.ci_high),
        *[UNDEFINED] * 4,
        *_kappa_cells(comparison.pair(level.crop_level, PEOPLE, PEOPLE)),
    )


def _level_row(machine: ComparedMachine, level: MachineLevel, comparison: Comparison) -> tuple[str, ...]:
    return (
        machine.short,
        level_name(level.crop_level),
        share(level.estimate),
        interval(level.ci_low, level.ci_high),
        *(share(level.share_of(state)) for state in (REFUSED, *WITHOUT_CHOICE)),
        *_kappa_cells(comparison.pair(level.crop_level, PEOPLE, machine.label)),
    )


def _kappa_cells(pair: PairKappa | None) -> tuple[str, str]:
    if pair is None:
        return UNDEFINED, UNDEFINED
    return signed(pair.kappa), signed_interval(pair.ci_low, pair.ci_high)


def _machine_row(machine: ComparedMachine) -> tuple[str, ...]:
    taken = machine.took
    return (
        machine.short,
        machine.kind,
        str(machine.networks),
        str(taken.answers),
        share(machine.share_of(REFUSED)),
        _amount(taken.cost_per_1000, taken.costs_known, taken.answers),
        _amount(taken.seconds_median, taken.seconds_known, taken.answers),
        _amount(taken.seconds_p95, taken.seconds_known, taken.answers),
    )


def _amount(amount: float | None, known: int, answers: int) -> str:
    """Return an amount, and of how many answers it is known where that is not all."""
    if amount is None:
        return NOT_TOLD
    digits = max(2, 1 - math.floor(math.log10(amount))) if amount else 2  # a small price is no price of 0
    printed = number(amount, digits)
    return printed if known == answers else f"{printed} (told of {known})"


def _pair_row(pair: PairKappa, names: dict[str, str]) -> tuple[str, ...]:
    return (
        level_name(pair.crop_level),
        names.get(pair.first, pair.first),
        names.get(pair.second, pair.second),
        *_kappa_cells(pair),
        str(pair.shared),
    )
