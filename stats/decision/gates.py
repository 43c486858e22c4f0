"""From answers to the verdict: assay, both tests per level, two gates, Holm, and the same per class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from platform import python_version

from stats.apa import levels_listed
from stats.decision.assay import judged
from stats.decision.criteria import Criteria, HumanGate
from stats.decision.level_tests import UNCROPPED, HypothesisTests, Pair, conclusion, holm_by_name
from stats.decision.multiple_testing import two_gates
from stats.decision.per_class import class_results
from stats.decision.records import Assay, Level, LevelResult, Sample
from stats.decision.results import Verdict
from stats.errors import TableError
from stats.inference.estimates import Accuracy
from stats.provenance import package_versions
from stats.table.arrays import Answers, Coded

PACKAGES = ("numpy", "scipy", "pandas")  # that compute a verdict


def verdict_of(
    coded: Coded,
    criteria: Criteria,
    sample: Sample,
    *,
    robustness: Mapping[float, dict[str, Accuracy]] | None = None,
    warnings: Sequence[str] = (),
) -> Verdict:
    """Test every level and combine the tests to the verdict.

    Parameters
    ----------
    sample
        The rows that the answers come from.
    robustness
        People's accuracies under other rules, by level and rule.
    warnings
        What a reader must know before believing the numbers.

    Raises
    ------
    TableError
        When the loss gate is chosen without people's answers at level 0.

    Examples
    --------
    >>> import numpy as np
    >>> from stats.decision.records import Clustering
    >>> from stats.planning.simulated_studies import EVERY_LEVEL, PEOPLE, SEEDS, draw, latin_square
    >>> rng, levels, classes = np.random.default_rng(0), np.arange(2.0), ("dribble", "dunk", "shoot")
    >>> people = draw([0.98, 0.96], PEOPLE, latin_square(40, 90, 2), rng)
    >>> networks = draw([0.96, 0.40], SEEDS, np.full((5, 90), EVERY_LEVEL), rng)
    >>> sample = Sample(rows_counted=4500, clustered_by=Clustering.PHOTO)
    >>> verdict_of(Coded(levels, classes, people, networks), Criteria(), sample).sweet_levels
    (1,)
    """
    tests = HypothesisTests(criteria, coded.categories)
    pairs = _tested(coded, tests)
    assay = _assay(pairs, criteria)
    sweet = _sweet(pairs, tests) if assay.passed else []
    levels = _level_results(pairs, tests, sweet, robustness or {})
    holm = [row.crop_level for row in levels if row.p_holm is not None and row.p_holm <= criteria.alpha]
    return Verdict(
        criteria=criteria,
        levels=levels,
        sweet_levels=tuple(sweet),
        sweet_levels_holm=tuple(holm) if assay.passed else (),
        assay=assay,
        per_class=class_results(pairs, coded.categories, criteria, competent=assay.passed),
        warnings=(*warnings, *_gaps(pairs, tests)),
        sample=sample,
        versions=dict(versions()),
    )


def sweet_levels(coded: Coded, criteria: Criteria) -> list[Level]:
    """Return the levels that pass the assay and both gates: the part of a verdict that simulations need.

    Raises
    ------
    TableError
        When the loss gate is chosen without people's answers at level 0.

    Examples
    --------
    >>> import numpy as np
    >>> from stats.planning.simulated_studies import EVERY_LEVEL, PEOPLE, SEEDS, draw, latin_square
    >>> rng, levels, classes = np.random.default_rng(0), np.arange(2.0), ("dribble", "dunk", "shoot")
    >>> people = draw([0.98, 0.96], PEOPLE, latin_square(40, 90, 2), rng)
    >>> networks = draw([0.96, 0.40], SEEDS, np.full((5, 90), EVERY_LEVEL), rng)
    >>> sweet_levels(Coded(levels, classes, people, networks), Criteria())
    [1]
    """
    tests = HypothesisTests(criteria, coded.categories)
    pairs = _tested(coded, tests)
    return _sweet(pairs, tests) if _assay(pairs, criteria).passed else []


def _tested(coded: Coded, tests: HypothesisTests) -> dict[Level, Pair]:
    """Test every level, light to heavy; whole levels become integers, as they were written."""
    uncropped = _uncropped(coded, tests.criteria)
    return {
        int(level) if level == int(level) else level: tests.pair(level, people, machine, uncropped)
        for level, people, machine in coded.pairs()
    }


def _uncropped(coded: Coded, criteria: Criteria) -> Answers | None:
    """Return people's answers at level 0, without which no loss can be estimated."""
    people = next((people for level, people, _ in coded.pairs() if level == UNCROPPED), None)
    usable = people is not None and people.agent.size > 0 and not people.photos_unknown
    if criteria.human_gate is HumanGate.LOSS and not usable:
        raise TableError(
            "the loss gate needs single trials of people at level 0 (uncropped); or use the floor"
        )
    return people


