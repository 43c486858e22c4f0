"""The page of people asks the database no more for more people."""

from __future__ import annotations

from time import perf_counter

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from study.models import Participant, Session, StudyVersion, Trial
from study.models.people import Mode
from study.tokens import new_token
from tests.study.factories import GRIDS, NOW, open_study_version, player
from tests.study.playing import play_to_the_end

pytestmark = pytest.mark.django_db
SLOWEST = 15.0  # seconds; 5 were measured while other programs kept the cores busy


def people_page(version: StudyVersion) -> str:
    return reverse("pipeline:people", args=[version.study.code])


def copies(session: Session, people: int, trials: int) -> None:
    """So many people more who answered as this one did, but so many trials each."""
    version = session.participant.version
    participants = Participant.objects.bulk_create(
        Participant(version=version, consented_at=NOW, mode=Mode.LIVE) for _ in range(people)
    )
    facts = {
        "status": "completed",
        "started_at": NOW,
        "lease_until": NOW,
        "completed_at": NOW,
        "browser": "Chrome",
    }
    sessions = Session.objects.bulk_create(
        Session(participant=participant, answers=session.answers, **facts) for participant in participants
    )
    pattern = list(session.trials.filter(block_type="test").values("stimulus_id", "correct", "response_id"))
    answered = {"response_status": "answered", "rt_ms": 600.0, "begun_at": NOW, "received_at": NOW}
    Trial.objects.bulk_create(
        (
            Trial(
                session=each, trial_index=n, block_id=1 + n // 20, block_type="test", token=new_token(),
                **answered, **pattern[n % len(pattern)],
            )
            for each in sessions
            for n in range(trials)
        ),
        batch_size=2000,
    )  # fmt: skip


def test_the_page_takes_as_many_queries_for_many_people(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    version = open_study_version()
    copies(play_to_the_end(player(version)), people=30, trials=6)
    with django_assert_max_num_queries(16):
        text = admin_client.get(people_page(version)).content.decode()
    assert "31 complete and counted; 31 started" in " ".join(text.split())


@pytest.mark.thorough
@pytest.mark.parametrize("draft", [GRIDS, {"task": "yes_no"}, {"task": "two_photos"}, {"task": "naming"}])
def test_the_pages_of_people_show_every_task(draft: dict[str, object], admin_client: Client) -> None:
    version = open_study_version(**draft)
    session = play_to_the_end(player(version))
    page = admin_client.get(people_page(version))
    levels = [row.level for row in page.context["monitor"].cells]
    assert levels == ([] if draft is GRIDS else [0, 1, 2])
    person = reverse("pipeline:person", args=[version.study.code, session.participant.public_id])
    assert "Time line" in admin_client.get(person).content.decode()
    paid = b"".join(admin_client.get(reverse("pipeline:payments", args=[version.study.code]))).decode()
    assert len(paid.splitlines()) == 2


@pytest.mark.slow
def test_a_thousand_people_of_eighty_trials_are_shown_while_one_waits(admin_client: Client) -> None:
    version = open_study_version()
    copies(play_to_the_end(player(version)), people=1000, trials=80)
    began = perf_counter()
    assert admin_client.get(people_page(version)).status_code == 200
    taken = perf_counter() - began
    assert taken < SLOWEST
