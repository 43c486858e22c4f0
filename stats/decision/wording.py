"""The verdict in words: its headline, and the question that it answers."""

from __future__ import annotations

from collections.abc import Sequence

from stats.apa import levels_listed, threshold
from stats.decision.criteria import Criteria, HumanGate
from stats.decision.records import Assay, Conclusion, LevelResult


def headline(assay: Assay, levels: Sequence[LevelResult]) -> str:
    """Return the answer in one sentence, without a full stop; every report begins with it.

    Parameters
    ----------
    assay
        Gate 0; where it is not passed, there is no verdict.
    levels
        Light to heavy.

    Examples
    --------
    >>> headline(Assay(passed=False, competence=0.8, reason="no machine trials"), [])
    'no verdict: no machine was tested'
    """
    if not any(level.machine for level in levels):
        return "no verdict: no machine was tested"
    if not any(level.human for level in levels):
        return "no verdict: no people were tested"
    if assay.estimate is None:
        return f"no verdict: {assay.reason}"
    if not assay.passed:
        return f"no verdict: attacker not competent ({assay.reason})"
    places = {
        conclusion: [level.crop_level for level in levels if level.verdict is conclusion]
        for conclusion in Conclusion
    }
    if len(places[Conclusion.REFUTED]) == len(levels):
        return "no sweet spot: refuted at every level"
    parts = [f"{conclusion.value} at {levels_listed(at)}" for conclusion, at in places.items() if at]
    return (
        f"{'sweet spot' if places[Conclusion.SUPPORTED] else 'no sweet spot supported:'} {'; '.join(parts)}"
    )


def question(criteria: Criteria, levels: Sequence[LevelResult]) -> str:
    """Return what was asked of people and machine, and the error that was allowed.

    Examples
    --------
    >>> question(Criteria(), []).split(", with")[0]
    'people above .85 and machine below .75'
    """
    alpha = threshold(criteria.alpha)
    shared = (
        f"error {alpha} at the one level where both could be tested"
        if sole_testable(levels)
        else f"family-wise error {alpha} over all levels (two gates, each at {threshold(criteria.alpha / 2)})"
    )
    return f"{human_hypothesis(criteria)} and machine below {threshold(criteria.ceiling)}, with {shared}"


def sole_testable(levels: Sequence[LevelResult]) -> bool:
    """Return whether one level alone could turn out sweet, so that no alpha was shared.

    Examples
    --------
    >>> sole_testable([])
    False
    """
    return sum(level.p_holm is not None for level in levels) == 1


def human_hypothesis(criteria: Criteria) -> str:
    """Return what people must be shown to do.

    Examples
    --------
    >>> human_hypothesis(Criteria(human_gate=HumanGate.LOSS, loss_delta=0.1))
    'people lose less than .10 against themselves on uncropped photos'
    """
    if criteria.human_gate is HumanGate.LOSS:
        delta = threshold(criteria.loss_delta)
        return f"people lose less than {delta} against themselves on uncropped photos"
    return f"people above {threshold(criteria.floor)}"
