"""The same tests within each class, with alpha shared over the classes as in Holm's procedure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stats.decision.criteria import Criteria
from stats.decision.level_tests import Pair, conclusion, holm_by_name
from stats.decision.multiple_testing import chains
from stats.decision.records import ClassResult, Level, LevelResult

Pairs = Mapping[Level, Pair]


def class_results(
    pairs: Pairs, categories: Sequence[str], criteria: Criteria, *, competent: bool
) -> dict[str, ClassResult]:
    """Test every class alone.

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

    Returns
    -------
    One result per class, by its name.

    References
    ----------
    Bretz, Maurer, Brannath & Posch (2009), A graphical approach to sequentially rejective multiple test
    procedures, Stat. Med. 28.

    Examples
    --------
    >>> results = class_results({0: Pair()}, ["dunk", "shoot"], Criteria(), competent=True)
    >>> results["dunk"].levels[0].verdict.value, results["dunk"].sweet_levels
    ('inconclusive', ())
    """
    within = {name: {level: _of_class(pair, name) for level, pair in pairs.items()} for name in categories}
    sweet = _sweet_by_class(within, criteria.alpha) if competent else dict.fromkeys(categories, ())
    adjusted = {
        level: holm_by_name({name: of_class[level].p_iut for name, of_class in within.items()})
        for level in pairs
    }
    return {
        name: ClassResult(
            levels=tuple(
                _result(level, pair, adjusted[level][name], criteria, sweet=level in sweet[name])
                for level, pair in of_class.items()
            ),
            sweet_levels=tuple(sweet[name]),
        )
        for name, of_class in within.items()
    }


def _result(
    level: Level, pair: Pair, p_holm: float | None, criteria: Criteria, *, sweet: bool
) -> LevelResult:
    return LevelResult(
        crop_level=level,
        human=pair.human,
        machine=pair.machine,
        p_iut=pair.p_iut,
        p_holm=p_holm,
        verdict=conclusion(pair, criteria, sweet=sweet),
        loss=pair.loss,
    )


def _of_class(pair: Pair, name: str) -> Pair:
    human, machine = (side.per_class.get(name) if side else None for side in (pair.human, pair.machine))
    return Pair(human, machine, pair.loss.per_class.get(name) if pair.loss else None, pair.gate)


def _sweet_by_class(within: Mapping[str, Pairs], alpha: float) -> dict[str, Sequence[Level]]:
    """Run the gates in every class; a class that passes a gate to its end hands its share to the others."""
    people = {
        name: [(level, pair.p_human) for level, pair in pairs.items() if pair.p_human is not None]
        for name, pairs in within.items()
    }
    machine = {
        name: [(level, pair.machine.p) for level, pair in reversed(list(pairs.items())) if pair.machine]
        for name, pairs in within.items()
    }
    above_floor, below_ceiling = _rejected(people, alpha / 2), _rejected(machine, alpha / 2)
    return {name: [level for level in above_floor[name] if level in below_ceiling[name]] for name in within}


def _rejected(p: Mapping[str, Sequence[tuple[Level, float]]], alpha: float) -> dict[str, list[Level]]:
    """Return the levels that each class rejects, given its (level, p) in the order of testing."""
    counts = chains({name: [value for _, value in ordered] for name, ordered in p.items()}, alpha)
    return {name: [level for level, _ in ordered[: counts[name]]] for name, ordered in p.items()}
