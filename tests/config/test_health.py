"""The address that supervisors and containers ask."""

import pytest
from django.test import Client


@pytest.mark.django_db
def test_a_site_that_reads_its_database_says_ok(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


def test_the_health_check_changes_nothing_and_takes_no_post(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