def _assay(pairs: Mapping[Level, Pair], criteria: Criteria) -> Assay:
    any_machine = any(pair.machine for pair in pairs.values())
    return judged(pairs.get(UNCROPPED, Pair()).machine, criteria, any_machine=any_machine)


def _sweet(pairs: Mapping[Level, Pair], tests: HypothesisTests) -> list[Level]:
    """Run the gates over the levels that may turn out sweet; all others stop nobody."""
    testable = {level: pair for level, pair in pairs.items() if tests.testable(level, pair)}
    p_human = {level: pair.p_human for level, pair in testable.items() if pair.p_human is not None}
    p_machine = {level: pair.machine.p for level, pair in testable.items() if pair.machine}
    return two_gates(p_human, p_machine, tests.criteria.alpha)


def _level_results(
    pairs: Mapping[Level, Pair],
    tests: HypothesisTests,
    sweet: Sequence[Level],
    robustness: Mapping[float, dict[str, Accuracy]],
) -> tuple[LevelResult, ...]:
    complete = {level: pair if tests.comparable(pair) else Pair() for level, pair in pairs.items()}
    adjusted = holm_by_name(
        {level: pair.p_iut if tests.testable(level, pair) else None for level, pair in pairs.items()}
    )
    return tuple(
        LevelResult(
            crop_level=level,
            human=pair.human,
            machine=pair.machine,
            p_iut=complete[level].p_iut,
            p_holm=adjusted[level],
            verdict=conclusion(complete[level], tests.criteria, sweet=level in sweet),
            robustness=robustness.get(level, {}),
            loss=pair.loss,
        )
        for level, pair in pairs.items()
    )


def _gaps(pairs: Mapping[Level, Pair], tests: HypothesisTests) -> list[str]:
    """Return a warning for every level that lacks people, the machine, or one of their classes."""
    gaps = []
    sides = {
        "people": [level for level, pair in pairs.items() if pair.human],
        "the machine": [level for level, pair in pairs.items() if pair.machine],
    }
    for name, levels in sides.items():
        lacking = [level for level in pairs if level not in levels]
        if levels and lacking:
            gaps.append(f"{levels_listed(lacking)}: no trials of {name}")
    for level, pair in pairs.items():
        if pair.human and pair.machine and not tests.comparable(pair):
            missing = set(tests.categories) - (set(pair.human.per_class) & set(pair.machine.per_class))
            gaps.append(f"level {level}: people or machine lack trials of class {', '.join(sorted(missing))}")
    return [f"{gap}; what needs both stays inconclusive there" for gap in gaps]


@cache
def versions() -> dict[str, str]:
    """Return the version of Python and of each package that computes a verdict.

    Examples
    --------
    >>> list(versions())
    ['python', 'numpy', 'scipy', 'pandas']
    """
    return {"python": python_version(), **package_versions(PACKAGES)}
