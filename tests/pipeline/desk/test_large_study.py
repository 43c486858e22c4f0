"""The desk of a large study asks the database no more than that of a small one, and says the same numbers."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.pipeline.acting import desk
from tests.pipeline.large_study import PEOPLE, large_study

pytestmark = pytest.mark.django_db


def test_the_desk_of_a_large_study_takes_under_30_queries(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    study = large_study()
    admin_client.get(desk(study))  # the session's own first look
    with django_assert_max_num_queries(29):
        page = admin_client.get(desk(study)).content.decode()
    assert f"{study.items.count()} photos" in page
    assert f"<td>{PEOPLE}</td>" in page
