"""A new study from few words: presets that can be saved as they are, and designs of other studies."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from pipeline.actions.new_study import OF_THE_STUDY_ALONE, PRESETS, study_like
from study.design import Design
from study.models import Study
from tests.pipeline.acting import as_shown
from tests.pipeline.studies import make_study
from tests.study.factories import draft_study

pytestmark = pytest.mark.django_db
PAGE = "/studies/new/"


@pytest.mark.sampled
@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_makes_a_study_whose_design_can_be_saved_as_it_is(preset: str, admin_client: Client) -> None:
    admin_client.post(PAGE, {"name": "Ball games", "start": preset})
    study = Study.objects.get(name="Ball games")
    assert study.levels.count() == 4
    assert {name: getattr(study, name) for name in PRESETS[preset].values} == PRESETS[preset].values
    page = reverse("admin:study_study_change", args=[study.pk])
    lists = {"architectures": json.dumps(study.architectures), "look_shares": json.dumps(study.look_shares)}
    saved = admin_client.post(page, as_shown(admin_client, page) | lists)
    assert saved.status_code == 302, saved.context["errors"]


def test_a_study_like_another_has_its_design_and_levels_but_nothing_else() -> None:
    template = draft_study(floor=0.93, deadline_ms=4321, sides=(1.0, 0.7, 0.3))
    study = study_like(template.owner, "Again", template)
    assert Design.of(study) == Design.of(template)
    assert [level.side for level in study.levels.all()] == [1.0, 0.7, 0.3]
    assert study.code != template.code
    assert not study.items.exists()
    assert study.status == Study.Status.DRAFT
    assert {field.name for field in Study._meta.concrete_fields} >= OF_THE_STUDY_ALONE


def test_the_page_offers_own_studies_only(client: Client) -> None:
    make_study("Not yours")
    user = get_user_model().objects.create_user("grace", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="study"))
    client.force_login(user)
    assert "Not yours" not in client.get(PAGE).content.decode()
    refused = client.post(PAGE, {"name": "x", "start": f"like:{Study.objects.get().code}"})
    assert refused.status_code == 200
    assert Study.objects.count() == 1


def test_who_may_not_add_studies_is_refused(client: Client) -> None:
    client.force_login(get_user_model().objects.create_user("looker", is_staff=True))
    assert client.get(PAGE).status_code == 403


def test_the_list_of_studies_leads_to_it(admin_client: Client) -> None:
    assert PAGE in admin_client.get(reverse("admin:study_study_changelist")).content.decode()
