"""The flow chart of the loop, as a pure function from the facts about all levels to one decision.

(with a pilot: cut all levels, people choose among windows or drop photos, take what they chose)

cut -> test -> can people tell? no -> review -> ...
                    | yes
               can the machine? yes -> next level
                    | no
               has it been attacked twice? no -> retrain, warm from the level before
                    | yes
               can the machine still improve (learning curve, and gain of the last round)? yes -> retrain
                    | no
               check what the failure means -> stop
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.loop.level_facts import LevelFacts, Pilot, Rules, fails_alone, has_fallen, is_exhausted
from pipeline.loop.prospects import gain_of_last_round
from stats.apa import share, threshold

ADAPTIVE = "An attacker of this level's own (adaptive attack)."
WITHOUT_LOOKING = "What can be told without looking?"


class Step(StrEnum):
    """What the loop does next."""

    DESIGN = "design"  # train the designer, whose attention decides the next crops
    CROP = "crop"  # render the photos at this level
    PROPOSE = "propose"  # render the photos and further windows of them, for people to choose among
    PILOT = "pilot"  # wait for the people of the pilot
    CHOOSE = "choose"  # take the windows that they could tell, and drop photos without one
    REVIEW = "review"  # wait for people to say whether the crops can be recognised
    TEST = "test"  # transfer attack: earlier attackers on these crops
    RETRAIN = "retrain"  # adaptive attack: train with old and new crops
    COMBINE = "combine"  # average the architectures' answers: one more attacker
    CURVE = "curve"  # learning curve: would more photos help?
    CHECK = "check"  # controls, nuisance baselines, faithfulness
    STOP = "stop"


@dataclass(frozen=True)
class Decision:
    """What the loop does next, at which level and why."""

    step: Step
    level: int
    reason: str
    round: int = 1  # of retraining or combining
    checks: tuple[str, ...] = ()  # kinds of the checks to do


def decide(levels: Sequence[LevelFacts], rules: Rules, pilot: Pilot = Pilot.NONE) -> Decision:
    """Return the first thing that is still to do, from the lightest level to the heaviest.

    With a pilot all levels are cut first, then people choose the crops, and only then attackers are trained.
    """
    if pilot.is_ahead:
        return _before_attacks(levels, pilot)
    for before, level in _with_lighter(levels):
        decision = _cut(level, before) or _test(level, before) or _attack(level, rules)
        if decision:
            return _end(decision, levels, rules) if decision.step == Step.STOP else decision
    used_up = Decision(Step.STOP, levels[-1].number, f"All {len(levels)} levels are used up.")
    return _end(used_up, levels, rules)


def _with_lighter(levels: Sequence[LevelFacts]) -> Iterable[tuple[LevelFacts | None, LevelFacts]]:
    return zip([None, *levels[:-1]], levels, strict=True)


def _before_attacks(levels: Sequence[LevelFacts], pilot: Pilot) -> Decision:
    """Cut all levels, let people choose among the windows, and take what they chose."""
    for before, level in _with_lighter(levels):
        if decision := _cut(level, before, step=Step.PROPOSE):
            return decision
    step, reason = _OF_THE_PILOT[pilot]
    return Decision(step, levels[-1].number, reason)


def _cut(level: LevelFacts, before: LevelFacts | None, step: Step = Step.CROP) -> Decision | None:
    """Return what a level needs before anybody is tested on it: crops, and a review of them."""
    number = level.number
    if not level.rendered:
        if before and not before.designed:
            return Decision(Step.DESIGN, before.number, f"Level {number} needs the attention of a designer.")
        return Decision(step if before else Step.CROP, number, _NOT_RENDERED)
    if level.awaits_review:
        return Decision(Step.REVIEW, number, "People decide which crops can be recognised.")
    return None


def _test(level: LevelFacts, before: LevelFacts | None) -> Decision | None:
    if before and not level.tested:
        return Decision(
            Step.TEST, level.number, "Earlier attackers meet these crops first (transfer attack)."
        )
    return None


def _attack(level: LevelFacts, rules: Rules) -> Decision | None:
    """Retrain while the machine fails and may still improve; None to move on to the next level."""
    if lacking := _complete(level):
        return lacking
    if not level.rounds:
        return Decision(Step.RETRAIN, level.number, ADAPTIVE)
    if not fails_alone(level, rules):
        return None  # the machine still can: crop further
    return _try_harder(level, rules) or _give_up(level, rules)


def _complete(level: LevelFacts) -> Decision | None:
    """Complete rounds that were begun; a study may be given more seeds and architectures later."""
    if level.lacks_networks:
        reason = f"Round {level.lacks_networks} lacks seeds or architectures that the study asks for."
        return Decision(Step.RETRAIN, level.number, reason, round=level.lacks_networks)
    if level.lacks_ensembles:
        reason = "The architectures together may be stronger than each."
        return Decision(Step.COMBINE, level.number, reason, round=level.lacks_ensembles)
    return None


def _try_harder(level: LevelFacts, rules: Rules) -> Decision | None:
    """Return what could still make the machine succeed; None once it is measured that nothing would."""
    state = f"Machine at {share(level.alone)}, below {threshold(rules.ceiling)}."
    again = len(level.rounds) + 1
    if again == 2 <= rules.max_rounds:
        start = "the attacker of the level before" if level.number else "the first one"
        reason = f"{state} The second attack starts from {start}."
        return Decision(Step.RETRAIN, level.number, reason, round=again)
    if level.prospect is None:
        return Decision(Step.CURVE, level.number, f"{state} Would more photos help?")
    if again > rules.max_rounds or is_exhausted(level, rules):
        return None
    return Decision(Step.RETRAIN, level.number, f"{state} {_prospect_summary(level)}", round=again)


def _give_up(level: LevelFacts, rules: Rules) -> Decision | None:
    """Stop where the machine failed by any means, unless the study asks for more levels."""
    if level.number < rules.minimum_levels or not has_fallen(level, rules):
        return None
    used_up = f"all {rules.max_rounds} retraining rounds are used up, and it may still improve"
    epsilon = threshold(rules.epsilon)
    shown = f"twice the photos would not gain {epsilon}, nor did retraining once more help significantly"
    why = shown if is_exhausted(level, rules) else used_up
    state = f"Machine at {share(max(level.alone, level.best))}, below {threshold(rules.ceiling)}, and {why}."
    return Decision(Step.STOP, level.number, f"{state} {_prospect_summary(level)}")


def _end(stop: Decision, levels: Sequence[LevelFacts], rules: Rules) -> Decision:
    """Stop, once all rounds are complete and every level is checked, further where the machine fell.

    A machine that is weak on whole photos did not fall to a crop: there is no level before to compare with.
    Where it did not fall, what it names without looking may be why.
    """
    for level in levels:
        if lacking := _complete(level):
            return lacking
    for level in levels[1:]:
        if level.rounds and fails_alone(level, rules) and level.lacks_checks:
            reason = "What does the machine's failure mean?"
            return Decision(Step.CHECK, level.number, reason, checks=level.lacks_checks)
        if level.rounds and level.lacks_baselines:
            return Decision(Step.CHECK, level.number, WITHOUT_LOOKING, checks=level.lacks_baselines)
    return stop


def _prospect_summary(level: LevelFacts) -> str:
    prospects = (gain_of_last_round(level.rounds), level.prospect)
    return " ".join(str(prospect) for prospect in prospects if prospect)


_NOT_RENDERED = "The photos are not yet rendered at this level."
_OF_THE_PILOT = {
    Pilot.TO_OPEN: (Step.PILOT, "All levels are cut. Open the pilot: people choose which crops can be told."),
    Pilot.OPEN: (Step.PILOT, "The pilot takes people. Close it when enough have answered."),
    Pilot.CLOSED: (Step.CHOOSE, "The pilot is closed: its people decide which windows and photos stay."),
}
