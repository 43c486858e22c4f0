"""Tokens of the API open no more than they should, and no longer."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from pipeline.actions.membership import invite
from pipeline.actions.token_keys import TokenError, issue, revoke
from pipeline.api.description import ENDPOINTS
from pipeline.audit import entries_of
from pipeline.models import ApiToken
from study.models import Role, Study
from tests.pipeline.api.scripts import Script, researcher
from tests.pipeline.studies import make_study

pytestmark = pytest.mark.django_db
Scope = ApiToken.Scope


@pytest.mark.sampled
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


def test_an_account_that_may_make_no_studies_makes_none_by_a_token() -> None:
    user = get_user_model().objects.create_user("guest", is_staff=True)
    user.groups.set(Group.objects.filter(name="Readers"))
    refused = Script(user).send("POST", "studies/", {"name": "a"})
    assert (refused.status_code, Study.objects.count()) == (409, 0)
