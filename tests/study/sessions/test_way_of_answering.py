"""How classes are answered is decided by the device check, stored, and said before the photos."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from msgspec.structs import replace

from study import sessions
from study.models import Session
from tests.study.factories import DEVICE, frozen_version, newcomer, open_study_version
from tests.study.playing import deliver, open_block, right_answer, trials_of

pytestmark = pytest.mark.django_db
CROWDED = replace(DEVICE, answers_fit=False)
TOO_SMALL = replace(CROWDED, search_fits=False)


def checked(device: sessions.Device, **design: object) -> Session:
    session = newcomer(open_study_version(**design))
    return sessions.device_checked(session.token, device)


@pytest.mark.parametrize(
    ("rule", "device", "way", "status"),
    [
        ("crowded", DEVICE, "buttons", "consented"),
        ("crowded", CROWDED, "search", "consented"),
        ("crowded", TOO_SMALL, "search", "screened_out"),
        ("never", CROWDED, "buttons", "screened_out"),
        ("always", DEVICE, "search", "consented"),
        ("always", CROWDED, "search", "consented"),
    ],
)
def test_buttons_where_they_fit_and_search_where_the_design_allows_it(
    rule: str, device: sessions.Device, way: str, status: str
) -> None:
    session = checked(device, search_answers=rule)
    assert (session.answers_by, session.status) == (way, status)


def test_other_tasks_and_pages_that_may_scroll_need_no_search() -> None:
    assert checked(CROWDED, task="naming").answers_by == ""
    assert checked(DEVICE, task="yes_no", search_answers="always").answers_by == ""
    assert checked(CROWDED, least_photo_px=0).answers_by == "buttons"


def test_a_version_frozen_before_turns_away_as_it_did() -> None:
    version = frozen_version()
    del version.config["design"]["search_answers"]
    version.config_hash = "of then"
    version.save()
    assert type(version).of_any_stage.get(pk=version.pk).design.search_answers == "never"


def test_instructions_and_player_tell_of_letters_and_show_no_keys(client: Client) -> None:
    session = checked(CROWDED)
    page = reverse("study:session", args=[session.token])
    instructions = client.get(page).content.decode()
    assert "Type the first letters of the answer" in instructions
    assert "<kbd>" not in instructions
    sessions.instructions_read(session.token, understood=True)
    player = client.get(page).content.decode()
    assert 'id="searched"' in player
    assert "&quot;searched&quot;:true" in player
    assert "&quot;answerKeys&quot;:[]" in player


def test_when_the_first_letter_was_typed_is_stored() -> None:
    session = checked(CROWDED)
    sessions.instructions_read(session.token, understood=True)
    trials = trials_of(open_block(session))
    deliver(session, *(right_answer(trial, first_key_ms=321.0) for trial in trials))
    assert set(session.trials.answered().values_list("first_key_ms", flat=True)) == {321.0}
