"""What the desk says about recruitment before money is spent."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pipeline.standing.recruitment_notes import recruitment_notes
from study.models import Recruitment, StudyVersion, UnknownParameter
from tests.pipeline.acting import as_shown, desk
from tests.study.factories import open_study_version, recruit

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> StudyVersion:
    return open_study_version()


def test_nothing_is_said_where_nothing_is_missing(version: StudyVersion) -> None:
    recruit(version, platform="prolific", code_completed="C1")
    assert recruitment_notes(version.study) == []


def test_parameters_that_no_setting_knows_are_named_on_the_desk(
    version: StudyVersion, admin_client: Client
) -> None:
    UnknownParameter.objects.create(study=version.study, name="rid", first_seen=timezone.now())
    (note,) = recruitment_notes(version.study)
    assert "no setting knows: rid" in note
    assert "no setting knows: rid" in admin_client.get(desk(version.study)).content.decode()


def test_prolific_without_its_one_code_is_said(version: StudyVersion) -> None:
    recruit(version, platform="prolific")
    (note,) = recruitment_notes(version.study)
    assert "one completion code for all people of the main study" in note


def test_a_researcher_sets_platform_and_codes_on_the_studys_page(
    version: StudyVersion, admin_client: Client
) -> None:
    page = reverse("admin:study_study_change", args=[version.study.pk])
    values = as_shown(admin_client, page)
    levels = version.study.levels.all()
    values |= {"levels-TOTAL_FORMS": len(levels), "levels-INITIAL_FORMS": len(levels)}
    for place, level in enumerate(levels):
        values |= {f"levels-{place}-id": level.pk, f"levels-{place}-study": version.study.pk}
    values |= {"architectures": '["efficientnet_lite0"]', "look_shares": "[]"}
    values |= {"recruitments-0-platform": "prolific", "recruitments-0-code_completed": "C1ABCDEF"}
    response = admin_client.post(page, values)
    assert response.status_code == 302, response.content.decode()
    stored = Recruitment.objects.get()
    assert (stored.platform, stored.code_completed, stored.needs_id) == ("prolific", "C1ABCDEF", True)
