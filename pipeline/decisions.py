"""The flow chart of the loop as plain decisions. Pure: facts in, one decision out.

cut -> test -> can people tell? no -> review -> ...
                    | yes
               can the machine? yes -> next level
                    | no
               has it been attacked twice? no -> retrain, warm from the level before
                    | yes
               can the machine still improve (learning curve, gain of the last round)? yes -> retrain
                    | no
               check what the failure means -> stop
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
    COMBINE = "combine"  # average the architectures' answers: one more attacker
    CURVE = "curve"  # learning curve: would more photos help?
    CHECK = "check"  # controls, nuisance baselines, faithfulness
    STOP = "stop"


@dataclass(frozen=True)
class Gain:
    """Accuracy gained by the last retraining, with its one-sided upper bound."""

    estimate: float
    upper: float
    confidence: float = 0.95


@dataclass(frozen=True)
class Prospect:
    """Accuracy that twice the training photos would gain, by the learning curve, with its interval."""

    gain: float
    low: float
    high: float
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
    combined: bool = True  # nothing to average, or it was averaged since the last round
    prospect: Prospect | None = None
    checked: bool = False


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
            return _end(decision, levels, rules) if decision.step == Step.STOP else decision
    used_up = Decision(Step.STOP, levels[-1].number, f"All {len(levels)} levels are used up.")
    return _end(used_up, levels, rules)


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
    if not level.combined:
        return Decision(Step.COMBINE, level.number, "The architectures together may be stronger than each.")
    if not has_fallen(level, rules):
        return None  # the machine still can: crop further
    return _try_harder(level, rules) or _give_up(level, rules)


def _try_harder(level: LevelFacts, rules: Rules) -> Decision | None:
    """What could still make the machine succeed; None once it is measured that nothing would."""
    state = f"Machine at {strongest(level.rounds):.3f}, below {rules.ceiling:g}."
    again = len(level.rounds) + 1
    if again == 2 <= rules.max_rounds:
        reason = f"{state} The second attack starts from the attacker of the level before."
        return Decision(Step.RETRAIN, level.number, reason, round=again)
    if level.prospect is None:
        return Decision(Step.CURVE, level.number, f"{state} Would more photos help?")
    if again > rules.max_rounds or _why_exhausted(level, rules):
        return None
    gain = gain_of_last_round(level.rounds)
    told = f" The last round gained {gain.estimate:+.3f} (up to {gain.upper:+.3f})." if gain else ""
    reason = f"{state}{told} {_curve_in_words(level.prospect)}"
    return Decision(Step.RETRAIN, level.number, reason, round=again)


def _give_up(level: LevelFacts, rules: Rules) -> Decision | None:
    """The machine failed for good: stop, unless the study wants more levels."""
    if level.number < rules.minimum_levels:
        return None
    used_up = f"all {rules.max_rounds} retraining rounds are used up, and it may still improve"
    why = _why_exhausted(level, rules) or used_up
    curve = f" {_curve_in_words(level.prospect)}" if level.prospect else ""
    reason = f"Machine at {strongest(level.rounds):.3f}, below {rules.ceiling:g}, and {why}.{curve}"
    return Decision(Step.STOP, level.number, reason)


def _end(stop: Decision, levels: Sequence[LevelFacts], rules: Rules) -> Decision:
    """Stop, once every level at which the machine fell is checked.

    A machine that is weak on whole photos did not fall to a crop: there is no level before to compare with.
    """
    for level in levels[1:]:
        if level.rounds and has_fallen(level, rules) and not level.checked:
            return Decision(Step.CHECK, level.number, "What does the machine's failure mean?")
    return stop


def has_fallen(level: LevelFacts, rules: Rules) -> bool:
    """Whether even the strongest attack on a level stays below the ceiling, on validation photos."""
    return strongest(level.rounds) < rules.ceiling


def _why_exhausted(level: LevelFacts, rules: Rules) -> str:
    """Why the machine cannot improve; empty if it may."""
    if level.prospect and level.prospect.high < rules.epsilon:
        return f"it cannot improve by {rules.epsilon:g} or more"
    gain = gain_of_last_round(level.rounds)
    if gain and gain.upper <= rules.epsilon:
        return f"retraining cannot improve it: gain {gain.estimate:+.3f}, surely below {gain.upper:+.3f}"
    return ""


def _curve_in_words(prospect: Prospect) -> str:
    interval = f"[{prospect.low:+.3f}, {prospect.high:+.3f}]"
    return f"Twice the photos would gain {prospect.gain:+.3f} {interval} (learning curve)."
