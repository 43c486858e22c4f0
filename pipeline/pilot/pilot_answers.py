"""Answers of a pilot's people to each window, after the rules of exclusion that were frozen with it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from stats.planning.pilot_rule import Tally
from study.exclusions import exclusions_of, trial_reason
from study.models import Participant, Pilot, Trial


@dataclass(frozen=True)
class PilotAnswers:
    """The people who count, and what was answered to each window, by the row of its stimulus."""

    people: int
    tallies: dict[int, Tally]

    @property
    def answers(self) -> int:
        """The number of answers that count."""
        return sum(tally.answers for tally in self.tallies.values())

    def to(self, window: int) -> Tally:
        """Return the answers to a window; none where nobody was asked yet."""
        return self.tallies.get(window, Tally(0, 0))


def people_of_pilot(pilot: Pilot, mode: str) -> QuerySet[Participant]:
    """Return the participants of a pilot who have begun and not withdrawn."""
    people = pilot.version.participants(manager="of_any_stage")
    begun = people.filter(mode=mode, withdrawn_at=None, session__isnull=False)
    return begun.select_related("session__assignment").order_by("pk")


def answers_of(pilot: Pilot, mode: str) -> PilotAnswers:
    """Count the answers of everybody who has finished and is not excluded; a timeout is a wrong answer."""
    design, people = pilot.version.design, 0
    right: dict[int, list[bool]] = defaultdict(list)
    for participant in people_of_pilot(pilot, mode):
        trials = list(participant.session.trials.answered())
        if exclusions_of(participant.session, trials, design).participant:
            continue
        people += 1
        for trial in trials:
            if trial.block_type == Trial.BlockType.TEST and not trial_reason(trial, design):
                assert trial.stimulus_id is not None  # a pilot shows single photos
                right[trial.stimulus_id].append(bool(trial.correct))
    return PilotAnswers(people, {window: Tally(len(of), sum(of)) for window, of in right.items()})
