"""Each platform by its contract: what its link carries, what is stored, and what leads back."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote

import pytest
from django.utils import timezone

from study import sessions
from study.models import ExternalIdentity, Participant, Session
from tests.study.factories import DEVICE, newcomer, open_study_version, recruit
from tests.study.platforms.arriving import Page, Sent
from tests.study.playing import play_ready, play_to_the_end

pytestmark = pytest.mark.django_db
COMPLETE = "https://app.prolific.com/submissions/complete?cc="
CREDIT = (
    "https://lab.sona-systems.com/webstudy_credit.aspx?experiment_id=9&credit_token=t&survey_code={person}"
)
CONNECT = "https://connect.cloudresearch.com/participant/project/P/complete"
PANEL_OUTCOMES = ("completed", "screened_out", "full")
PANEL = "https://panel.example/back?status={status}&rid={{person}}"


@dataclass(frozen=True)
class Row:
    """A platform's row in the table of docs/platforms: what it sends, and what must come of it."""

    settings: dict[str, object]
    query: dict[str, str]
    stored: tuple[str, str, str, str]
    again: dict[str, str] = field(default_factory=dict)
    back: dict[str, str] = field(default_factory=dict)
    """Where each outcome leads: a link, or a code alone."""


ROWS = {
    "prolific": Row(
        settings={f"code_{name}": code for name, code in [("completed", "CC1"), ("screened_out", "CC2")]}
        | {"code_declined": "CC3", "code_full": "CC4", "code_stopped": "CC5"},
        query={"PROLIFIC_PID": "5f01", "STUDY_ID": "s1", "SESSION_ID": "v1"},
        stored=("prolific", "5f01", "s1", "v1"),
        again={"SESSION_ID": "v2"},
        back={"completed": f"{COMPLETE}CC1", "screened_out": f"{COMPLETE}CC2", "declined": f"{COMPLETE}CC3"}
        | {"full": f"{COMPLETE}CC4", "stopped": f"{COMPLETE}CC5"},
    ),
    "mturk": Row(
        settings={"code_completed": "DONE", "code_screened_out": "OUT"},
        query={"workerId": "A1", "assignmentId": "as1", "hitId": "h1"},
        stored=("mturk", "A1", "h1", "as1"),
        again={"assignmentId": "as2"},
        back={"completed": "DONE", "screened_out": "OUT", "declined": "", "full": "", "stopped": ""},
    ),
    "connect": Row(
        settings={"link_completed": CONNECT, "link_screened_out": f"{CONNECT}?partial=1"},
        query={"participantId": "c1", "assignmentId": "as1", "projectId": "p1"},
        stored=("connect", "c1", "p1", "as1"),
        again={"assignmentId": "as2"},
        back={"completed": CONNECT, "screened_out": f"{CONNECT}?partial=1", "declined": ""},
    ),
    "sona": Row(
        settings={"link_completed": CREDIT},
        query={"id": "31415"},
        stored=("sona", "31415", "", ""),
        back={"completed": CREDIT.replace("{person}", "31415"), "screened_out": "", "declined": ""},
    ),
    "panel": Row(
        settings={"person_parameter": "rid", "session_parameter": "visit", "study_parameter": "project"}
        | {f"link_{name}": PANEL.format(status=name) for name in PANEL_OUTCOMES},
        query={"rid": "b7", "project": "pr", "visit": "v1"},
        stored=("panel", "b7", "pr", "v1"),
        again={"visit": "v2"},
        back={
            name: f"https://panel.example/back?status={name}&rid=b7" for name in ("completed", "screened_out")
        }
        | {"declined": ""},
    ),
    "lab": Row(
        settings={"code_completed": "DESK"},
        query={"participant": "017"},
        stored=("lab", "017", "", ""),
        back={"completed": "DESK", "screened_out": "", "declined": ""},
    ),
}
each = pytest.mark.parametrize("platform", ROWS)


def sent_by(platform: str, design: dict[str, object] | None = None, **changes: str) -> Sent:
    version = open_study_version(**(design or {}))
    recruit(version, platform=platform, **ROWS[platform].settings)
    return Sent(version, **ROWS[platform].query | changes)


def ends(platform: str, outcome: str) -> Page:
    """Somebody of this platform, to the page on which an outcome leaves them."""
    now = timezone.now()
    sent = sent_by(platform, {"target_completes": 1} if outcome == "full" else None)
    if outcome == "full":
        newcomer(sent.version, now)
        return sent.agree()
    if outcome == "declined":
        return sent.decline()
    session = sent.begin()
    if outcome == "completed":
        play_to_the_end(play_ready(session), now)
    elif outcome == "screened_out":
        sessions.device_checked(session.token, replace_storage())
    else:
        sessions.withdraw(session.token, now)
    return sent.look(session)


def replace_storage() -> sessions.Device:
    from msgspec.structs import replace as changed

    return changed(DEVICE, storage_works=False)


@pytest.mark.thorough
@each
def test_the_ids_of_the_link_are_stored_whatever_case_they_are_written_in(platform: str) -> None:
    row = ROWS[platform]
    for query in (row.query, {name.upper(): value for name, value in row.query.items()}):
        sent = replace_query(sent_by(platform), query)
        session = sent.begin()
        known = session.participant.identity
        assert (known.platform, known.person, known.study_reference, known.session_reference) == row.stored


