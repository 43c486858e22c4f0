"""A site of its own with very many answered trials: run as a module with their number, it prints the code."""

from __future__ import annotations

import os
import sys
import uuid
from typing import Any

PEOPLE_AT_ONCE = 200


def main() -> None:
    """Fill the site that the environment names."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    sys.stdout.write(f"CODE {study_of(int(sys.argv[1]))}\n")


def study_of(rows: int) -> str:
    """One person answers; as many others have given the same answers as make so many rows."""
    from study.models import Participant, Session, Trial
    from study.models.people import Mode
    from tests.pipeline.answered import answered_version

    photos: dict[str, object] = {"test_photos": 20, "validation_photos": 8, "catch_share": 0.0}
    version = answered_version(1, Mode.LIVE, **photos, trials_per_person=60, block_size=60)
    person = version.participants.get()
    session, trials = person.session, list(person.session.trials.all())
    missing = -(-rows // len(trials)) - 1
    for begin in range(0, missing, PEOPLE_AT_ONCE):
        count = min(PEOPLE_AT_ONCE, missing - begin)
        people = Participant.objects.bulk_create(copy_of(person, {"public_id"}) for _ in range(count))
        sessions = Session.objects.bulk_create(
            copy_of(session, {"token"}, participant=each) for each in people
        )
        Trial.objects.bulk_create(
            copy_of(trial, {"token"}, session=each, answer_uuid=uuid.uuid4())
            for each in sessions
            for trial in trials
        )
    return version.study.code


def copy_of(row: Any, anew: set[str], **other: object) -> Any:
    """A row like this one, but for its number, what is unique to it, and what is given."""
    left_out = {"id", *anew, *other}
    fields = [field for field in row._meta.concrete_fields if field.name not in left_out]
    return type(row)(**{field.attname: getattr(row, field.attname) for field in fields}, **other)


if __name__ == "__main__":
    main()
