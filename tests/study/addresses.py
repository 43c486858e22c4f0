"""Addresses of the participants' pages."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from study.models import Session, StudyVersion


def address(name: str, session: Session, **more: str) -> str:
    return reverse(f"study:{name}", kwargs={"token": session.token, **more})


def landing(version: StudyVersion) -> str:
    return reverse("study:landing", args=[version.study.code])


def consent(version: StudyVersion) -> str:
    return reverse("study:consent", args=[version.study.code])


def begin_as(client: Client, version: StudyVersion, **fields: str) -> HttpResponse:
    return client.post(consent(version), {"agree": "on", **fields})
