"""Which trials and people do not count: pure rules of the frozen design, fixed before the first answer.

Nothing here looks at whether a test trial was right. Excluded rows stay in the export, flagged with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from study.design import Design
from study.questionnaire import Questionnaire


class TrialFacts(Protocol):
    """What the rules look at; a `Trial` row has it, and so may any named tuple."""

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


class SessionFacts(Protocol):
    """What the rules look at in a session."""

    @property
    def status(self) -> str: ...
    @property
    def questionnaire(self) -> Questionnaire: ...


@dataclass(frozen=True)
class Exclusions:
    """The verdict of the rules on one person and each of their trials."""

    design: Design
    participant: str

    def columns(self, trial: TrialFacts) -> dict[str, Any]:
        """The three columns of the tidy table."""
        reason = trial_reason(trial, self.design)
        return {
            "excluded_trial": int(bool(reason)),
            "excluded_participant": int(bool(self.participant)),
            "exclusion_reason": "|".join(filter(None, [self.participant, reason])),
        }


def exclusions_of(session: SessionFacts, trials: Iterable[TrialFacts], design: Design) -> Exclusions:
    """Apply the rules of a frozen design to all trials of one person."""
    reason = "" if session.status == "completed" else "incomplete"
    return Exclusions(design, reason or participant_reason(trials, session.questionnaire, design))


def trial_reason(trial: TrialFacts, design: Design) -> str:
    """Why one trial does not count, or an empty text. A timeout counts: it is an answer, and wrong."""
    if trial.response_status == "":
        return "open"
    if trial.response_status == "aborted":
        return trial.status_reason or "interrupted"
    if trial.suspect:
        return trial.suspect
    if trial.late:
        return "late"
    if is_too_fast(trial, design):
        return "too_fast"
    return ""


def is_too_fast(trial: TrialFacts, design: Design) -> bool:
    """Whether the answer came before anybody could have seen the photo."""
    return trial.response_status == "answered" and trial.rt_ms is not None and trial.rt_ms < design.fast_rt_ms


def participant_reason(trials: Iterable[TrialFacts], questionnaire: Questionnaire, design: Design) -> str:
    """Why a whole person does not count, or an empty text; rules are tried in a fixed order."""
    shown = [trial for trial in trials if trial.response_status not in ("", "aborted")]
    if questionnaire.seriously == "no":
        return "not_serious"
    if _missed_catch_trials([trial for trial in shown if trial.block_type == "catch"], design):
        return "catch"
    if _hurried([trial for trial in shown if trial.block_type == "test"], design):
        return "too_many_fast"
    return ""


def _missed_catch_trials(catches: Sequence[TrialFacts], design: Design) -> bool:
    """A mean score under the criterion; somebody who was shown none cannot fail."""
    scores = [_score(trial) for trial in catches]
    return bool(catches) and sum(scores) / len(scores) < design.catch_criterion


def _score(trial: TrialFacts) -> float:
    """1 or 0; of a grid the balanced accuracy over its tiles, which 0.5 is chance for."""
    return float(bool(trial.correct)) if trial.tile_accuracy is None else trial.tile_accuracy


def _hurried(tests: Sequence[TrialFacts], design: Design) -> bool:
    fast = sum(is_too_fast(trial, design) for trial in tests)
    return bool(tests) and fast / len(tests) > design.fast_share_limit
