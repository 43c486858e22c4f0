"""The verdict in words: its headline, the question that it answers, and the rows it rests on."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from stats.apa import count, levels_listed, threshold
from stats.decision.criteria import Criteria, HumanGate
from stats.decision.records import TRAINED_ELSEWHERE, Assay, Conclusion, LevelResult, Sample


def headline(assay: Assay, levels: Sequence[LevelResult], left_out: Collection[str] = ()) -> str:
    """Return the answer in one sentence, without a full stop; every report begins with it.

    Parameters
    ----------
    assay
        Gate 0; where it is not passed, there is no verdict.
    levels
        Light to heavy.
    left_out
        Reasons why rows were left out.

    Examples
    --------
    >>> headline(Assay(passed=False, competence=0.8, reason="no machine trials"), [])
    'no verdict: no machine was tested'
    >>> headline(Assay(passed=False, competence=0.8, reason="no machine trials"), [], [TRAINED_ELSEWHERE])
    'no verdict: no machine was tested at the level that it was trained through'
    """
    if not any(level.machine for level in levels):
        where = " at the level that it was trained through" if TRAINED_ELSEWHERE in left_out else ""
        return f"no verdict: no machine was tested{where}"
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


def rows_counted(sample: Sample) -> str:
    """Return who answered what, which rows count, and why others do not.

    Parameters
    ----------
    sample
        The rows that a verdict or another analysis rests on.

    Examples
    --------
    >>> from stats.decision.records import Clustering
    >>> sizes = {"people": 2, "networks": 0, "photos": 20, "rows_excluded": 1, "rows_unanswered": 3}
    >>> sizes |= {"rows_dropped": {"previews": 12}}
    >>> sample = Sample(rows_counted=40, clustered_by=Clustering.PHOTO, **sizes)
    >>> for clause in rows_counted(sample).split("; "):
    ...     print(clause)
    2 people and no network, 20 photos: 40 trials were analysed
    3 of them have no answer, which counts as wrong
    1 excluded by the study's rules
    left out: 12 previews.
    """
    if sample.rows_excluded is None:
        return f"{sample.rows_counted} counts were analysed."
    left_out = [f"{rows} {reason}" for reason, rows in (sample.rows_dropped or {}).items()]
    clauses = (
        f"{_who(sample)}{sample.rows_counted} trials were analysed",
        f"{sample.rows_unanswered} of them have no answer, which counts as wrong",
        f"{sample.rows_excluded} excluded by the study's rules",
        f"left out: {', '.join(left_out)}" if left_out else "no other row was left out",
    )
    return f"{'; '.join(clauses)}."


def repeats(again: int, of: str = "trials repeat an observer, photo and level") -> list[str]:
    """Return what to say of repeated answers; nothing where there is none.

    Parameters
    ----------
    again
        How many repeat an earlier one.
    of
        What they are, with its verb.

    Examples
    --------
    >>> repeats(3)
    ['3 trials repeat an observer, photo and level; was a file given twice?']
    """
    return [f"{again} {of}; was a file given twice?"] * bool(again)


def networks(sample: Sample) -> str:
    """Return what several networks of a level are: seeds of one architecture, architectures, or untold.

    Examples
    --------
    >>> from stats.decision.records import Clustering
    >>> networks(Sample(rows_counted=1, clustered_by=Clustering.PHOTO, architectures=("resnet18",)))
    'training seeds of resnet18'
    """
    match sample.architectures:
        case None | ():
            return "networks (the table does not tell their architectures)"
        case (name,):
            return f"training seeds of {name}"
        case names:
            return f"networks of {len(names)} architectures ({', '.join(names)})"


def machine_asked(sample: Sample) -> str:
    """Return the machine that the question is about, as far as the table tells how it was trained.

    Examples
    --------
    >>> from stats.decision.records import Clustering
    >>> machine_asked(Sample(rows_counted=1, clustered_by=Clustering.PHOTO, trained_for_level=True))
    'a network trained for that very level'
    """
    if sample.trained_for_level:
        return "a network trained for that very level"
    if sample.trained_on_level is not None:
        return f"a network {'' if sample.trained_on_level else 'not '}trained on crops of that level"
    return "the machine (the table does not tell what levels it was trained for)"


def _who(sample: Sample) -> str:
    """Return the observers and photos; "" where the verdict was stored before they were counted."""
    if sample.people is None or sample.networks is None or sample.photos is None:
        return ""
    people = count(sample.people, "person", "people") if sample.people else "no person"
    machines = count(sample.networks, "network", "networks") if sample.networks else "no network"
    return f"{people} and {machines}, {count(sample.photos, 'photo', 'photos')}: "
