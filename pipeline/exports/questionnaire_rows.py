"""Rows of questionnaire.csv: one per person and question of the researcher's own form."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.exports.csv_lines import Row
from study.models import Participant, StudyVersion


def questionnaire_rows(version: StudyVersion, participant: Participant) -> Iterator[Row]:
    """Iterate over what a person answered; who left a question empty has no row for it."""
    session = participant.session
    given = session.questionnaire.own
    for question in version.design.own_form:
        if question.name not in given:
            continue
        answer = given[question.name]
        codes = answer if isinstance(answer, list) else [answer] if question.answers else []
        yield {
            "agent_id": participant.public_id,
            "mode": participant.mode,
            "session_id": session.token[:8],
            "question_name": question.name,
            "question": question.question,
            "question_kind": question.kind,
            "answer": question.words_of(answer),
            "answer_code": "|".join(map(str, codes)) or None,
        }
