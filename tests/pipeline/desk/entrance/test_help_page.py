"""The tutorial on the site: a heading for every stage, its pictures, and a link from each stage."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils.text import slugify

from pipeline.loop.level_facts import Pilot
from pipeline.standing.stages import StudyFacts, stages_of
from tests.pipeline.studies import make_study

pytestmark = pytest.mark.django_db
HELP = "/help/"


def test_every_stage_has_a_heading_of_its_own(admin_client: Client) -> None:
    page = admin_client.get(HELP).content.decode()
    for stage in [*stages_of(StudyFacts()), *stages_of(StudyFacts(pilot=Pilot.OPEN))]:
        assert f'<h2 id="{slugify(stage.title)}">{stage.title}</h2>' in page


def test_every_picture_is_there_and_says_what_it_shows(admin_client: Client) -> None:
    pictures = re.findall(r'<img src="([^"]+)" alt="([^"]+)"', admin_client.get(HELP).content.decode())
    assert len(pictures) >= 9
    for address, words in pictures:
        assert admin_client.get(address).headers["Content-Type"] == "image/png"
        assert words


def test_the_desk_leads_to_the_heading_of_its_stage(admin_client: Client) -> None:
    desk = admin_client.get(f"/desk/{make_study().code}/").content.decode()
    assert f'href="{HELP}#photos"' in desk


def test_strangers_get_neither_page_nor_pictures(client: Client, admin_client: Client) -> None:
    assert client.get(HELP).status_code == 302
    assert client.get(f"{HELP}report.png").status_code == 302
    assert admin_client.get(f"{HELP}no-such-picture.png").status_code == 404