def replace_query(sent: Sent, query: dict[str, str]) -> Sent:
    sent.query = query
    return sent


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("platform", "outcome"), [(platform, outcome) for platform in ROWS for outcome in ROWS[platform].back]
)
def test_each_outcome_leads_back_as_the_platform_wants_it(platform: str, outcome: str) -> None:
    page, expected = ends(platform, outcome), ROWS[platform].back[outcome]
    if expected.startswith("https://"):
        assert expected.replace("&", "&amp;") in page.text or expected in page.links
    elif expected:
        assert page.code == expected
    else:
        assert page.code == ""
        assert "return" in page.text


@each
def test_without_an_id_nobody_takes_part(platform: str) -> None:
    """People are told where to begin, or, where ids are typed, asked for theirs."""
    sent = replace_query(sent_by(platform), {})
    page = sent.land()
    if platform in ("lab", "mturk"):
        assert 'required autocomplete="off"' in page.text
    else:
        assert page.status == HTTPStatus.FORBIDDEN
        assert "does not say who you are" in page.text
    sent.agree()
    assert not Participant.objects.exists()


@pytest.mark.sampled
@each
def test_the_id_can_be_left_out_where_the_researcher_says_so(platform: str) -> None:
    sent = replace_query(sent_by(platform), {})
    sent.version.study.recruitments.update(require_id=False)
    sent.begin()
    assert not ExternalIdentity.objects.exists()


@pytest.mark.thorough
@each
@pytest.mark.parametrize("end", ["finished", "withdrew"])
def test_who_comes_back_after_the_end_is_told_so_and_not_counted_twice(platform: str, end: str) -> None:
    sent, now = sent_by(platform), timezone.now()
    session = play_to_the_end(play_ready(sent.begin()), now)
    if end == "withdrew":
        sessions.withdraw(session.token, now)
    again = Sent(sent.version, **sent.query | ROWS[platform].again)
    page = again.land()
    assert page.status == HTTPStatus.CONFLICT
    assert f"You {end if end == 'withdrew' else 'have finished'}" in page.text
    assert page.code == ""
    again.agree()
    assert Participant.objects.count() == 1


@pytest.mark.thorough
@pytest.mark.parametrize("platform", [name for name in ROWS if ROWS[name].again])
def test_the_same_visit_finds_its_last_page_again_and_a_new_one_does_not_even_in_its_browser(
    platform: str,
) -> None:
    sent = sent_by(platform)
    session = play_to_the_end(play_ready(sent.begin()), timezone.now())
    other_browser = Sent(sent.version, **sent.query)
    assert session.token in other_browser.client.get(f"/s/{sent.version.study.code}/", sent.query).url
    sent.query = sent.query | ROWS[platform].again
    assert sent.land().status == HTTPStatus.CONFLICT


@pytest.mark.thorough
def test_who_was_screened_out_and_comes_back_is_told_so() -> None:
    sent = sent_by("prolific")
    sessions.device_checked(sent.begin().token, replace_storage())
    again = Sent(sent.version, **sent.query | {"SESSION_ID": "v2"}).land()
    assert "it ended early" in again.text
    assert Session.objects.count() == 1


@pytest.mark.thorough
def test_a_plain_link_stores_nobodys_id_and_gives_everybody_a_code_of_their_own() -> None:
    version = open_study_version()
    recruit(version, platform="plain")
    sent = Sent(version, PROLIFIC_PID="p1")
    session = play_to_the_end(play_ready(sent.begin()), timezone.now())
    assert not ExternalIdentity.objects.exists()
    assert sent.look(session).code == session.completion_code


@pytest.mark.thorough
def test_one_code_for_all_is_the_only_one_on_the_last_page() -> None:
    page = ends("prolific", "completed")
    assert page.code == "CC1"
    assert Session.objects.get().completion_code not in page.text


@pytest.mark.thorough
def test_a_mistyped_code_can_be_put_right_while_people_take_part() -> None:
    sent = sent_by("prolific")
    session = play_to_the_end(play_ready(sent.begin()), timezone.now())
    sent.version.study.recruitments.update(code_completed="RIGHT")
    assert sent.look(session).links.count(f"{COMPLETE}RIGHT") == 1


@pytest.mark.thorough
def test_a_pilot_has_settings_of_its_own() -> None:
    from tests.study.factories import open_pilot_of

    pilot = open_pilot_of()
    recruit(pilot.version, platform="prolific", code_completed="PILOT")
    page = Sent(pilot.version, PROLIFIC_PID="p1")
    session = newcomer(pilot.version, timezone.now(), identity=sessions.Identity("prolific", "p1", "s", "v"))
    play_to_the_end(play_ready(session), timezone.now())
    assert page.look(session).code == "PILOT"


@pytest.mark.thorough
@pytest.mark.parametrize("person", ["abc+/9==", "17:a|b", "x~1"])
def test_ids_of_panels_keep_their_signs_on_the_way_there_and_back(person: str) -> None:
    sent = sent_by("panel", rid=person)
    session = play_to_the_end(play_ready(sent.begin()), timezone.now())
    assert session.participant.identity.person == person
    assert f"rid={quote(person, safe='')}" in "".join(sent.look(session).links)
