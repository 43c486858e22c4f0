"""Scripts with a token, their researchers, and what they send."""

from __future__ import annotations

import io
import json
import zipfile
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from pipeline.actions.token_keys import issue
from pipeline.models import ApiToken
from study.models import Study

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


def staff(study: Study) -> Any:
    """The owner of a study, who may make others too."""
    study.owner.is_staff = True
    study.owner.save()
    study.owner.user_permissions.add(Permission.objects.get(codename="add_study"))
    return study.owner


def zipped(folder: Path) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for photo in sorted(folder.rglob("*.png")):
            file.write(photo, photo.relative_to(folder))
    return archive.getvalue()
