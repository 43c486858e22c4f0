"""A researcher's own tokens: shown once, listed without the secret, revoked by their owner only."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pipeline.actions.token_keys import issue
from pipeline.models import ApiToken, Job
from tests.pipeline.answered import answered_version

pytestmark = pytest.mark.django_db


def test_a_token_is_shown_once_opens_the_api_and_is_revoked(admin_client: Client) -> None:
    page = reverse("pipeline:tokens")
    made = admin_client.post(page, {"name": "notebook", "scope": "read", "days": 7})
    (secret,) = set(re.findall(r"sweetspot_[\w-]{43}", made.content.decode()))
    assert made["Cache-Control"] == "no-store"
    assert secret not in admin_client.get(page).content.decode()
    headers = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/studies/", headers=headers).status_code == HTTPStatus.OK
    admin_client.post(reverse("pipeline:revoke-token", args=[ApiToken.objects.get().pk]))
    assert Client().get("/api/v1/studies/", headers=headers).status_code == HTTPStatus.UNAUTHORIZED


def test_nobody_revokes_the_token_of_somebody_else(admin_client: Client) -> None:
    other = get_user_model().objects.create_user("other", is_staff=True)
    token, _ = issue(other, "theirs", ApiToken.Scope.READ, 7, timezone.now())
    admin_client.post(reverse("pipeline:revoke-token", args=[token.pk]))
    token.refresh_from_db()
    assert token.revoked_at is None
    assert "theirs" not in admin_client.get(reverse("pipeline:tokens")).content.decode()


def test_robots_are_queued_by_a_button(admin_client: Client) -> None:
    code = answered_version(people=1).study.code
    address = reverse("pipeline:simulate", args=[code])
    assert "5 robots are queued" in admin_client.post(address, {"people": 5}, follow=True).content.decode()
    assert "Ask for 1 to 1000" in admin_client.post(address, {"people": 0}, follow=True).content.decode()
    assert Job.objects.get(kind=Job.Kind.SIMULATE).params["site"] == "http://testserver/"
