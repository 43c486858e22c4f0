"""Rules of exclusion: from the frozen design and what was measured, never from whether a test was right."""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec
import pytest

from study.design import Design
from study.exclusions import exclusions_of, participant_reason, trial_reason
from study.models import Study
from study.questions.questionnaire import Questionnaire

DESIGN = Design.of(Study(fast_rt_ms=200, fast_share_limit=0.2, catch_criterion=0.6))
NOTHING_SAID = Questionnaire()


@dataclass(frozen=True)
class Facts:
    block_type: str = "test"
    response_status: str = "answered"
    status_reason: str = ""
    correct: bool | None = True
    tile_accuracy: float | None = None
    rt_ms: float | None = 600.0
    late: bool = False
    suspect: str = ""
    focus_lost: bool = False
    stimulus_ms_planned: float | None = None
    stimulus_ms_achieved: float | None = None
    frame_ms: float | None = 1000 / 60
    dropped_frames: int | None = 0


@dataclass(frozen=True)
class Sitting:
    status: str = "completed"
    questionnaire: Questionnaire = NOTHING_SAID


GOOD = Facts()
CATCH = Facts(block_type="catch")


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (GOOD, ""),
        (replace(GOOD, correct=False), ""),
        (Facts(response_status="timeout", correct=False, rt_ms=None), ""),
        (Facts(response_status="aborted", correct=None, rt_ms=None), "interrupted"),
        (Facts(response_status="aborted", correct=None, status_reason="preload_failed"), "preload_failed"),
        (replace(GOOD, late=True), "late"),
        (replace(GOOD, suspect="rt_above_elapsed"), "rt_above_elapsed"),
        (replace(GOOD, rt_ms=199.9), "too_fast"),
        (replace(GOOD, rt_ms=200.0), ""),
        (Facts(response_status="", correct=None, rt_ms=None), "open"),
    ],
)
def test_a_trial_is_excluded_for_what_makes_it_no_measurement(facts: Facts, reason: str) -> None:
    assert trial_reason(facts, DESIGN) == reason


def test_a_person_below_the_catch_criterion_is_excluded() -> None:
    missed = replace(CATCH, correct=False)
    assert participant_reason([CATCH, CATCH, missed, GOOD], NOTHING_SAID, DESIGN) == ""
    assert participant_reason([CATCH, missed, GOOD], NOTHING_SAID, DESIGN) == "catch"


def test_a_catch_trial_that_was_interrupted_counts_for_neither_side() -> None:
    interrupted = replace(CATCH, response_status="aborted", correct=None)
    assert participant_reason([interrupted, CATCH], NOTHING_SAID, DESIGN) == ""


def test_a_person_with_too_many_fast_answers_is_excluded() -> None:
    fast = replace(GOOD, rt_ms=100.0)
    assert participant_reason([fast, *[GOOD] * 4], NOTHING_SAID, DESIGN) == ""
    assert participant_reason([fast, fast, *[GOOD] * 4], NOTHING_SAID, DESIGN) == "too_many_fast"


def test_who_says_that_they_did_not_answer_seriously_is_believed() -> None:
    assert participant_reason([GOOD], Questionnaire(seriously="no"), DESIGN) == "not_serious"


def test_being_wrong_in_every_test_trial_excludes_nobody() -> None:
    assert participant_reason([replace(GOOD, correct=False)] * 20, NOTHING_SAID, DESIGN) == ""


def test_the_columns_of_the_table_name_both_reasons() -> None:
    late = replace(GOOD, late=True)
    exclusions = exclusions_of(Sitting("trials"), [late, GOOD], DESIGN)
    assert exclusions.columns(late) == {
        "excluded_trial": 1,
        "excluded_participant": 1,
        "exclusion_reason": "incomplete|late",
    }
    assert exclusions_of(Sitting(), [GOOD], DESIGN).columns(GOOD) == {
        "excluded_trial": 0,
        "excluded_participant": 0,
        "exclusion_reason": "",
    }


FRAME = 1000 / 60
TIMED = Facts(stimulus_ms_planned=200.0, stimulus_ms_achieved=200.0)


class TestShownAsPlanned:
    """An answer to a photo that was not shown as planned is no data, right or wrong."""

    @pytest.mark.sampled
    @pytest.mark.parametrize("correct", [True, False])
    @pytest.mark.parametrize(
        ("facts", "reason"),
        [
            (TIMED, ""),
            (replace(TIMED, stimulus_ms_achieved=200.0 + FRAME), ""),
            (replace(TIMED, stimulus_ms_achieved=200.0 - FRAME), ""),
            (replace(TIMED, stimulus_ms_achieved=200.0 + 2 * FRAME), "duration"),
            (replace(TIMED, stimulus_ms_achieved=200.0 - 2 * FRAME), "duration"),
            (replace(TIMED, stimulus_ms_achieved=4215.0), "duration"),
            (replace(TIMED, stimulus_ms_achieved=4215.0, focus_lost=True), "focus_lost"),
            (replace(TIMED, dropped_frames=3), ""),
            (replace(TIMED, dropped_frames=4), "dropped_frames"),
            (replace(TIMED, stimulus_ms_achieved=None, dropped_frames=None), ""),
            (replace(GOOD, stimulus_ms_achieved=4215.0, dropped_frames=40), ""),  # until answered
            (replace(GOOD, focus_lost=True), "focus_lost"),
            (Facts(response_status="timeout", correct=False, rt_ms=None, focus_lost=True), "focus_lost"),
        ],
    )
    def test_by_default(self, facts: Facts, reason: str, correct: bool) -> None:
        assert trial_reason(replace(facts, correct=correct), DESIGN) == reason

    def test_a_frame_is_that_of_the_persons_screen(self) -> None:
        fast_screen = replace(TIMED, frame_ms=1000 / 120, stimulus_ms_achieved=200.0 + FRAME)
        assert trial_reason(fast_screen, DESIGN) == "duration"

    def test_each_rule_can_be_switched_off(self) -> None:
        off = Study(exclude_lost_focus=False, most_frames_off=None, most_dropped_frames=None)
        bad = replace(TIMED, stimulus_ms_achieved=4215.0, focus_lost=True, dropped_frames=40)
        assert trial_reason(bad, Design.of(off)) == ""

    def test_versions_that_were_frozen_before_leave_nothing_out_for_it(self) -> None:
        rules = ("exclude_lost_focus", "most_frames_off", "most_dropped_frames", "coarsest_clock_ms")
        before = {name: value for name, value in DESIGN.to_dict().items() if name not in rules}
        design = msgspec.convert(before, Design)
        bad = replace(TIMED, stimulus_ms_achieved=4215.0, focus_lost=True)
        assert trial_reason(bad, design) == ""

    def test_nobody_is_excluded_for_a_catch_photo_that_they_did_not_see(self) -> None:
        unseen = replace(CATCH, correct=False, focus_lost=True)
        assert participant_reason([GOOD, CATCH, unseen, unseen], NOTHING_SAID, DESIGN) == ""
