"""A script that forgot the s of https hears of it, instead of sending its token in the open for months."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from pipeline.actions.token_keys import issue
from pipeline.models import ApiToken

pytestmark = pytest.mark.django_db
STUDIES = "/api/v1/studies/"


def test_the_api_answers_by_https_only_and_leads_nobody_there(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    user = get_user_model().objects.create_user("ada", is_staff=True)
    _, secret = issue(user, "notebook", ApiToken.Scope.READ, 1, timezone.now() - timedelta(minutes=1))
    script = Client(headers={"Authorization": f"Bearer {secret}"})
    refused = script.get(STUDIES)
    assert (refused.status_code, "revoke it" in refused.json()["error"]) == (403, True)
    assert script.get(STUDIES, secure=True).status_code == 200
    assert Client().get("/desk/").status_code == 301
