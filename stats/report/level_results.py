"""The primary results in APA style: one sentence per level and observer, and the table of levels."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from stats.apa import (
    count,
    estimate,
    interval,
    level_name,
    levels_listed,
    p_value,
    percent,
    sentence,
    share,
    signed,
    signed_interval,
    t_test,
    threshold,
)
from stats.decision.criteria import Criteria, HumanGate
from stats.decision.multiple_testing import fixed_sequence
from stats.decision.records import Assay, Level, LevelResult
from stats.decision.results import Verdict
from stats.decision.wording import human_hypothesis, question, rows_counted, sole_testable
from stats.inference.estimates import Accuracy, Loss
from stats.report.blocks import Picture, Section
from stats.report.content import Source
from stats.report.level_tables import level_table

NO_PEOPLE, NO_MACHINE = "No people were tested here.", "No machine was tested here."
ROBUSTNESS = {
    "human_answered_only": "In answered trials only",
    "human_all_in": "With nobody excluded",
}


def results(source: Source) -> Section:
    """Return the primary results as a part of the report."""
    outcome = source.outcome
    one_side = half(outcome.criteria, outcome.levels)
    paragraphs = (
        f"Question: {question(outcome.criteria, outcome.levels)}.",
        _gate_0(outcome.assay),
        *(_level(level, source) for level in outcome.levels),
        sentence(one_side) if one_side else _procedures(outcome),
        rows_counted(outcome.sample),
    )
    return Section("Results", paragraphs, (level_table(source),), tuple(_pictures(source)))


def _gate_0(assay: Assay) -> str:
    not_passed = "not run" if assay.estimate is None else "not passed"
    passed = "passed" if assay.passed else f"{not_passed}, so that no level can be called a sweet spot"
    return f"Assay (gate 0): {passed}; {assay.reason}."


def _procedures(outcome: Verdict) -> str:
    gates, holm = map(levels_listed, (outcome.sweet_levels, outcome.sweet_levels_holm))
    if sole_testable(outcome.levels):
        return f"Both tests of the one testable level, each at {threshold(outcome.criteria.alpha)}: {gates}."
    return f"Two gates (primary): {gates}. Holm (sensitivity): {holm}."


def half(criteria: Criteria, levels: Sequence[LevelResult]) -> str:
    """Return what a table of people only, or of machines only, does show; "" where both were tested.

    Parameters
    ----------
    levels
        Light to heavy.

    Examples
    --------
    >>> half(Criteria(), [])
    'nobody was tested'
    """
    people = {level.crop_level: level.p_human(criteria.human_gate) for level in levels if level.human}
    machine = {level.crop_level: level.machine.p for level in reversed(levels) if level.machine}
    if people and machine:
        return ""
    alpha = f"each at {threshold(criteria.alpha)} until the first failure"
    if people:
        shown = levels_listed(_shown(people, criteria.alpha))
        return f"{human_hypothesis(criteria)}: shown at {shown} (light to heavy, {alpha})"
    if machine:
        shown = levels_listed(_shown(machine, criteria.alpha))
        return f"machine below {threshold(criteria.ceiling)}: shown at {shown} (heavy to light, {alpha})"
    return "nobody was tested"


def _shown(p: Mapping[Level, float | None], alpha: float) -> list[Level]:
    tested = {level: value for level, value in p.items() if value is not None}
    return list(tested)[: fixed_sequence(list(tested.values()), alpha)]


def statistic(accuracy: Accuracy, tested: float) -> str:
    """Return the test of an accuracy in APA style: t(df) and p, or the p with its exact method.

    Parameters
    ----------
    accuracy
        Of one kind of observer at one level.
    tested
        The threshold, in (0, 1).
    """
    p = f"p {p_value(accuracy.p)}"
    if accuracy.df is None or accuracy.se is None:
        return f"{p} ({accuracy.method})"
    t = t_statistic(accuracy.estimate, accuracy.se, tested)
    conditional = f" ({accuracy.method})" if "conditional" in accuracy.method else ""
    return f"{t_test(t, accuracy.df)}, {p}{conditional}"


def t_statistic(estimate: float, se: float, tested: float) -> float:
    """Return t of the test on the logit scale, as the primary analysis computes it; positive above.

    Parameters
    ----------
    estimate, tested
        Accuracy and threshold, inside (0, 1).
    se
        Standard error of the estimate, on the scale of accuracy.

    Examples
    --------
    >>> round(t_statistic(0.9, 0.02, 0.85), 3)
    2.082
    """
    distance = math.log(estimate / (1 - estimate)) - math.log(tested / (1 - tested))
    return distance * estimate * (1 - estimate) / se


def _pictures(source: Source) -> list[Picture]:
    if "accuracy" not in source.figures:
        return []
    caption = f"Accuracy by crop level with {percent(source.outcome.criteria.alpha)} intervals"
    end = "; the people are simulated." if source.simulated else "."
    return [Picture("accuracy", f"{caption}{end}", source.figures["accuracy"])]


def _level(level: LevelResult, source: Source) -> str:
    criteria = source.outcome.criteria
    floor = criteria.floor if criteria.human_gate is HumanGate.FLOOR else None
    person = "simulated person" if source.simulated else "person"
    parts = [f"Level {level_name(level.crop_level)}: {level.verdict.value}."]
    if level.human:
        parts.append(_observer(level.human, (person, source.people), criteria.alpha, floor))
    for rule, people in level.robustness.items():
        parts.append(f"{ROBUSTNESS[rule]}: {estimate(people.estimate, people.ci_low, people.ci_high)}.")
    if level.machine:
        parts.append(_observer(level.machine, ("network", "networks"), criteria.alpha, criteria.ceiling))
    parts += [reason for side, reason in ((level.human, NO_PEOPLE), (level.machine, NO_MACHINE)) if not side]
    if level.loss:
        parts.append(_loss(level.loss, criteria))
    if level.p_iut is not None:
        parts.append(f"Both hypotheses: p {p_value(level.p_iut)}.")
    return " ".join(parts)


def _observer(accuracy: Accuracy, unit: tuple[str, str], alpha: float, tested: float | None) -> str:
    test = "" if tested is None else f"; against {threshold(tested)}: {statistic(accuracy, tested)}"
    sizes = (
        count(accuracy.n_agents, *unit),
        count(accuracy.n_items, "photo", "photos"),
        count(accuracy.n_trials, "trial", "trials"),
    )
    return sentence(
        f"{unit[1]} (n = {', '.join(sizes)}): accuracy {share(accuracy.estimate)} (classes weighing the "
        f"same), {percent(alpha)} CI {interval(accuracy.ci_low, accuracy.ci_high)}{test}"
    )


def _loss(loss: Loss, criteria: Criteria) -> str:
    test = "" if loss.t is None or loss.t_df is None else f"{t_test(loss.t, loss.t_df)}, "
    return (
        f"Against themselves on uncropped photos people changed by {signed(loss.estimate)}, "
        f"{percent(criteria.alpha)} CI {signed_interval(loss.ci_low, loss.ci_high)}; against a loss of "
        f"{threshold(criteria.loss_delta)}: {test}p {p_value(loss.p)} "
        f"({count(loss.n_people, 'person', 'people')})."
    )
