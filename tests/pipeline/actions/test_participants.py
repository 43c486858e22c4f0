"""Decisions about people: only by rules that were frozen, with a reason, and never in silence."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pipeline.actions.participants import ParticipantError, erase, rule, rulings_for
from pipeline.analysis.analysis_request import request_analysis
from pipeline.audit import entries_of
from pipeline.exports.files import FILES
from pipeline.models import Analysis
from pipeline.sittings.sitting import End, sittings_of
from study import sessions
from study.models import ExternalIdentity, Participant, RulingChange, StudyVersion, Trial
from study.models.people import Mode, Ruling
from study.questions.questionnaire import Questionnaire
from study.sessions import Identity
from tests.pipeline.answered import answered_version
from tests.pipeline.studies import work_off
from tests.study.factories import NOW, player
from tests.study.playing import play_to_the_questions

pytestmark = pytest.mark.django_db
WHY = "The proxy of the school delayed every answer."


@pytest.fixture
def version() -> StudyVersion:
    return answered_version(people=3, mode=Mode.LIVE)


def decide(participant: Participant, ruling: Ruling, reason: str = WHY) -> RulingChange:
    return rule(participant.version.study.owner, participant, ruling, reason, timezone.now())


def reasons(version: StudyVersion) -> dict[str, set[tuple[str, str]]]:
    """Of each person: whether they are excluded, and the reason, as trials.csv has them."""
    people: dict[str, set[tuple[str, str]]] = {}
    for row in csv.DictReader("".join(FILES["trials.csv"](version, Mode.LIVE)).splitlines()):
        if row["agent_type"] == "human" and row["block_type"] == "test":
            shown = (row["excluded_participant"], row["exclusion_reason"])
            people.setdefault(row["agent_id"], set()).add(shown)
    return people


def analysed(version: StudyVersion) -> Analysis:
    analysis = request_analysis(version.study, Mode.LIVE)
    work_off(version.study)
    analysis.refresh_from_db()
    return analysis


@pytest.mark.thorough
def test_a_person_is_left_out_by_a_frozen_rule_and_the_table_tells_who_decided(version: StudyVersion) -> None:
    person = version.participants.first()
    decide(person, Ruling.NOT_SERIOUS)
    assert reasons(version)[person.public_id] == {("1", "not_serious_by_hand")}
    decide(Participant.objects.get(pk=person.pk), Ruling.BY_RULES, "The person wrote that it was a mistake.")
    assert reasons(version)[person.public_id] == {("0", "")}
    assert [change.after for change in person.ruling_changes.all()] == ["not_serious", ""]


@pytest.mark.thorough
def test_who_a_rule_leaves_out_is_counted_by_hand_and_stays_told_apart(version: StudyVersion) -> None:
    session = player(version)
    play_to_the_questions(session)
    sessions.complete(session.token, Questionnaire(problems="no", seriously="no"), NOW)
    assert reasons(version)[session.participant.public_id] == {("1", "not_serious")}
    assert rulings_for(session.participant) == [Ruling.COUNTED]
    decide(session.participant, Ruling.COUNTED)
    assert reasons(version)[session.participant.public_id] == {("0", "not_serious_but_counted_by_hand")}


def refused(version: StudyVersion) -> dict[str, Callable[[], object]]:
    done, unfinished = version.participants.first(), player(version).participant
    return {
        "no rule": lambda: decide(done, Ruling.INSTRUCTED),  # the design asks no instructed question
        "nobody leaves them out": lambda: decide(done, Ruling.COUNTED),
        "short": lambda: decide(done, Ruling.CATCH, "because"),
        "unfinished": lambda: decide(unfinished, Ruling.CATCH),
    }


@pytest.mark.parametrize("case", ["no rule", "nobody leaves them out", "short", "unfinished"])
def test_what_no_frozen_rule_allows_is_refused_and_changes_nothing(version: StudyVersion, case: str) -> None:
    act = refused(version)[case]
    with pytest.raises(ParticipantError):
        act()
    assert not RulingChange.objects.exists()
    assert not entries_of(version.study).exists()


@pytest.mark.thorough
def test_a_verdict_that_is_stored_never_changes_and_the_next_says_why_it_differs(
    version: StudyVersion,
) -> None:
    first = analysed(version)
    stored = (first.result, first.figures, first.table_sha256, first.text)
    assert first.cause == "First analysis of this version."
    assert analysed(version).cause == "Nothing has changed since the analysis before."
    decide(version.participants.first(), Ruling.CATCH)
    second = analysed(version)
    first.refresh_from_db()
    assert (first.result, first.figures, first.table_sha256, first.text) == stored
    assert second.table_sha256 != first.table_sha256
    assert "1 decision by hand about who counts since then." in second.cause
    assert WHY.rstrip(".") in second.cause
    erase(version.study.owner, version.participants.last(), timezone.now())
    assert "1 withdrew or were erased since then." in analysed(version).cause


def test_erasing_leaves_a_tombstone_without_anything_about_the_person(version: StudyVersion) -> None:
    session = player(version, identity=Identity("prolific", "p-17"))
    person = session.participant
    erase(version.study.owner, person, NOW + timedelta(hours=1))
    assert not Trial.objects.filter(session=session).exists()
    assert not ExternalIdentity.objects.filter(participant=person).exists()
    (grave,) = [each for each in sittings_of(version, Mode.LIVE, NOW) if each.participant == person]
    assert (grave.end, grave.session.browser) == (End.DELETED, "")
    assert person.public_id not in "".join(FILES["sessions.csv"](version, Mode.LIVE))
    with pytest.raises(ParticipantError, match="Nothing about this person"):
        erase(version.study.owner, Participant.objects.get(pk=person.pk), NOW)
    logged = [entry.change_message for entry in entries_of(version.study)]
    assert logged == [f"erased participant {person.public_id[:8]} for data protection"]


def test_the_page_of_a_person_decides_and_erases_only_what_was_meant(
    version: StudyVersion, admin_client: Client
) -> None:
    person = version.participants.first()
    address = reverse("pipeline:person", args=[version.study.code, person.public_id])
    assert "Count this person?" in admin_client.get(address).content.decode()
    admin_client.post(f"{address}decide/", {"ruling": "catch", "reason": WHY})
    assert WHY in admin_client.get(address).content.decode()
    slip = admin_client.post(f"{address}erase/", {"typed": "somebody"}, follow=True).content.decode()
    assert "Nothing is erased" in slip
    admin_client.post(f"{address}erase/", {"typed": person.public_id[:8]})
    person.refresh_from_db()
    assert person.withdrawn_at is not None
    after = admin_client.get(address).content.decode()
    assert WHY not in after
    assert "deleted for data protection" in after


def test_the_list_of_whom_to_pay_is_for_owners_and_is_logged(
    version: StudyVersion, admin_client: Client
) -> None:
    study = version.study
    lines = b"".join(
        admin_client.get(reverse("pipeline:payments", args=[study.code]), {"each": "1"})
    ).decode()
    rows = list(csv.DictReader(lines.splitlines()))
    assert next(iter(rows[0])) == "person"
    assert [row["bonus"] for row in rows] == ["1.00"] * 3
    assert [entry.change_message for entry in entries_of(study)] == ["exported payments.csv (live)"]
