"""The flow chart of the loop as plain decisions. Pure: facts in, one decision out.

cut -> test -> can people tell? no -> review -> ...
                    | yes
               can the machine? yes -> next level
                    | no
               can the machine still improve? yes -> retrain
                    | no
               stop
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class Step(StrEnum):
    """What the loop does next."""

    DESIGN = "design"  # train the designer, whose attention decides the next crops
    CROP = "crop"  # render the photos at this level
    REVIEW = "review"  # wait for people to say whether the crops can be recognised
    TEST = "test"  # transfer attack: earlier attackers on these crops
    RETRAIN = "retrain"  # adaptive attack: train with old and new crops
    STOP = "stop"


@dataclass(frozen=True)
class Gain:
    """Accuracy gained by the last retraining, with its one-sided upper bound."""

    estimate: float
    upper: float
    confidence: float = 0.95


@dataclass(frozen=True)
class LevelFacts:
    """What is known about one level."""

    number: int
    rendered: bool = False
    awaits_review: bool = False
    tested: bool = False  # by the attackers of earlier levels
    designed: bool = False  # a designer was trained through this level
    rounds: tuple[tuple[float, ...], ...] = ()  # per retraining round, validation accuracy per seed


@dataclass(frozen=True)
class Rules:
    """The parts of the study's design that the loop obeys."""

    ceiling: float
    epsilon: float
    max_rounds: int
    minimum_levels: int


@dataclass(frozen=True)
class Decision:
    step: Step
    level: int
    reason: str
    round: int = 1


def decide(levels: Sequence[LevelFacts], rules: Rules) -> Decision:
    """Walk the levels from light to heavy and return the first thing that is still to do."""
    for before, level in zip([None, *levels[:-1]], levels, strict=True):
        decision = _prepare(level, before) or _attack(level, rules)
        if decision:
            return decision
    last = levels[-1].number
    return Decision(Step.STOP, last, f"All {len(levels)} levels are used up.")


def gain_of_last_round(rounds: Sequence[Sequence[float]]) -> Gain | None:
    """Paired over seeds: mean gain and its upper 95 % bound (t); None with fewer than two rounds.

    With one seed there is no spread to learn from; the bound is then infinite, so that a single lucky or
    unlucky seed never ends the loop by itself.
    """
    if len(rounds) < 2:
        return None
    before, after = rounds[-2], rounds[-1]
    paired = min(len(before), len(after))
    gains = np.asarray(after[:paired]) - np.asarray(before[:paired])
    if paired < 2:
        return Gain(float(gains.mean()), float("inf"))
    from scipy import stats  # half a second to load: nothing that a web process should wait for

    margin = stats.t.ppf(0.95, paired - 1) * gains.std(ddof=1) / np.sqrt(paired)
    return Gain(float(gains.mean()), float(gains.mean() + margin))


def strongest(rounds: Sequence[Sequence[float]]) -> float:
    """Validation accuracy of the best round: mean over its seeds."""
    return max(float(np.mean(accuracies)) for accuracies in rounds)


def _prepare(level: LevelFacts, before: LevelFacts | None) -> Decision | None:
    """Crops, review, transfer test: what a level needs before an attacker is retrained on it."""
    number = level.number
    if not level.rendered:
        if before and not before.designed:
            return Decision(Step.DESIGN, before.number, f"Level {number} needs the attention of a designer.")
        return Decision(Step.CROP, number, "The photos are not yet rendered at this level.")
    if level.awaits_review:
        return Decision(Step.REVIEW, number, "People decide which crops can be recognised.")
    if before and not level.tested:
        return Decision(Step.TEST, number, "Earlier attackers meet these crops first (transfer attack).")
    return None


def _attack(level: LevelFacts, rules: Rules) -> Decision | None:
    """Retrain, and again while the machine fails and may still improve. None: on to the next level."""
    if not level.rounds:
        return Decision(Step.RETRAIN, level.number, "An attacker of this level's own (adaptive attack).")
    accuracy = strongest(level.rounds)
    if accuracy >= rules.ceiling:
        return None  # the machine still can: crop further
    improvement = _may_improve(level, rules)
    if improvement:
        reason = f"Machine at {accuracy:.3f}, below {rules.ceiling:g}. {improvement}"
        return Decision(Step.RETRAIN, level.number, reason, round=len(level.rounds) + 1)
    if level.number < rules.minimum_levels:
        return None
    reason = f"Machine at {accuracy:.3f}, below {rules.ceiling:g}, and {_why_not(level, rules)}"
    return Decision(Step.STOP, level.number, reason)


def _may_improve(level: LevelFacts, rules: Rules) -> str:
    """Why another round is worth it; empty if it is not."""
    if len(level.rounds) >= rules.max_rounds:
        return ""
    gain = gain_of_last_round(level.rounds)
    if gain is None:
        return "Retrained once; whether it can improve is not known yet."
    if gain.upper > rules.epsilon:
        return f"The last round gained {gain.estimate:+.3f}, and up to {gain.upper:+.3f} cannot be ruled out."
    return ""


def _why_not(level: LevelFacts, rules: Rules) -> str:
    gain = gain_of_last_round(level.rounds)
    if gain and gain.upper <= rules.epsilon:
        return f"it cannot improve: gain {gain.estimate:+.3f}, surely below {gain.upper:+.3f}."
    return f"all {rules.max_rounds} retraining rounds are used up."
