"""The API: from photos to files by requests."""

from __future__ import annotations

import csv
from http import HTTPStatus
from pathlib import Path

import pytest
from pytest_django import Settings

from pipeline.actions.study_actions import ACTIONS
from pipeline.api.description import ENDPOINTS
from pipeline.audit import entries_of
from pipeline.models import Job
from study.models import Stimulus, Study
from study.models.people import Mode
from tests.pipeline.answered import answered_version
from tests.pipeline.api.scripts import Script, researcher, staff, zipped
from tests.pipeline.studies import draw_photos, make_study, work_off
from tests.study.factories import draft_study

pytestmark = pytest.mark.django_db


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


@pytest.mark.thorough
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


def test_a_script_decides_about_people_and_erases_them_for_good() -> None:
    version = answered_version(people=2)
    script, here = Script(staff(version.study)), f"studies/{version.study.code}/people/"
    first, second = version.participants.order_by("pk")
    refused = script.send("POST", f"{here}{first.public_id}/", {"ruling": "perhaps", "reason": "why not"})
    assert refused.json()["error"].startswith("A ruling is one of:")
    script.post(f"{here}{first.public_id}/", {"ruling": "not_serious", "reason": "a friend answered"})
    first.refresh_from_db()
    assert first.ruling == "not_serious"
    sittings = {row["participant"]: row for row in script.get(f"{here}?mode=simulated")["sittings"]}
    assert [sittings[person.public_id]["counted"] for person in (first, second)] == [False, True]
    assert script.send("DELETE", f"{here}{second.public_id}/").status_code == HTTPStatus.OK
    second.refresh_from_db()
    assert second.withdrawn_at is not None
    assert script.send("DELETE", f"{here}nobody/").status_code == HTTPStatus.NOT_FOUND


def test_a_script_shares_a_study_and_hands_it_over() -> None:
    study = draft_study()
    script, here = Script(staff(study)), f"studies/{study.code}/members/"
    grace = researcher("grace")
    refused = script.send("POST", here, {"name": "grace", "role": "king"})
    assert refused.json()["error"] == "A role is reader or collaborator."
    assert script.post(here, {"name": "grace", "role": "reader"})["message"].startswith("grace is a reader")
    assert script.send("DELETE", f"{here}grace/").status_code == HTTPStatus.OK
    assert not Study.objects.of(grace).exists()
    script.post(here, {"name": "grace", "role": "collaborator"})
    script.post(f"{here}grace/owner/")
    study.refresh_from_db()
    assert study.owner == grace
