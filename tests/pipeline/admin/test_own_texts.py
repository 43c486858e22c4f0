"""What a researcher writes for participants on the study's page: a PDF, labels of classes, questions."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from study.design import pdf_name
from study.models import Category, Study
from study.models.people import Mode
from tests.pipeline.acting import as_shown
from tests.pipeline.answered import answered_version
from tests.pipeline.studies import make_study
from tests.study.factories import draft_study

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 information for participants"


def saved(client: Client, study: Study, **changes: object) -> str:
    page = reverse("admin:study_study_change", args=[study.pk])
    return client.post(page, as_shown(client, page) | changes, follow=True).content.decode()


def test_a_pdf_is_stored_by_its_content_and_named_in_the_design(admin_client: Client) -> None:
    study = make_study()
    saved(admin_client, study, information_file=SimpleUploadedFile("info.pdf", PDF))
    study.refresh_from_db()
    assert study.information_pdf_sha256 == hashlib.sha256(PDF).hexdigest()
    with default_storage.open(pdf_name(study.information_pdf_sha256)) as stored:
        assert stored.read() == PDF


@pytest.mark.thorough
def test_what_is_no_pdf_is_refused(admin_client: Client) -> None:
    study = make_study()
    page = saved(admin_client, study, information_file=SimpleUploadedFile("info.pdf", b"<html>"))
    assert "A PDF of at most 10 MB." in page
    study.refresh_from_db()
    assert study.information_pdf_sha256 == ""


@pytest.mark.thorough
def test_it_cannot_change_once_people_take_part(admin_client: Client) -> None:
    study = answered_version(people=1, mode=Mode.LIVE).study
    page = saved(admin_client, study, information_file=SimpleUploadedFile("info.pdf", PDF))
    assert "what they read can no longer change" in page


@pytest.mark.thorough
def test_labels_of_classes_are_written_until_people_take_part(admin_client: Client) -> None:
    study = draft_study()
    labels = {"categories-0-labels": json.dumps({"de": "Dribbeln"})}
    saved(admin_client, study, **labels)
    assert Category.objects.filter(study=study, labels={"de": "Dribbeln"}).count() == 1
    wrong = {"categories-0-labels": json.dumps({"german": "Dribbeln"})}
    assert "no code of a language" in saved(admin_client, study, **wrong)


@pytest.mark.thorough
def test_questions_that_nobody_can_answer_are_refused_with_what_is_wrong(admin_client: Client) -> None:
    questions = [{"question": "One?", "answers": ["yes"], "right": 0}]
    page = saved(admin_client, make_study(), comprehension=json.dumps(questions))
    assert "at least two different answers" in page
