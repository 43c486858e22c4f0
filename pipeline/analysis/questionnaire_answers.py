"""What people answered to the researcher's own questionnaire, question by question."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median

from study.models import Session, StudyVersion
from study.models.people import Mode
from study.questions.own_form import NUMBER, TEXT, FormQuestion, Given


@dataclass(frozen=True)
class QuestionSummary:
    """A question, how many people answered it, and what they answered in one line."""

    question: str
    people: int
    answers: str


def questionnaire_summary(version: StudyVersion) -> list[QuestionSummary]:
    """Return the answers of people (no previews, no robots) who completed a version."""
    if not version.design.own_form:
        return []
    done = Session.objects.filter(
        participant__version=version, participant__mode=Mode.LIVE, status=Session.Status.COMPLETED
    )
    given = [session.questionnaire.own for session in done.only("answers")]
    summaries = []
    for question in version.design.own_form:
        answers = [each[question.name] for each in given if question.name in each]
        line = _in_a_line(question, answers) if answers else "–"
        summaries.append(QuestionSummary(question.question, len(answers), line))
    return summaries


def _in_a_line(question: FormQuestion, given: list[Given]) -> str:
    if question.kind == TEXT:
        return "texts, in questionnaire.csv"
    if question.kind == NUMBER:
        numbers = [each for each in given if isinstance(each, int | float)]
        return f"median {median(numbers):g} ({min(numbers):g} to {max(numbers):g})"
    chosen = Counter(code for each in given for code in (each if isinstance(each, list) else [each]))
    return ", ".join(f"{words}: {chosen[code]}" for code, words in enumerate(question.answers, start=1))
