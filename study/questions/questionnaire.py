"""The questionnaire at the end of a session, as it is sent, stored and read back."""

from __future__ import annotations

import msgspec

from study.questions.own_form import Given

INSTRUCTED_ANSWER = "rather_no"  # what the page asks for where a design has this check


class Questionnaire(msgspec.Struct, frozen=True):
    """A participant's answers about the session, and to the researcher's own form by the questions' names."""

    problems: str = ""
    problems_text: str = ""
    seriously: str = ""
    instructed: str = ""
    own: dict[str, Given] = {}
