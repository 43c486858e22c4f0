"""A study's desk: its address, and its buttons."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from study.models import Study


def desk(study: Study) -> str:
    return reverse("pipeline:desk", args=[study.code])


def do(client: Client, study: Study, action: str) -> str:
    """Press a button of the desk; return the page that follows."""
    response = client.post(reverse("pipeline:act", args=[study.code, action]), follow=True)
    return response.content.decode()
