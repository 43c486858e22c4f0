"""What a script is refused is said with the reason, and what it did not ask for is as it was."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.contrib.auth import get_user_model

from study.models import Study
from tests.pipeline.api.scripts import Script, researcher
from tests.pipeline.studies import make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def script() -> Script:
    return Script(researcher())


@pytest.fixture
def study(script: Script) -> Study:
    made = script.post("studies/", {"name": "By a script", "preset": "quick"})
    return Study.objects.get(code=made["code"])


def refused(script: Script, method: str, path: str, body: object = None) -> str:
    answer = script.send(method, path, body)
    assert HTTPStatus.BAD_REQUEST <= answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, answer.content
    return answer.content.decode()


def test_an_account_that_may_not_make_studies_neither_creates_nor_takes_one_in() -> None:
    make_study()
    guest = Script(get_user_model().objects.create_user("guest", is_staff=True))
    for path, body in (("studies/", {"name": "Mine", "preset": "quick"}), ("bundles/", b"PK")):
        assert "may not make studies" in refused(guest, "POST", path, body)
    assert Study.objects.count() == 1


def test_a_study_is_made_like_another_one_or_from_a_preset_that_there_is(
    script: Script, study: Study
) -> None:
    made = script.post("studies/", {"name": "Again", "like": study.code})
    assert Study.objects.get(code=made["code"]).trials_per_person == study.trials_per_person
    assert "preset" in refused(script, "POST", "studies/", {"name": "Third", "preset": "no such"})


def test_what_is_not_there_is_not_pressed_looked_at_or_thrown_away(script: Script, study: Study) -> None:
    here = f"studies/{study.code}/"
    assert "There is no action 'fly'; there are: " in refused(script, "POST", f"{here}actions/fly/")
    assert "No upload waits for a look" in refused(script, "GET", f"{here}photos/preview/")
    assert "seeds: " in refused(script, "POST", f"{here}power/", {"seeds": 0})
    assert not study.jobs.exists()
    thrown = script.send("DELETE", f"{here}photos/").json()
    assert thrown["message"] == "There was no upload to throw away."


def test_buttons_say_what_a_script_has_them_say(script: Script, study: Study) -> None:
    here = f"studies/{study.code}/"
    study.categories.create(name="dunk", position=0)
    script.send("PATCH", f"{here}labels/", {"dunk": {"en": "Dunking"}})
    assert script.get(f"{here}labels/") == {"dunk": {"en": "Dunking"}}
