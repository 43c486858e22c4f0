"""Columns of what people and machines answered, and of the people and their sessions."""

from __future__ import annotations

from dataclasses import replace

from stats.table.column import Column
from stats.table.columns.machine_columns import MACHINE, SPLIT
from stats.table.design_columns import ASKED, CHANCE, FIRST_KEY, PAIRS, RESPONSE_TEXT, TEXT_RULE
from stats.table.schema import BY_NAME, TRIALS
from study.questions.own_form import KINDS

PERSON = replace(BY_NAME["agent_id"], label="Participant")

OF_TASKS = (
    ASKED,
    CHANCE,
    RESPONSE_TEXT,
    TEXT_RULE,
    FIRST_KEY,
    *PAIRS,
)  # blank where the task has none
PREDICTIONS = (*TRIALS, *OF_TASKS, *MACHINE[:-1], replace(SPLIT, levels=("validation", "test")))
PARTICIPANTS = (
    PERSON,
    BY_NAME["mode"],
    Column("language", "Language of the pages", derivation="code such as en or de"),
    Column("consented_at", "Moment of consent", "date-time", "UTC", derivation="the server's clock"),
    Column("consent_sha256", "Hash of the text that was agreed to", derivation="SHA-256"),
)
QUESTIONNAIRE = (
    PERSON,
    BY_NAME["mode"],
    replace(BY_NAME["session_id"], label="Session"),
    Column("question_name", "Name of the question", derivation="the researcher's own questionnaire"),
    Column("question", "Words of the question", derivation="in the language of the design"),
    Column("question_kind", "Kind of the question", levels=KINDS),
    Column("answer", "Answer in words", derivation="in the language of the design; several separated by ;"),
    Column(
        "answer_code",
        "Place of the answer",
        missing="numbers and texts",
        derivation="from 1; several separated by |",
    ),
)
