"""A million answers in a few seconds: those of one person, copied by the database to everybody."""

from __future__ import annotations

from django.db import connection

from study.models import Participant, Session, StudyVersion, Trial
from study.tokens import new_token
from tests.study.factories import NOW

PEOPLE, TRIALS = 5_000, 200
DRAWN_BY_CHANCE = {
    "sqlite": "lower(hex(randomblob(16)))",
    "postgresql": "replace(gen_random_uuid()::text, '-', '')",
}


def answer_all(version: StudyVersion) -> None:
    """Every person answers as many trials as the design asks for."""
    people = Participant.objects.bulk_create(
        Participant(version=version, consented_at=NOW, consent_sha256="0" * 64) for _ in range(PEOPLE)
    )
    sessions = Session.objects.bulk_create(
        Session(participant=person, started_at=NOW, lease_until=NOW, status=Session.Status.COMPLETED)
        for person in people
    )
    Trial.objects.bulk_create(_trials(version, sessions[0]))
    _copy_to_all_sessions(sessions[0])


def _copy_to_all_sessions(first: Session) -> None:
    """Give everybody the trials of the first, under tokens of their own: the database does it in seconds."""
    copied = [
        field.column for field in Trial._meta.concrete_fields if field.name not in {"id", "session", "token"}
    ]
    columns = ", ".join(f'"{column}"' for column in copied)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO study_trial ({columns}, session_id, token) "
            f"SELECT {', '.join(f'study_trial.{name}' for name in columns.split(', '))}, study_session.id, "
            f"{DRAWN_BY_CHANCE[connection.vendor]} FROM study_trial, study_session "
            "WHERE study_trial.session_id = %s AND study_session.id != %s",
            [first.pk, first.pk],
        )


def _trials(version: StudyVersion, session: Session) -> list[Trial]:
    config = version.frozen
    order = [category.id for category in config.categories]
    return [
        Trial(
            session=session,
            stimulus_id=item.stimuli[number % 3].stimulus,
            token=new_token(),
            trial_index=number,
            block_id=number // 20,
            block_type=Trial.BlockType.TEST,
            response_status=Trial.ResponseStatus.ANSWERED,
            choice_order=order,
            response_id=item.category,
            correct=True,
            rt_ms=612.5,
            received_at=NOW,
        )
        for number, item in enumerate(config.items[:TRIALS])
    ]
