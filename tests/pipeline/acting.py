"""A study's desk: where it is, and how one acts on it."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from study.models import Study


def desk(study: Study) -> str:
    return reverse("pipeline:desk", args=[study.code])


def do(client: Client, study: Study, verb: str) -> str:
    """Do what a button of the desk does; what the page then says."""
    response = client.post(reverse("pipeline:act", args=[study.code, verb]), follow=True)
    return response.content.decode()
