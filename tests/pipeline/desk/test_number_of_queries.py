"""Each page of a large site asks the database less than fifteen times, however much the site holds."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pipeline.actions.membership import invite
from pipeline.models import Job, Loop
from study.freezing.freeze import freeze
from study.models import Role, Study, UnknownParameter
from tests.pipeline.acting import desk
from tests.pipeline.answered import answered_version
from tests.study.factories import draft_study, recruit

pytestmark = pytest.mark.django_db
MOST = 14  # three of them for session, account and its second factor
KINDS = (Job.Kind.TRAIN, Job.Kind.CROP, Job.Kind.ANALYSE, Job.Kind.SIMULATE)


def busy_study() -> Study:
    """A study with answers in two versions, a loop with decisions, and jobs of several kinds and states."""
    version = answered_version(people=2)
    study = version.study
    Study.objects.filter(pk=study.pk).update(block_size=study.block_size + 1)
    study.refresh_from_db()
    freeze(study, timezone.now())
    recruit(version, platform="prolific")
    UnknownParameter.objects.create(study=study, name="rid", first_seen=timezone.now())
    loop, _ = Loop.objects.get_or_create(study=study)
    for level in range(3):
        loop.entries.create(level=level, decision="train", reason=f"because of {level}")
    for kind in KINDS:
        for state in Job.State.values:
            now, params = timezone.now(), {"level": 1} if kind == Job.Kind.CROP else {}
            times = {"ring_after": now, "started_at": now, "finished_at": now}
            study.jobs.create(kind=kind, key=f"{kind}-{state}", state=state, params=params, **times)
    return study


def researcher(study: Study) -> Client:
    """Somebody who was invited to the study, and is no administrator."""
    import_module("pipeline.migrations.0018_groups").add_groups(apps, None)
    user, _ = get_user_model().objects.get_or_create(username="grace", defaults={"is_staff": True})
    user.groups.set([Group.objects.get(name="Researchers")])
    invite(study.owner, study, "grace", Role.COLLABORATOR)
    client = Client()
    client.force_login(user)
    return client


def queries(client: Client, address: str) -> int:
    client.get(address)  # a session's first look notes when it was
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


PAGES = ("studies", "designs", "sessions", "participants", "desk", "progress")


def address_of(page: str, study: Study) -> str:
    return {
        "studies": reverse("pipeline:studies"),
        "designs": reverse("admin:study_study_changelist"),
        "sessions": reverse("admin:study_session_changelist"),
        "participants": reverse("admin:study_participant_changelist"),
        "desk": desk(study),
        "progress": reverse("pipeline:progress", args=[study.code]),
    }[page]


@pytest.mark.sampled
@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_no_more_often_however_much_there_is(page: str) -> None:
    study = busy_study()
    client, address = researcher(study), address_of(page, study)
    with_one = queries(client, address)
    for _ in range(2):
        researcher(busy_study())
    assert queries(client, address) == with_one <= MOST


def test_the_desk_of_an_empty_study_asks_no_more_often() -> None:
    study = draft_study()
    study.jobs.all().delete()
    assert queries(researcher(study), desk(study)) <= MOST
