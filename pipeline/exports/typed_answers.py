"""Typed answers and their score: the frozen rule of a version, which is that of ``python -m stats score``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from pipeline.exports.closed_trials import ClosedTrial
from pipeline.exports.csv_lines import Row
from study.asking.synonyms import words_in
from study.asking.trial_task import AnsweredBy
from study.models import Session, StudyVersion, Trial
from study.plan import Plan, plan_of

if TYPE_CHECKING:
    from stats.designs.text_scoring import Scored, TextRule

Answered = Trial.ResponseStatus.ANSWERED


class TypedAnswers:
    """The score of what the people of a version typed, in the language of their pages."""

    def __init__(self, version: StudyVersion) -> None:
        self.plan = plan_of(version)
        self.are_asked = self.plan.design.asks.answered_by == AnsweredBy.TEXT
        self.names = {choice.category: choice.name for choice in self.plan.choices}
        self.rule = cache(lambda language: text_rule(self.plan, language))

    def score(self, trial: ClosedTrial, language: str) -> Scored | None:
        """Return what the rule makes of a typed answer; None where a trial ended without one."""
        return self.rule(language).score(trial.response_text) if trial.response_status == Answered else None

    def scored(self, trials: Sequence[ClosedTrial], language: str) -> Sequence[ClosedTrial]:
        """Return trials with `correct` by the rule, for the rules of exclusion that follow."""
        return [self._scored(trial, language) for trial in trials] if self.are_asked else trials

    def _scored(self, trial: ClosedTrial, language: str) -> ClosedTrial:
        scored = self.score(trial, language)
        if scored is None or trial.stimulus is None:
            return trial
        return trial._replace(correct=scored.response == self.names[trial.stimulus.item.category_id])

    def right_by_trial(self, sessions: QuerySet[Session]) -> dict[tuple[int, int, int], bool]:
        """Return whether typed answers are right, by session, place and attempt; empty in other tasks."""
        if not self.are_asked:
            return {}
        answered = Trial.objects.filter(session__in=sessions.order_by(), response_status=Answered)
        rows = answered.values_list(
            *("session_id", "trial_index", "attempt"),
            *("response_text", "session__participant__language", "stimulus__item__category_id"),
        )
        return {
            (session, index, attempt): self.rule(language).score(text).response == self.names[shown]
            for session, index, attempt, text, language, shown in rows
        }

    def columns(self, trial: ClosedTrial, language: str) -> Row:
        """Return what was typed, and apart from it the class that the rule gives it, and by which step.

        An answer without a class, or with several, is handed on as it was typed. Empty in other tasks.
        """
        if not self.are_asked:
            return {}
        scored = self.score(trial, language)
        return {
            "choices": "|".join(self.names.values()),
            "choice_positions": None,
            "response": (scored.response or trial.response_text) if scored else None,
            "response_text": trial.response_text or None,
            "text_rule": scored.step.value if scored else None,
            "first_key_ms": trial.first_key_ms,
            "chance": self.plan.design.naming_chance,
        }


def text_rule(plan: Plan, language: str) -> TextRule:
    """Return the frozen rule for answers in a language: names, labels and further words of the classes."""
    from stats.designs.text_scoring import TextRule, synonyms_of  # nothing that a web process should load

    words = words_in(plan.design.naming_synonyms, language)
    pairs = [(choice.name, choice.label(language).text) for choice in plan.choices]
    pairs += [(name, word) for name, own in words.items() for word in own]
    names = tuple(choice.name for choice in plan.choices)
    return TextRule(names, synonyms_of(pairs), plan.design.naming_slips, plan.design.naming_phrases)
