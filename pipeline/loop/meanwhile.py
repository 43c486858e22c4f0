"""What is sure to follow a decision, and need not wait for it: free workers begin it now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from pipeline.loop.decisions import ADAPTIVE, WITHOUT_LOOKING, Decision, Step
from pipeline.loop.level_facts import LevelFacts, Rules


def meanwhile(decision: Decision, levels: Sequence[LevelFacts], rules: Rules) -> tuple[Decision, ...]:
    """Return decisions that come whatever the attackers of this one can do, and need nothing of theirs.

    The loop never ends before the level that the study asks for at least. So the next level's designers, and
    the first attacks on levels that are cut already, can be trained side by side with the first attack here.
    What can be told without looking depends on no attacker at all.
    """
    here, heavier = levels[decision.level], levels[decision.level + 1 :]
    if (decision.step, decision.round) == (Step.RETRAIN, 1):
        together = takewhile(lambda level: _is_to_be_attacked(level, rules), heavier)
        attacks = (Decision(Step.RETRAIN, level.number, ADAPTIVE) for level in together)
        return (*_designers(here, heavier, rules), *attacks)
    return tuple(_baselines(heavier)) if decision.step == Step.CHECK else ()


def _designers(here: LevelFacts, heavier: Sequence[LevelFacts], rules: Rules) -> Iterator[Decision]:
    next_is_sure = here.number < rules.minimum_levels and heavier and not heavier[0].rendered
    if next_is_sure and rules.designers_apart and not here.designed:
        reason = f"Level {here.number + 1} will need the attention of a designer."
        yield Decision(Step.DESIGN, here.number, reason)


def _baselines(heavier: Sequence[LevelFacts]) -> Iterator[Decision]:
    for level in heavier:
        if level.rounds and level.lacks_baselines:
            yield Decision(Step.CHECK, level.number, WITHOUT_LOOKING, checks=level.lacks_baselines)


def _is_to_be_attacked(level: LevelFacts, rules: Rules) -> bool:
    is_ready = level.rendered and not level.awaits_review
    is_new = not level.rounds and level.lacks_networks is None
    return is_ready and is_new and level.number <= rules.minimum_levels
