"""The desk of a large study asks the database little, and reads neither its answers nor what is long."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.pipeline.acting import desk
from tests.pipeline.large_study import PEOPLE, large_study

pytestmark = pytest.mark.django_db
QUERIES = 13  # of the whole page; session, account and its second factor are three of them
QUERIES_OF_A_PART = 8  # of the one that an open desk asks for every two seconds


@pytest.mark.thorough
def test_the_desk_of_a_large_study_takes_13_queries(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    study = large_study()
    admin_client.get(desk(study))  # the session's own first look
    with django_assert_max_num_queries(QUERIES):
        page = admin_client.get(desk(study)).content.decode()
    assert f"{study.items.count()} photos" in page
    assert f"<td>{PEOPLE}</td>" in page


@pytest.mark.thorough
def test_what_an_open_desk_asks_for_again_takes_8(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    progress = reverse("pipeline:progress", args=[large_study().code])
    admin_client.get(progress)
    with django_assert_max_num_queries(QUERIES_OF_A_PART):
        assert admin_client.get(progress).status_code == 200


@pytest.mark.thorough
def test_it_reads_no_answer_no_frozen_configuration_and_no_result(admin_client: Client) -> None:
    study = large_study()
    admin_client.get(desk(study))
    with CaptureQueriesContext(connection) as queries:
        admin_client.get(desk(study))
    asked = " ".join(query["sql"] for query in queries)
    assert "study_trial" not in asked
    assert '"study_studyversion"."config",' not in asked
    assert '"pipeline_analysis"."figures"' not in asked
