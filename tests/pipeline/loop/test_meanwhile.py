"""What is sure to follow the first attack on a level is begun beside it, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.loop.decisions import Step, decide
from pipeline.loop.level_facts import LevelFacts, Pilot, Rules
from pipeline.loop.meanwhile import meanwhile

RULES = Rules(ceiling=0.75, epsilon=0.02, max_rounds=3, minimum_levels=2, designers_apart=True)
CUT = LevelFacts(0, rendered=True, tested=True, designed=True)


def begun(
    levels: list[LevelFacts], rules: Rules = RULES, pilot: Pilot = Pilot.NONE
) -> list[tuple[Step, int]]:
    """The decision that is next, and what is begun beside it."""
    decision = decide(levels, rules, pilot)
    return [(each.step, each.level) for each in (decision, *meanwhile(decision, levels, rules))]


def cut(*numbers: int) -> list[LevelFacts]:
    return [replace(CUT, number=number) for number in numbers]


def test_where_all_crops_are_made_the_levels_that_are_sure_to_be_attacked_are_attacked_together() -> None:
    first = [(Step.RETRAIN, number) for number in range(3)]
    assert begun(cut(0, 1, 2, 3), pilot=Pilot.CHOSEN) == first, "the loop may end at level 2"
    assert begun(cut(0, 1, 2, 3), replace(RULES, minimum_levels=3)) == [*first, (Step.RETRAIN, 3)]


def test_the_designers_for_the_next_level_are_trained_beside_the_attackers_of_this_one() -> None:
    levels = [replace(CUT, designed=False), LevelFacts(1)]
    assert begun(levels) == [(Step.RETRAIN, 0), (Step.DESIGN, 0)]


@pytest.mark.parametrize(
    ("levels", "rules"),
    [
        ([replace(CUT, designed=False), LevelFacts(1)], replace(RULES, designers_apart=False)),
        ([replace(CUT, designed=False), LevelFacts(1)], replace(RULES, minimum_levels=0)),
        ([CUT, LevelFacts(1)], RULES),
        ([replace(CUT, designed=False)], RULES),
        ([CUT, replace(CUT, number=1, awaits_review=True)], RULES),
        ([CUT, replace(CUT, number=1, rounds=((0.9,),), alone=0.9)], RULES),
        ([CUT, replace(CUT, number=1, lacks_networks=1)], RULES),
    ],
    ids=[
        "attackers are the designers",
        "the loop may end here",
        "the designers are trained",
        "there is no further level",
        "people still look at its crops",
        "it was attacked before",
        "its attackers are completed in its turn",
    ],
)
def test_nothing_else_is_begun(levels: list[LevelFacts], rules: Rules) -> None:
    assert begun(levels, rules) == [(Step.RETRAIN, 0)]


def test_a_further_attack_depends_on_what_the_first_could_do() -> None:
    failed = replace(CUT, rounds=((0.6,),), alone=0.6)
    assert begun([failed, *cut(1)]) == [(Step.RETRAIN, 0)]


def test_what_can_be_told_without_looking_is_asked_of_all_levels_at_once() -> None:
    strong = {"rounds": ((0.9,),), "alone": 0.9, "lacks_baselines": ("nuisance",)}
    levels = [replace(CUT, number=number, **strong) for number in range(3)]
    assert begun(levels) == [(Step.CHECK, 1), (Step.CHECK, 2)]
    done = replace(levels[2], lacks_baselines=())
    assert begun([*levels[:2], done]) == [(Step.CHECK, 1)]
