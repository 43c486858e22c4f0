"""The front page leads everybody on: participants to their study, researchers to theirs."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.pipeline.studies import make_study

pytestmark = pytest.mark.django_db


def test_a_code_leads_to_its_study_and_a_wrong_one_says_what_to_do(client: Client) -> None:
    study = make_study()
    assert client.get("/", {"code": study.code}).headers["Location"] == f"/s/{study.code}/"
    wrong = client.get("/", {"code": "elsewhere"})
    assert wrong.status_code == 200
    assert "No study here has this code" in wrong.content.decode()


def test_who_is_not_logged_in_finds_both_ways(client: Client) -> None:
    make_study()
    page = client.get("/").content.decode()
    assert "Code of the study" in page
    assert 'href="/desk/"' in page
    assert "Log out" not in page
    assert client.get("/desk/").headers["Location"].startswith("/admin/login/")


def test_a_researcher_gets_the_own_studies_and_no_other(client: Client) -> None:
    study = make_study("Ball games")
    client.force_login(study.owner)
    page = client.get("/", follow=True)
    assert page.redirect_chain == [("/desk/", 302)]
    assert f'href="/desk/{study.code}/"' in page.content.decode()
    client.force_login(get_user_model().objects.create_user("grace", is_staff=True))
    other = client.get("/desk/").content.decode()
    assert "Ball games" not in other
    assert "Nobody has invited you to a study" in other


def test_many_studies_take_no_more_queries_than_one(client: Client) -> None:
    client.force_login(make_study("Study 0").owner)
    client.get("/desk/")  # the first look of a login writes its time
    with CaptureQueriesContext(connection) as for_one:
        client.get("/desk/")
    for number in range(1, 5):
        make_study(f"Study {number}")
    with CaptureQueriesContext(connection) as for_five:
        assert client.get("/desk/").content.decode().count('<th scope="row">') == 5
    assert len(for_five) <= len(for_one)


@pytest.mark.parametrize("page", ["", "members/", "people/", "storage/", "power/"])
def test_every_page_of_the_desk_leads_back_to_the_studies_and_out(client: Client, page: str) -> None:
    study = make_study()
    client.force_login(study.owner)
    html = client.get(f"/desk/{study.code}/{page}").content.decode()
    assert '<a href="/desk/">Studies</a>' in html
    assert 'action="/admin/logout/"' in html
