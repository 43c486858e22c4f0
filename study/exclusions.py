"""Which trials and participants do not count: pure rules of the frozen design, fixed before the first answer.

No rule looks at whether a test trial was right. Excluded rows stay in the export, flagged with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from study.design import Design
from study.questions.questionnaire import INSTRUCTED_ANSWER, Questionnaire

USUAL_FRAME_MS = 1000 / 60
SLACK = 0.25  # of a frame: times of frames are rounded, and a photo is never shown for a part of one


class TrialFacts(Protocol):
    """What the rules need to know of a trial; a `Trial` row has it, and so may any named tuple."""

    @property
    def block_type(self) -> str: ...
    @property
    def response_status(self) -> str: ...
    @property
    def status_reason(self) -> str: ...
    @property
    def correct(self) -> bool | None: ...
    @property
    def rt_ms(self) -> float | None: ...
    @property
    def tile_accuracy(self) -> float | None: ...
    @property
    def late(self) -> bool: ...
    @property
    def suspect(self) -> str: ...
    @property
    def focus_lost(self) -> bool: ...
    @property
    def stimulus_ms_planned(self) -> float | None: ...
    @property
    def stimulus_ms_achieved(self) -> float | None: ...
    @property
    def frame_ms(self) -> float | None: ...
    @property
    def dropped_frames(self) -> int | None: ...


class SessionFacts(Protocol):
    """What the rules need to know of a session."""

    @property
    def status(self) -> str: ...
    @property
    def questionnaire(self) -> Questionnaire: ...


@dataclass(frozen=True)
class Exclusions:
    """The rules applied to one participant, and to any of their trials.

    Attributes
    ----------
    participant : why the participant does not count; empty for who does
    note : what a researcher decided against a rule
    """

    design: Design
    participant: str
    note: str = ""

    def columns(self, trial: TrialFacts) -> dict[str, Any]:
        """Return the three columns of the tidy table for one trial."""
        reason = trial_reason(trial, self.design)
        return {
            "excluded_trial": int(bool(reason)),
            "excluded_participant": int(bool(self.participant)),
            "exclusion_reason": f"{self.of_all}|{reason}"
            if self.of_all and reason
            else self.of_all or reason,
        }

    @cached_property
    def of_all(self) -> str:
        """What is said of every trial of the participant."""
        return "|".join(filter(None, [self.participant, self.note]))


COUNTED, BY_HAND = "counted", "_by_hand"


def exclusions_of(
    session: SessionFacts, trials: Iterable[TrialFacts], design: Design, ruling: str = ""
) -> Exclusions:
    """Apply the rules of a frozen design to all trials of one participant.

    A researcher's ruling (a rule, or `COUNTED`) goes before what the site reads from the answers, and is
    told apart in the reason. Nobody who has not completed the session counts.
    """
    if session.status != "completed":
        return Exclusions(design, "incomplete")
    reason = participant_reason(trials, session.questionnaire, design)
    if ruling == COUNTED:
        return Exclusions(design, "", f"{reason}_but_{COUNTED}{BY_HAND}" if reason else "")
    return Exclusions(design, f"{ruling}{BY_HAND}" if ruling and ruling != reason else reason)


def rules_of(design: Design) -> list[str]:
    """Return the rules about whole participants that a design fixes, in the order in which they are tried."""
    rules = {
        "not_serious": True,
        "instructed": design.instructed_check,
        "catch": design.catch_share > 0,
        "too_many_fast": True,
    }
    return [rule for rule, applies in rules.items() if applies]


def trial_reason(trial: TrialFacts, design: Design) -> str:
    """Return why one trial does not count, or an empty text. A timeout counts: it is a wrong answer."""
    if trial.response_status == "":
        return "open"
    if trial.response_status == "aborted":
        return trial.status_reason or "interrupted"
    if trial.suspect:
        return trial.suspect
    if trial.late:
        return "late"
    return display_problem(trial, design) or ("too_fast" if is_too_fast(trial, design) else "")


def display_problem(trial: TrialFacts, design: Design) -> str:
    """Return how a photo was not shown as planned, or an empty text: then nobody's answer to it is data.

    A time that the browser did not tell is not held against it.
    """
    if design.exclude_lost_focus and trial.focus_lost:
        return "focus_lost"
    if trial.stimulus_ms_planned is None:
        return ""
    if design.most_frames_off is not None and (frames_off(trial) or 0.0) > design.most_frames_off + SLACK:
        return "duration"
    most = design.most_dropped_frames
    return "dropped_frames" if most is not None and (trial.dropped_frames or 0) > most else ""


def frames_off(trial: TrialFacts) -> float | None:
    """Return by how many frames of its screen a timed photo stood too long or too short; None if unknown."""
    if trial.stimulus_ms_planned is None or trial.stimulus_ms_achieved is None:
        return None
    return abs(trial.stimulus_ms_achieved - trial.stimulus_ms_planned) / (trial.frame_ms or USUAL_FRAME_MS)


def is_too_fast(trial: TrialFacts, design: Design) -> bool:
    """Return whether the answer came before anybody could have seen the photo."""
    return trial.response_status == "answered" and trial.rt_ms is not None and trial.rt_ms < design.fast_rt_ms


def participant_reason(trials: Iterable[TrialFacts], questionnaire: Questionnaire, design: Design) -> str:
    """Return why a participant does not count, or an empty text; rules are tried in a fixed order."""
    closed = [trial for trial in trials if trial.response_status not in ("", "aborted")]
    shown = [trial for trial in closed if not display_problem(trial, design)]
    catch = [score(trial) for trial in shown if trial.block_type == "catch"]
    fast = [is_too_fast(trial, design) for trial in shown if trial.block_type == "test"]
    rules = {
        "not_serious": questionnaire.seriously == "no",
        "instructed": design.instructed_check and questionnaire.instructed != INSTRUCTED_ANSWER,
        "catch": bool(catch) and sum(catch) / len(catch) < design.catch_criterion,
        "too_many_fast": bool(fast) and sum(fast) / len(fast) > design.fast_share_limit,
    }
    return next((reason for reason, applies in rules.items() if applies), "")


def score(trial: TrialFacts) -> float:
    """Return 1 or 0; for a grid the balanced accuracy over its tiles, where chance is 0.5."""
    return float(bool(trial.correct)) if trial.tile_accuracy is None else trial.tile_accuracy
