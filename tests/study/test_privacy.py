"""What is stored about a participant: answers, and nothing that leads back to a computer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session as Login
from django.test import Client

from study.models import Session, StudyVersion
from tests.study.addresses import address, begin_as

pytestmark = pytest.mark.django_db
ADDRESS = "203.0.113.77"
BROWSER = "Mozilla/5.0 (X11; Marsian 7; rv:987.6) Gecko/20100101 Firefox/987.6"


def stored_values() -> Iterator[tuple[str, str]]:
    """Every value of every row, whatever application keeps it, and where it stands."""
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values():
            yield from ((f"{model.__name__}.{name}", str(value)) for name, value in row.items())


def test_neither_the_address_nor_the_browsers_name_of_a_participant_is_stored_anywhere(
    version: StudyVersion,
) -> None:
    client = Client(REMOTE_ADDR=ADDRESS, headers={"User-Agent": BROWSER, "X-Forwarded-For": ADDRESS})
    begin_as(client, version, PROLIFIC_PID="5f01", STUDY_ID="s1", SESSION_ID="v1")
    session = Session.objects.get()
    device = {"input_device": "touch", "viewport_w": 390, "viewport_h": 780, "dpr": 2, "refresh_hz": 60}
    able = {"photo_loaded": "on", "storage_works": "on", "answers_fit": "on"}
    client.post(address("device", session), device | able)
    client.post(address("instructions", session), {"task": "action", "unsure": "guess"})
    assert b"Practice" in client.get(address("session", session)).content
    values = list(stored_values())
    assert any(value == "5f01" for _, value in values), "what is stored was looked at"
    leaks = [place for place, value in values if any(part in value for part in (ADDRESS, "Marsian", "987.6"))]
    assert leaks == []
    assert not Login.objects.exists(), "a participant has no login"
