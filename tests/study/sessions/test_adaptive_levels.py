"""Sessions whose levels follow the person's own answers."""

from __future__ import annotations

from collections import Counter

import pytest

from study.freezing.freeze import NotReadyError, freeze
from study.models import Session, StudyVersion, Trial
from study.plan import plan_of
from study.sessions.tasks.trials import posterior_of
from tests.study.factories import NOW, draft_study, open_version_of
from tests.study.playing import (
    at_the_trials,
    deliver,
    open_block,
    play_to_the_end,
    right_answer,
    trials_of,
    wrong_answer,
)

pytestmark = pytest.mark.django_db
SIDES = (1.0, 0.8, 0.6, 0.45, 0.3)
PLAN = {"trials_per_person": 40, "block_size": 20, "test_photos": 15, "adaptive_step": 5, "catch_share": 0.05}


def adaptive(**design: object) -> StudyVersion:
    return open_version_of(draft_study(sides=SIDES, assignment="adaptive", **(PLAN | design)))


def play(session: Session, *, right_through: int) -> None:
    """Answer like somebody who is right at levels through this one, and wrong at heavier ones."""
    while (block := open_block(session)).trials:
        for trial in trials_of(block):
            seen = trial.stimulus.level.number
            deliver(session, right_answer(trial) if seen <= right_through else wrong_answer(trial))


def photos_of(session: Session) -> list[Trial]:
    return list(session.trials.filter(block_type="test").select_related("stimulus__level"))


@pytest.mark.thorough
def test_people_who_can_do_more_are_shown_heavier_levels() -> None:
    version = adaptive()
    means = []
    for right_through in (0, 4):
        session = at_the_trials(version)
        play(session, right_through=right_through)
        later = photos_of(session)[20:]
        means.append(sum(trial.stimulus.level.number for trial in later) / len(later))
    assert means[1] > means[0] + 1


@pytest.mark.thorough
def test_nobody_sees_a_photo_twice_and_classes_stay_balanced() -> None:
    session = play_to_the_end(at_the_trials(adaptive()))
    trials = photos_of(session)
    assert len({trial.stimulus.item_id for trial in trials}) == len(trials) == 40
    counts = Counter(trial.stimulus.item.category_id for trial in trials)
    assert max(counts.values()) - min(counts.values()) <= 1


@pytest.mark.thorough
def test_the_chance_of_each_level_is_stored_and_never_below_the_even_share() -> None:
    session = play_to_the_end(at_the_trials(adaptive(adaptive_even_share=0.4)))
    chances = [trial.level_probability for trial in photos_of(session)]
    assert min(chances) >= 0.4 / len(SIDES)
    assert max(chances) <= 1
    others = session.trials.exclude(block_type="test").values_list("level_probability", flat=True)
    assert set(others) == {None}


@pytest.mark.thorough
def test_a_step_of_photos_is_handed_out_and_only_blocks_are_parted_by_breaks() -> None:
    session = at_the_trials(adaptive())
    sizes, pauses = [], []
    while (block := open_block(session)).trials:
        sizes.append(len(block.trials))
        pauses.append(block.pause)
        deliver(session, *map(right_answer, trials_of(block)))
    assert max(sizes) == 5
    assert sum(sizes) == 42
    assert pauses.count(True) == 2


def test_who_comes_back_gets_the_same_photos_at_the_same_levels() -> None:
    session = at_the_trials(adaptive())
    first = trials_of(open_block(session))
    again = trials_of(open_block(session))
    assert [trial.stimulus_id for trial in first] == [trial.stimulus_id for trial in again]


def test_answers_move_the_posterior_and_broken_off_trials_do_not() -> None:
    session = at_the_trials(adaptive(catch_share=0.0))
    plan = plan_of(session.participant.version)
    before = posterior_of(session, plan).expected(4)
    first, *_ = trials_of(open_block(session))
    aborted = {"trial": first.token, "status": "aborted", "reason": "preload_failed"}
    deliver(session, right_answer(first) | aborted | {"response": None, "rt_ms": None})
    assert posterior_of(session, plan).expected(4) == before
    deliver(session, *map(right_answer, trials_of(open_block(session))))
    assert posterior_of(session, plan).expected(4) > before


@pytest.mark.parametrize(
    ("design", "reason"),
    [
        ({"human_gate": "loss"}, "the floor as what people must show"),
        ({"look_plan": "sequence"}, "one analysis at the end"),
        ({"sides": (1.0, 0.6, 0.3)}, "at least 4; there are 3"),
        ({"adaptive_accuracy": 0.4}, "hardly above guessing"),
    ],
)
def test_what_adaptive_levels_cannot_serve_is_refused(design: dict[str, object], reason: str) -> None:
    study = draft_study(**({"sides": SIDES, "assignment": "adaptive"} | PLAN | design))
    with pytest.raises(NotReadyError, match=reason):
        freeze(study, NOW)


def test_the_frozen_version_says_so() -> None:
    design = adaptive(adaptive_step=3).frozen.design
    assert design.is_adaptive
    assert design.adaptive_step == 3
    assert not design.of_the_pilot().is_adaptive
