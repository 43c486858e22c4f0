"""The parts of a verdict as text: headline, sentences, and the table of levels."""

from __future__ import annotations

from collections.abc import Sequence

from stats.apa import (
    count,
    estimate,
    interval,
    level_name,
    levels_listed,
    p_cell,
    p_value,
    percent,
    share,
    signed,
    signed_interval,
    threshold,
)
from stats.decision.criteria import Criteria, HumanGate
from stats.decision.records import Assay, Conclusion, Level, LevelResult
from stats.inference.estimates import Accuracy, Loss

ROBUSTNESS = {
    "human_answered_only": "people, answered trials only",
    "human_all_in": "people, nobody excluded",
}


def headline(assay: Assay, levels: Sequence[LevelResult], sweet_levels: Sequence[Level]) -> str:
    """Return the answer in one sentence, without a full stop.

    Parameters
    ----------
    assay
        Gate 0.
    levels
        People and machine per level.
    sweet_levels
        Levels that pass both gates.

    Examples
    --------
    >>> passed = Assay(passed=True, competence=0.8, reason="lower bound .910 exceeds competence .80")
    >>> headline(passed, [], [1, 2])
    'sweet spot supported at level 1, 2'
    """
    if not assay.passed:
        return f"no verdict: attacker not competent ({assay.reason})"
    if sweet_levels:
        return f"sweet spot {supported(sweet_levels)}"
    if levels and all(level.verdict is Conclusion.REFUTED for level in levels):
        return "no sweet spot: refuted at every level"
    return "no sweet spot shown: no level is supported, and not every level is refuted"


def question(criteria: Criteria) -> str:
    """Return what was asked of people and machine, and the error that was allowed.

    Examples
    --------
    >>> question(Criteria()).split(", with")[0]
    'people above .85 and machine below .75'
    """
    half = threshold(criteria.alpha / 2)
    return (
        f"{human_hypothesis(criteria)} and machine below {threshold(criteria.ceiling)}, with family-wise "
        f"error {threshold(criteria.alpha)} over all levels (two gates, each at {half})"
    )


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


def supported(levels: Sequence[Level]) -> str:
    """Return which levels are supported.

    Examples
    --------
    >>> supported([1, 2]), supported([])
    ('supported at level 1, 2', 'no level supported')
    """
    return f"supported at {levels_listed(levels)}" if levels else "no level supported"


def level_sentence(level: LevelResult) -> str:
    """Return a level's conclusion and the accuracies that it rests on.

    Examples
    --------
    >>> from stats.inference.estimates import Method
    >>> people = Accuracy(
    ...     estimate=0.95, se=0.01, df=17.0, ci_low=0.92, ci_high=0.97, p=0.0001, n_agents=18, n_items=100,
    ...     n_trials=1800, method=Method.CLUSTERED, per_class={},
    ... )
    >>> level = LevelResult(
    ...     crop_level=1, human=people, machine=None, p_iut=None, p_holm=None, verdict=Conclusion.INCONCLUSIVE
    ... )
    >>> level_sentence(level)
    'Level 1: inconclusive; people .950 [.920, .970] (two-way clustered logit-t over agents and photos).'
    """
    sides = (("people", level.human), ("machine", level.machine))
    parts = [f"{name} {_estimate(side)} ({side.method})" for name, side in sides if side]
    if level.loss:
        parts.append(_change(level.loss))
    parts += [f"{ROBUSTNESS[rule]} {_estimate(people)}" for rule, people in level.robustness.items()]
    return f"Level {level_name(level.crop_level)}: {level.verdict}; {'; '.join(parts)}."


def _estimate(side: Accuracy) -> str:
    return estimate(side.estimate, side.ci_low, side.ci_high)


def _change(loss: Loss) -> str:
    span = signed_interval(loss.ci_low, loss.ci_high)
    people = count(loss.n_people, "person", "people")
    return f"change against uncropped photos {signed(loss.estimate)} {span}, p {p_value(loss.p)} ({people})"


def level_table(levels: Sequence[LevelResult], criteria: Criteria) -> str:
    """Return the levels as aligned text, one line each under a header.

    Examples
    --------
    >>> level = LevelResult(
    ...     crop_level=1, human=None, machine=None, p_iut=None, p_holm=None, verdict=Conclusion.INCONCLUSIVE
    ... )
    >>> print(level_table([level], Criteria()).splitlines()[2])
        1       –     –  –  –        –     –  –  –      –       –  inconclusive
    """
    ci = percent(criteria.alpha)
    sides = ("people", ci, "n", "p", "machine", ci, "n", "p")
    header = ("level", *sides, "p IUT", "p Holm", "verdict")
    rows = [header, *(_row(level, criteria.human_gate) for level in levels)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _row(level: LevelResult, gate: HumanGate) -> tuple[str, ...]:
    machine = level.machine.p if level.machine else None
    return (
        level_name(level.crop_level),
        *_cells(level.human, "person", "people"),
        p_cell(level.p_human(gate)),
        *_cells(level.machine, "seed", "seeds"),
        p_cell(machine),
        p_cell(level.p_iut),
        p_cell(level.p_holm),
        level.verdict.value,
    )


def _cells(side: Accuracy | None, single: str, plural: str) -> tuple[str, str, str]:
    if side is None:
        return "–", "–", "–"
    size = f"{count(side.n_agents, single, plural)} x {count(side.n_items, 'photo', 'photos')}"
    return share(side.estimate), interval(side.ci_low, side.ci_high), size
