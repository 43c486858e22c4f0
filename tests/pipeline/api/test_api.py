"""The API: from photos to files by requests, tokens that open no more than they should, the description."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from pipeline.actions.membership import invite
from pipeline.actions.study_actions import ACTIONS
from pipeline.actions.token_keys import TokenError, issue, revoke
from pipeline.api.description import ENDPOINTS, description
from pipeline.audit import entries_of
from pipeline.models import ApiToken, Job
from study.models import Role, Stimulus, Study
from study.models.people import Mode
from tests.pipeline.answered import answered_version
from tests.pipeline.studies import draw_photos, make_study, work_off
from tests.study.factories import draft_study

pytestmark = pytest.mark.django_db
Scope = ApiToken.Scope


class Script:
    """A script with a token."""

    def __init__(self, user: Any, scope: Scope = Scope.WORK) -> None:
        self.user = user
        self.token, self.secret = issue(user, "notebook", scope, 30, timezone.now())
        self.client = Client(enforce_csrf_checks=True)

    def send(self, method: str, path: str, body: object = None, **options: Any) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body or {})
        return self.client.generic(
            method,
            f"/api/v1/{path}",
            data,
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.secret}"},
            **options,
        )

    def get(self, path: str) -> Any:
        answer = self.send("GET", path)
        assert answer.status_code == HTTPStatus.OK, answer.content
        return answer.json()

    def post(self, path: str, body: object = None) -> Any:
        answer = self.send("POST", path, body)
        assert answer.status_code == HTTPStatus.OK, answer.content
        return answer.json()


def researcher(name: str = "ada") -> Any:
    user = get_user_model().objects.create_user(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["add_study", "change_study"]))
    return user


def zipped(folder: Path) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for photo in sorted(folder.rglob("*.png")):
            file.write(photo, photo.relative_to(folder))
    return archive.getvalue()


def test_a_script_goes_from_nothing_to_an_imported_study_and_a_running_loop(tmp_path: Path) -> None:
    script = Script(researcher())
    made = script.post("studies/", {"name": "By a script", "preset": "quick"})
    study, here = Study.objects.get(code=made["code"]), f"studies/{made['code']}/"
    assert (study.owner, made["role"], study.seeds) == (script.user, "owner", 2)
    script.post(f"{here}photos/", zipped(draw_photos(tmp_path / "photos")))
    work_off(study)
    seen = script.get(f"{here}photos/preview/")
    assert seen["counts"] == {"bar": 24, "disc": 24}
    classes = [kind | {"name": f"the {kind['name']}"} for kind in seen["choices"]["classes"]]
    script.post(f"{here}photos/import/", {"choices": seen["choices"] | {"classes": classes}})
    work_off(study)
    assert set(study.categories.values_list("name", flat=True)) == {"the bar", "the disc"}
    assert script.get(here)["next"] == "start-loop"
    assert "The loop runs" in script.post(f"{here}actions/start-loop/")["message"]
    state = script.get(here)
    assert (state["loop"], state["busy"], state["failures"]) == ("running", True, [])
    job = script.get(f"{here}jobs/")[0]
    assert "being stopped" in script.post(f"{here}jobs/{job['id']}/stop/")["message"]
    logged = [entry.change_message for entry in entries_of(study).reverse()]
    assert logged[:4] == [
        "created from the preset quick", "uploaded photos", "imported photos", "start-loop",
    ]  # fmt: skip


def test_a_script_closes_analyses_and_takes_the_files_of_an_answered_study() -> None:
    version = answered_version(people=2, mode=Mode.SIMULATED)
    version.study.owner.is_staff = True
    version.study.owner.save()
    script, here = Script(version.study.owner), f"studies/{version.study.code}/"
    script.post(f"{here}actions/close/")
    script.post(f"{here}actions/analyse-simulated/")
    work_off(version.study)
    (listed,) = script.get(f"{here}analyses/")
    assert listed["verdict"] == version.analyses.get().result
    assert script.get(f"{here}analyses/{listed['id']}/") == listed
    people = script.get(f"{here}people/?mode=simulated")
    assert (people["started"], people["counted"], len(people["sittings"])) == (2, 2, 2)
    table = b"".join(script.send("GET", f"{here}files/simulated/trials.csv")).decode()
    assert {row["study_id"] for row in csv.DictReader(table.splitlines())} == {version.study.code}


def test_robots_are_asked_for_with_the_address_of_the_site() -> None:
    version = answered_version(people=1)
    version.study.owner.is_staff = True
    version.study.owner.save()
    script, here = Script(version.study.owner), f"studies/{version.study.code}/"
    job = script.post(f"{here}simulate/", {"people": 7, "seed": 3})
    stored = Job.objects.get(pk=job["id"])
    assert stored.params == {"people": 7, "seed": 3, "site": "http://testserver/", "first": 1}
    refused = script.send("POST", f"{here}simulate/", {"people": 0})
    assert refused.json()["error"] == "Ask for 1 to 1000 robots."


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_every_address_takes_a_token_a_scope_and_a_part_in_the_study(endpoint: Any) -> None:
    study = make_study()
    path = address(endpoint.path, study)
    assert Client().generic(endpoint.method, f"/api/v1/{path}").status_code == HTTPStatus.UNAUTHORIZED
    reading, stranger = Script(researcher("eve"), Scope.READ), Script(researcher("mallory"))
    answers = {
        "reading": reading.send(endpoint.method, path).status_code,
        "stranger": stranger.send(endpoint.method, path).status_code,
    }
    if endpoint.method != "GET":
        assert answers["reading"] == HTTPStatus.FORBIDDEN
    if "<slug:code>" in endpoint.path:
        assert answers["stranger"] == HTTPStatus.NOT_FOUND
        assert not entries_of(study).exists()


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_a_reader_of_a_study_changes_nothing_with_a_token_that_may_work(endpoint: Any) -> None:
    study = make_study()
    script = Script(researcher("eve"))
    invite(study.owner, study, "eve", Role.READER)
    before = entries_of(study).count()
    answer = script.send(endpoint.method, address(endpoint.path, study))
    if endpoint.method != "GET" and "<slug:code>" in endpoint.path:
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert entries_of(study).count() == before


def address(path: str, study: Study) -> str:
    values = {"code": study.code, "action": "close", "job": "1", "mode": "live", "name": "trials.csv"}
    values |= {"participant": "nobody", "analysis": "1", "encoding": "utf-8", "pack": "none"}
    values |= {"machine": "none", "crop": "1", "level": "1"}
    return re.sub(r"<\w+:(\w+)>", lambda part: values[part[1]], path)


def test_a_script_changes_the_design_by_the_rules_of_its_form() -> None:
    script, study = Script(researcher()), make_study()
    here = f"studies/{study.code}/design/"
    assert script.get(here)["design"]["deadline_ms"] == study.deadline_ms
    changes = {"deadline_ms": 4000, "architectures": ["resnet18"], "ask_confidence": True, "stimulus_ms": 200}
    assert script.send("PATCH", here, changes).status_code == HTTPStatus.OK
    study.refresh_from_db()
    assert {name: getattr(study, name) for name in changes} == changes
    assert study.seeds == 2
    for wrong, why in (
        ({"floor": 2.0}, "floor"),
        ({"ceiling": 0.9, "floor": 0.8}, "ceiling"),
        ({"owner": 1}, "not by this name"),
        ({"deadline_ms": 5000, "architectures": []}, "architectures"),
    ):
        refused = script.send("PATCH", here, wrong)
        assert (refused.status_code, why in refused.json()["error"]) == (HTTPStatus.CONFLICT, True)
    study.refresh_from_db()
    assert study.deadline_ms == 4000
    (entry,) = entries_of(study)
    assert entry.change_message.startswith("changed the design: ")


def test_a_design_that_people_take_part_in_is_fixed_for_scripts_too() -> None:
    study = answered_version(people=1, mode=Mode.LIVE).study
    study.owner.is_staff = True
    study.owner.save()
    script = Script(study.owner)
    refused = script.send("PATCH", f"studies/{study.code}/design/", {"deadline_ms": 1})
    assert "nothing, as people take part" in refused.json()["error"]


def test_a_token_is_stored_as_a_hash_expires_and_can_be_revoked() -> None:
    user = researcher()
    script = Script(user, Scope.READ)
    stored = json.dumps(list(ApiToken.objects.values()), default=str)
    assert script.secret not in stored
    script.get("studies/")
    script.token.refresh_from_db()
    assert script.token.used_at is not None
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert script.send("GET", "studies/").status_code == HTTPStatus.UNAUTHORIZED
    again = Script(user, Scope.READ)
    revoke(user, again.token.pk, timezone.now())
    assert again.send("GET", "studies/").status_code == HTTPStatus.UNAUTHORIZED
    last = Script(user, Scope.READ)
    user.is_active = False
    user.save()
    assert last.send("GET", "studies/").status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("days", [0, 367])
def test_no_token_is_valid_for_ever(days: int) -> None:
    with pytest.raises(TokenError, match="1 to 366 days"):
        issue(researcher(), "notebook", Scope.READ, days, timezone.now())


def test_what_is_sent_wrongly_is_refused_with_a_sentence() -> None:
    script = Script(researcher())
    wrong = script.send("POST", "studies/", {"name": "a", "presets": "quick"})
    assert (wrong.status_code, "presets" in wrong.json()["error"]) == (422, True)
    assert script.send("POST", "studies/", b"{").status_code == HTTPStatus.BAD_REQUEST
    unknown = script.send("POST", "studies/", {"name": "a", "preset": "huge"})
    assert (unknown.status_code, "quick" in unknown.json()["error"]) == (409, True)
    other = script.send("PUT", "studies/")
    assert (other.status_code, other["Allow"]) == (405, "GET, POST")
    refused = script.send("POST", f"studies/{make_study().code}/actions/freeze/")  # make_study's owner is ada
    assert refused.status_code == HTTPStatus.CONFLICT
    assert refused.json()["error"]


def test_an_account_that_may_make_no_studies_makes_none_by_a_token() -> None:
    user = get_user_model().objects.create_user("guest", is_staff=True)
    user.groups.set(Group.objects.filter(name="Readers"))
    refused = Script(user).send("POST", "studies/", {"name": "a"})
    assert (refused.status_code, Study.objects.count()) == (409, 0)


def test_the_description_names_every_endpoint_and_type_and_is_served_without_a_token(client: Client) -> None:
    served = client.get("/api/v1/openapi.json").json()
    assert served["openapi"] == "3.1.0"
    operations = {
        operation["operationId"]: operation
        for path in served["paths"].values()
        for operation in path.values()
    }
    assert set(operations) == {endpoint.name for endpoint in ENDPOINTS}
    assert all(operation["summary"].endswith(".") for operation in operations.values())
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(served)))
    assert references <= set(served["components"]["schemas"])
    sent = operations["create_study"]["requestBody"]["content"]["application/json"]["schema"]
    assert sent == {"$ref": "#/components/schemas/NewStudy"}
    in_path = {part["name"] for part in operations["retry_job"]["parameters"]}
    assert in_path == {"code", "job"}
    assert set(served["components"]["schemas"]["NewStudy"]["required"]) == {"name"}
    assert description("https://a.example/api/v1/")["servers"] == [{"url": "https://a.example/api/v1"}]


def test_the_api_presses_every_button_of_the_desk() -> None:
    act = next(endpoint for endpoint in ENDPOINTS if endpoint.name == "act")
    script, study = Script(researcher()), make_study()
    for name in ACTIONS:
        path = act.path.replace("<slug:code>", study.code).replace("<slug:action>", name)
        assert script.send("POST", path).status_code in (HTTPStatus.OK, HTTPStatus.CONFLICT), name
    unknown = script.send("POST", f"studies/{study.code}/actions/destroy/").json()["error"]
    assert all(name in unknown for name in ACTIONS)


def test_a_script_reviews_crops_and_takes_a_decision_back() -> None:
    study = draft_study()
    Stimulus.objects.filter(level__study=study).update(review="pending")
    script, here = Script(staff(study)), f"studies/{study.code}/"
    listed = script.get(f"{here}levels/1/crops/")
    first = listed[0]["id"]
    assert script.post(f"{here}crops/{first}/", {"decision": "discarded"})["message"] == "Stored."
    refused = script.send("POST", f"{here}crops/{first}/", {"decision": "perhaps"})
    assert "one of: approved, discarded" in refused.json()["error"]
    assert "Undone" in script.post(f"{here}crops/undo/")["message"]
    assert script.post(f"{here}levels/1/crops/approve/")["message"] == f"{len(listed)} crops approved."
    nobody = script.send("POST", f"{here}crops/{first}/subject/", {"person": 3})
    assert nobody.status_code == HTTPStatus.CONFLICT
    assert "there is no number 3" in nobody.json()["error"]


def test_a_script_plans_levels_labels_people_and_notices(settings: Settings) -> None:
    settings.SENDS_MAIL = True
    study = make_study()
    study.categories.create(name="dunk", position=0)
    study.categories.create(name="shoot", position=1)
    script, here = Script(staff(study)), f"studies/{study.code}/"
    assert "3 levels" in script.send("PUT", f"{here}levels/", {"amounts": [1, 0.5, 0.2]}).json()["message"]
    assert script.get(f"{here}levels/")[2] == {"number": 2, "keeps": "side 0.2"}
    refused = script.send("PUT", f"{here}levels/", {"amounts": [0.5, 1]})
    assert "start with 1" in refused.json()["error"]
    assert len(script.get(f"{here}levels/")) == 3
    script.send("PATCH", f"{here}labels/", {"dunk": {"de": "Dunking"}})
    assert script.get(f"{here}labels/") == {"dunk": {"de": "Dunking"}, "shoot": {}}
    job = script.post(f"{here}power/", {"seeds": 3})
    assert "not done yet" in script.send("GET", f"{here}power/{job['id']}/").json()["error"]
    wished = {"mail_to": "ada@example.org", "job_failed": False}
    assert "Stored" in script.send("PATCH", f"{here}notices/", wished).json()["message"]
    assert script.get(f"{here}notices/")["job_failed"] is False
    assert "being sent" in script.post(f"{here}notices/test/")["message"]
    assert "no colour" in script.send("PATCH", f"{here}notices/", {"colour": 1}).json()["error"]


def test_a_bundle_leaves_and_comes_back_by_requests() -> None:
    study = answered_version(people=1).study
    script, here = Script(staff(study)), f"studies/{study.code}/"
    script.post(f"{here}actions/close/")
    whole = b"".join(script.send("GET", f"{here}bundle.zip"))
    study.jobs.unfinished().update(state=Job.State.CANCELLED)
    twice = script.send("POST", "bundles/", whole)
    assert "here already" in twice.json()["error"]
    wrong = script.send("DELETE", here, {"name": "another"})
    assert "Nothing was deleted" in wrong.json()["error"]
    assert "is deleted" in script.send("DELETE", here, {"name": study.name}).json()["message"]
    back = script.post("bundles/?name=Back", whole)
    assert (back["code"], back["name"], back["status"]) == (study.code, "Back", "closed")
    assert "damaged" in script.send("POST", "bundles/", whole[:-100]).json()["error"]


def staff(study: Study) -> Any:
    """The owner of a study, who may make others too."""
    study.owner.is_staff = True
    study.owner.save()
    study.owner.user_permissions.add(Permission.objects.get(codename="add_study"))
    return study.owner
