"""The same tests within each class, with alpha shared over the classes as in Holm's procedure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from stats.decision.criteria import Criteria
from stats.decision.level_tests import Pair, conclusion, holm_by_name, may_be_sweet
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
    competent
        Whether the assay passed; without it no level of any class is sweet.

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
    sweet = _sweet_by_class(within, criteria) if competent else dict.fromkeys(categories, ())
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


def _sweet_by_class(within: Mapping[str, Pairs], criteria: Criteria) -> dict[str, Sequence[Level]]:
    """Run the gates in every class; a class that passes a gate to its end hands its share to the others.

    Where no class has more than one level to test, the whole alpha is shared by Holm's procedure on the
    intersection-union tests.
    """
    testable = {
        name: {
            level: pair
            for level, pair in pairs.items()
            if may_be_sweet(level, criteria) and pair.p_iut is not None
        }
        for name, pairs in within.items()
    }
    if all(len(levels) <= 1 for levels in testable.values()):
        return {**_rejected(testable, lambda pair: pair.p_iut, criteria.alpha)}
    heavy_to_light = {name: dict(reversed(levels.items())) for name, levels in testable.items()}
    above_floor = _rejected(testable, lambda pair: pair.p_human, criteria.alpha / 2)
    below_ceiling = _rejected(heavy_to_light, lambda pair: pair.p_machine, criteria.alpha / 2)
    return {name: [level for level in above_floor[name] if level in below_ceiling[name]] for name in within}


def _rejected(
    testable: Mapping[str, Pairs], p: Callable[[Pair], float | None], alpha: float
) -> dict[str, list[Level]]:
    """Return the levels that each class rejects, by one p of each pair; pairs are in the order of testing."""
    ordered = {
        name: {level: value for level, pair in pairs.items() if (value := p(pair)) is not None}
        for name, pairs in testable.items()
    }
    counts = chains({name: list(values.values()) for name, values in ordered.items()}, alpha)
    return {name: list(values)[: counts[name]] for name, values in ordered.items()}
