"""The preregistration of a frozen version: all that is fixed, and the same bytes for ever."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.test import Client
from django.urls import reverse

from pipeline.analysis.report_facts import preregistration_sha256
from pipeline.exports.files import FILES
from pipeline.exports.registering.preregistration import FILE, preregistration_of
from pipeline.exports.registering.registry_texts import for_aspredicted, for_osf
from study.models import StudyVersion
from study.models.people import Mode
from tests.pipeline.acting import desk, do
from tests.pipeline.answered import add_run
from tests.remembered import remembered
from tests.study.factories import draft_study, frozen_version, player

pytestmark = pytest.mark.django_db


@pytest.fixture
@remembered
def version() -> StudyVersion:
    design = {"floor": 0.9, "ceiling": 0.6, "target_completes": 40, "stimulus_ms": 200, "mask_ms": 150}
    return frozen_version(draft_study(**design))


def test_it_states_hypotheses_rules_numbers_and_stopping(version: StudyVersion) -> None:
    file = preregistration_of(version)
    (sweet, assay) = file.hypotheses
    assert "accuracy above 0.9" in sweet
    assert "below 0.6" in sweet
    assert "uncropped photos exceeds 0.8" in assay
    assert file.sampling[0] == "Recruitment ends when 40 people have finished; later ones are refused."
    assert "for 200 ms, followed by a mask of 150 ms" in " ".join(file.design)
    assert "fixed sequence at 0.025" in " ".join(file.analysis)
    assert any("0.6 right on uncropped catch trials" in rule for rule in file.exclusions)
    assert file.config_hash == version.config_hash


def test_rules_that_are_off_are_not_stated() -> None:
    off = {"catch_share": 0.0, "exclude_lost_focus": False, "human_gate": "loss", "look_plan": "sequence"}
    file = preregistration_of(frozen_version(draft_study(**off)))
    rules = " ".join(file.exclusions)
    assert "catch" not in rules
    assert "focus" not in rules
    assert "lose less than 0.1 of their own accuracy" in file.hypotheses[0]
    assert "confidence sequence" in file.sampling[1]


def test_the_same_version_gives_the_same_bytes_whatever_happens_afterwards(version: StudyVersion) -> None:
    before = preregistration_of(version).json()
    study = version.study
    study.name, study.floor = "Another name", 0.95
    study.save()
    study.categories.filter(position=0).update(name="renamed")
    add_run(study, 0, seed=5, skill=1.0)
    player(version, mode=Mode.PREVIEW)
    assert preregistration_of(StudyVersion.objects.get(pk=version.pk)).json() == before


def test_its_hash_stands_in_report_and_export(version: StudyVersion) -> None:
    exported = "".join(FILES[FILE](version, Mode.LIVE))
    sha256 = hashlib.sha256(exported.encode()).hexdigest()
    assert preregistration_sha256(version) == sha256
    description = json.loads("".join(FILES["dataset_description.json"](version, Mode.LIVE)))
    assert description["preregistrationHash"] == sha256


def test_registries_get_their_questions_answered(version: StudyVersion) -> None:
    file = preregistration_of(version)
    for text in (for_osf(file), for_aspredicted(file)):
        assert file.hypotheses[0] in text
        assert file.sampling[0] in text
        assert file.exclusions[-1] in text
        assert file.sha256 in text
    assert [f"{number})" in for_aspredicted(file) for number in range(1, 9)] == [True] * 8


def test_the_desk_offers_it_with_the_freeze_and_says_when_it_comes_late(admin_client: Client) -> None:
    study = draft_study()
    assert "Preregister it before the first answer" in do(admin_client, study, "freeze")
    page = admin_client.get(desk(study)).content.decode()
    address = reverse("pipeline:export", args=[study.code, "live", "preregistration-osf.txt"])
    assert address in page
    assert "Nobody has answered yet" in page
    response = admin_client.get(f"{address}?version=1")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    do(admin_client, study, "open")
    player(study.version())
    assert "People have begun to answer" in admin_client.get(desk(study)).content.decode()
