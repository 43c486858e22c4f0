"""A second analysis says what has changed since the first: people, decisions, software, or nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pipeline.analysis.cause import FIRST, cause_of
from pipeline.models import Analysis
from study.models import Participant, RulingChange, Session
from study.models.people import Mode, Ruling
from tests.pipeline.analysis.stored_analyses import stored_analysis
from tests.pipeline.answered import answered_version

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TABLE = {"table_sha256": "a" * 64, "software": {"sweetspot": "1"}}


@pytest.fixture
def pair() -> tuple[Analysis, Analysis]:
    """An analysis of an hour ago, and one that begins now, of the same two people and the same table."""
    version = answered_version(people=2, mode=Mode.LIVE)
    before = stored_analysis(version, result={}, **TABLE)
    begun = timezone.now() - HOUR
    before.job.started_at = begun
    before.job.save()
    Session.objects.update(completed_at=begun - HOUR)
    return before, stored_analysis(version, **TABLE)


def test_the_first_analysis_says_that_it_is_the_first(pair: tuple[Analysis, Analysis]) -> None:
    before, _ = pair
    assert cause_of(before) == FIRST


def test_without_any_change_it_says_so(pair: tuple[Analysis, Analysis]) -> None:
    assert cause_of(pair[1]) == "Nothing has changed since the analysis before."


def test_people_who_came_or_withdrew_are_counted(pair: tuple[Analysis, Analysis]) -> None:
    came, left = Participant.objects.order_by("pk")
    Session.objects.filter(participant=came).update(completed_at=timezone.now())
    Participant.objects.filter(pk=left.pk).update(withdrawn_at=timezone.now())
    cause = cause_of(pair[1])
    assert "1 more completed since the analysis before." in cause
    assert "1 withdrew or were erased since then." in cause


def test_a_decision_by_hand_is_told_with_its_reason_and_the_last_one_counts(
    pair: tuple[Analysis, Analysis],
) -> None:
    person = Participant.objects.earliest("pk")
    for ruling, reason in ((Ruling.COUNTED, "a mistake."), (Ruling.NOT_SERIOUS, "a friend answered.")):
        RulingChange.objects.create(
            participant=person, before="", after=ruling, reason=reason, created_at=timezone.now()
        )
    Participant.objects.filter(pk=person.pk).update(ruling=Ruling.NOT_SERIOUS)
    cause = cause_of(pair[1])
    assert cause.startswith("2 decisions by hand about who counts since then.")
    assert "did not answer seriously (reason given: a friend answered)." in cause
    assert "a mistake" not in cause


def test_another_release_or_another_table_is_named(pair: tuple[Analysis, Analysis]) -> None:
    _, now = pair
    now.table_sha256 = "b" * 64
    assert cause_of(now) == "The table of answers differs."
    now.software = {"sweetspot": "2"}
    assert cause_of(now) == "The software is another release."
