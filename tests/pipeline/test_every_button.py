"""Whatever a button of the desk sends has a command and an address of the API, or a reason for none."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from pipeline import urls
from pipeline.actions.study_actions import ACTIONS
from pipeline.api.description import ENDPOINTS
from pipeline.management.commands.study import VERBS

pytestmark = pytest.mark.django_db
IN_THE_ADDRESS = {"code": "x", "name": "freeze", "change": "invite", "public_id": "p", "mode": "live"}
# Each address that takes a form: verbs of `manage.py study`, and operations of the API, that do the same.
WAYS: dict[str, tuple[set[str], set[str]]] = {
    "act": (set(ACTIONS), {"act"}),
    "approve-rest": ({"keep-crops"}, {"approve_crops"}),
    "begin-inquiry": ({"begin-asking"}, set()),  # no script: photos leave for good and money is spent
    "bundle-import": ({"take-bundle"}, {"send_bundle"}),
    "change-members": ({"invite", "remove", "hand-over"}, {"invite", "remove_member", "hand_over"}),
    "cut": ({"cut-crop"}, {"cut_crop"}),
    "decide": ({"keep-crop", "drop-crop"}, {"review_crop"}),
    "decide-person": ({"decide-person"}, {"decide_person"}),
    "delete-study": ({"delete"}, {"delete_study"}),
    "discard-inquiry": ({"drop-asking"}, set()),
    "discard-machine": ({"discard"}, {"discard_predictions"}),
    "erase-person": ({"erase-person"}, {"erase_person"}),
    "freeze-pack": ({"pack"}, {"freeze_pack"}),
    "go-on-inquiry": ({"retry", "go-on-asking"}, {"retry_job"}),
    "import": ({"import", "take-in"}, {"send_photos", "import_photos"}),
    "import-discard": ({"throw-away"}, {"discard_photos"}),
    "import-encoding": ({"encoding"}, {"read_names"}),
    "new-study": ({"create"}, {"create_study"}),
    "notices": ({"notices"}, {"show_notices", "change_notices"}),
    "outside": ({"take"}, {"send_predictions"}),
    "pick": ({"pick-subject"}, {"pick_subject"}),
    "plan-inquiry": ({"plan-asking"}, set()),  # a person looks first
    "power": ({"power"}, {"simulate_power", "show_power"}),
    "power-take": ({"plan-people"}, {"plan_people"}),
    "retry": ({"retry"}, {"retry_job"}),
    "searches": ({"search"}, {"search_level"}),
    "simulate": ({"simulate"}, {"simulate"}),
    "simulate-pilot": ({"simulate-pilot"}, {"simulate_pilot"}),
    "stop-inquiry": ({"stop-job"}, {"stop_job"}),
    "stop-job": ({"stop-job"}, {"stop_job"}),
    "take-machine": ({"take"}, {"take_predictions"}),
    "test-notice": ({"test-notice"}, {"test_notice"}),
    "undo": ({"undo-crop"}, {"undo_crop"}),
}
# Buttons that send no form to the desk's own addresses, but change or take something all the same.
BESIDE = (
    ({"bundle"}, {"take_bundle"}),
    ({"export"}, {"take_file"}),
    ({"pack"}, {"take_pack"}),
    ({"design"}, {"show_design", "change_design"}),
    ({"levels"}, {"show_levels", "set_levels"}),
    ({"labels"}, {"show_labels", "label_classes"}),
    ({"crops"}, {"list_crops"}),
    ({"searches"}, {"list_searches"}),
)
NO_WAY = {
    "account": "a second factor that a script could change would be none; manage.py reset_second_factor",
    "code": "a token needs no code",
    "second-factor": "an app on a telephone is told its key by a person",
    "first-account": "before it there is nobody whose token could be sent; manage.py createsuperuser",
    "space": "the site's own disk is no study's, whose tokens these are; manage.py free_space",
    "tokens": "a token that could make others would outlive its own end; manage.py study token",
    "revoke-token": "a token lists and ends no other; manage.py study revoke",
}


def addresses_that_take_a_form() -> set[str]:
    """Asked by somebody who is not logged in, so that nothing happens: what takes no form says so first."""
    stranger, named = Client(), set()
    for pattern in urls.urlpatterns:
        given = {name: IN_THE_ADDRESS.get(name, 1) for name in pattern.pattern.regex.groupindex}
        if pattern.name in ("report", "figure", "written", "export", "pilot-file", "crop-map"):
            given |= {"kind": "pdf", "name": "subject"}
            given = {name: given[name] for name in pattern.pattern.regex.groupindex}
        answer = stranger.post(reverse(f"pipeline:{pattern.name}", kwargs=given))
        if answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            named.add(str(pattern.name))
    return named


def test_every_address_that_takes_a_form_has_a_command_and_an_address_of_the_api_or_a_reason() -> None:
    asked = addresses_that_take_a_form()
    assert len(asked) > 25
    assert asked - set(WAYS) - set(NO_WAY) == set()
    assert (set(WAYS) | set(NO_WAY)) - asked == set(), "named here, and no such form"


def test_the_commands_and_addresses_that_are_named_exist() -> None:
    operations = {endpoint.name for endpoint in ENDPOINTS}
    for verbs, names in (*WAYS.values(), *BESIDE):
        assert verbs <= set(VERBS), verbs - set(VERBS)
        assert names <= operations, names - operations
    assert {"token", "revoke"} <= set(VERBS)
