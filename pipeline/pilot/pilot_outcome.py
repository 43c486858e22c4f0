"""What a pilot has chosen, or would choose if it were closed now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from pipeline.pilot.choice import Places, Question, places_taken, summary
from pipeline.pilot.pilot_answers import PilotAnswers, answers_of
from stats.planning.pilot_rule import PilotRule, Tally
from stats.report.content import PilotOutcome
from study.design import Design
from study.models import Pilot, Stimulus
from study.plan import plan_of


@dataclass(frozen=True)
class Decided:
    """The questions of a pilot, the answers to them, and the windows that the frozen rule takes."""

    rule: PilotRule
    questions: list[Question]
    answers: PilotAnswers
    places: Places
    outcome: PilotOutcome

    def passes(self, tally: Tally) -> bool:
        """Return whether a window with these answers counts as recognised."""
        return self.rule.passes(tally)


def rule_of(design: Design) -> PilotRule:
    """Return the rule of a design.

    Raises PilotRuleError if no answers could ever pass it; the message says what to change.
    """
    return PilotRule(design.pilot_floor, design.pilot_certainty, design.pilot_least_answers)


def decided_by(pilot: Pilot, mode: str) -> Decided:
    """Apply the frozen rule to the answers of one mode, as they are by now."""
    answers, rule = answers_of(pilot, mode), rule_of(pilot.version.design)
    questions = questions_of(pilot, answers)
    places = places_taken(questions, rule)
    outcome = PilotOutcome(
        mode=mode,
        people=answers.people,
        answers=answers.answers,
        floor=rule.floor,
        certainty=rule.certainty,
        least_answers=rule.least_answers,
        levels=summary(questions, places),
    )
    return Decided(rule, questions, answers, places, outcome)


def questions_of(pilot: Pilot, answers: PilotAnswers) -> list[Question]:
    """Return every photo at every level with the windows that were frozen, least attention first."""
    frozen = [picture.stimulus for picture in plan_of(pilot.version).tested]
    rows = Stimulus.candidates.filter(pk__in=frozen).select_related("item__category", "level")
    windows: dict[tuple[int, int], list[Stimulus]] = defaultdict(list)
    for window in rows.order_by("level__number", "item", "candidate"):
        windows[window.item_id, window.level.number].append(window)
    return [_question(*place, of_photo, answers) for place, of_photo in windows.items()]


def _question(item: int, level: int, windows: Sequence[Stimulus], answers: PilotAnswers) -> Question:
    keys = [window.pk for window in windows]
    tallies = tuple(map(answers.to, keys))
    return Question(item, level, windows[0].item.category.name, tuple(keys), tallies)


def stored_outcome(pilot: Pilot | None) -> PilotOutcome | None:
    """Return what a pilot chose; None before it has chosen, and where there is none."""
    return msgspec.convert(pilot.outcome, PilotOutcome) if pilot and pilot.has_chosen else None
