"""The same question within each class, with alpha shared over the classes as Holm does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stats.decision.criteria import Criteria
from stats.decision.level_tests import Pair, holm_by_name, stance
from stats.decision.multiple_testing import chains
from stats.decision.results import ClassVerdict, Compared, Level

Rows = Mapping[Level, Pair]


def class_verdicts(
    pairs: Rows, categories: Sequence[str], criteria: Criteria, *, competent: bool
) -> dict[str, ClassVerdict]:
    """Judge every class alone.

    Parameters
    ----------
    pairs
        People and machine by level, light to heavy.
    categories
        Class names.
    criteria
        Thresholds of the study.
    competent
        Whether the assay passed; without it no level of any class is sweet.
    """
    within = {name: {level: _of_class(pair, name) for level, pair in pairs.items()} for name in categories}
    sweet = _sweet_by_class(within, criteria.alpha) if competent else dict.fromkeys(categories, ())
    adjusted = {
        level: holm_by_name({name: rows[level].p_iut() for name, rows in within.items()}) for level in pairs
    }
    return {
        name: ClassVerdict(name, _compared(name, rows, adjusted, sweet[name], criteria), tuple(sweet[name]))
        for name, rows in within.items()
    }


def _compared(
    name: str,
    rows: Rows,
    adjusted: Mapping[Level, Mapping[str, float | None]],
    sweet: Sequence[Level],
    criteria: Criteria,
) -> tuple[Compared, ...]:
    return tuple(
        Compared(
            level,
            pair.human,
            pair.machine,
            pair.p_iut(),
            adjusted[level][name],
            stance(pair, criteria, sweet=level in sweet),
            {},
            pair.loss,
        )
        for level, pair in rows.items()
    )


def _of_class(pair: Pair, name: str) -> Pair:
    human, machine = (
        observer.per_class.get(name) if observer else None for observer in (pair.human, pair.machine)
    )
    return Pair(human, machine, pair.loss.per_class.get(name) if pair.loss else None, pair.gate)


def _sweet_by_class(within: Mapping[str, Rows], alpha: float) -> dict[str, Sequence[Level]]:
    """Run the gates in every class; a class that passes a gate to its end hands its share to the others."""
    people = {
        name: [(level, pair.p_human) for level, pair in rows.items() if pair.p_human is not None]
        for name, rows in within.items()
    }
    machine = {
        name: [(level, pair.machine.p) for level, pair in reversed(list(rows.items())) if pair.machine]
        for name, rows in within.items()
    }
    seen, beaten = _passed(people, alpha / 2), _passed(machine, alpha / 2)
    return {name: [level for level in seen[name] if level in beaten[name]] for name in within}


def _passed(side: Mapping[str, Sequence[tuple[Level, float]]], alpha: float) -> dict[str, list[Level]]:
    rejected = chains({name: [p for _, p in rows] for name, rows in side.items()}, alpha)
    return {name: [level for level, _ in rows[: rejected[name]]] for name, rows in side.items()}
