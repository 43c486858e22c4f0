"""A study whose crops wait for review, and the page that shows them."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from study.models import Study
from tests.browser.reviewing.crops_page import log_in
from tests.pipeline.looking import study_cut_by_looks


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> Study:
    """Six test photos, cut at two levels, of which nothing is reviewed."""
    study = study_cut_by_looks(monkeypatch)
    study.owner = get_user_model().objects.create_superuser("grace", password="compiler-1952")
    study.save()
    return study


@pytest.fixture
def review(page: Page, live_server: LiveServer, study: Study) -> Page:
    """The page of level 1, on a laptop."""
    log_in(page.context, live_server, study)
    page.goto(f"{live_server.url}/desk/{study.code}/crops/1/")
    return page
