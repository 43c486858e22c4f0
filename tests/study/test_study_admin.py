"""The administration's view of people and answers: complete, the researcher's own, and read-only."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from study import sessions
from study.models import Session
from tests.study.factories import newcomer, open_study_version, player
from tests.study.playing import play_to_the_end

pytestmark = pytest.mark.django_db
PAGES = ("studyversion", "participant", "session", "trial", "externalidentity")


def researcher(django_user_model: type[User], name: str, *pages: str) -> User:
    user = django_user_model.objects.get_or_create(username=name)[0]
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(codename__in=[f"view_{page}" for page in pages]))
    return user


@pytest.fixture
def session() -> Session:
    version = open_study_version()
    newcomer(version, identity=sessions.Identity("prolific", "5f-secret-id"))
    return play_to_the_end(player(version))


@pytest.mark.sampled
@pytest.mark.parametrize("page", PAGES)
def test_every_list_and_every_row_opens(
    client: Client, django_user_model: type[User], session: Session, page: str
) -> None:
    client.force_login(researcher(django_user_model, "researcher", *PAGES))
    response = client.get(f"/admin/study/{page}/")
    assert response.status_code == HTTPStatus.OK
    row = response.context["cl"].queryset.first()
    assert row is not None
    assert client.get(f"/admin/study/{page}/{row.pk}/change/").status_code == HTTPStatus.OK


@pytest.mark.thorough
@pytest.mark.parametrize("page", PAGES)
def test_nothing_can_be_added_changed_or_deleted_even_by_a_superuser(
    admin_client: Client, session: Session, page: str
) -> None:
    row = admin_client.get(f"/admin/study/{page}/").context["cl"].queryset.first()
    for address in ("add/", f"{row.pk}/delete/"):
        assert admin_client.get(f"/admin/study/{page}/{address}").status_code == HTTPStatus.FORBIDDEN
    assert admin_client.post(f"/admin/study/{page}/{row.pk}/change/", {}).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.thorough
def test_a_researcher_sees_only_their_own_studies(
    client: Client, django_user_model: type[User], session: Session
) -> None:
    client.force_login(researcher(django_user_model, "stranger", *PAGES))
    for page in PAGES:
        assert not client.get(f"/admin/study/{page}/").context["cl"].queryset.exists()


@pytest.mark.thorough
def test_external_identities_need_their_own_permission(
    client: Client, django_user_model: type[User], session: Session
) -> None:
    client.force_login(researcher(django_user_model, "researcher", "participant", "session", "trial"))
    assert client.get("/admin/study/externalidentity/").status_code == HTTPStatus.FORBIDDEN
    seen = b"".join(client.get(f"/admin/study/{page}/").content for page in ("participant", "session"))
    assert b"5f-secret-id" not in seen


@pytest.mark.thorough
def test_no_page_shows_the_secret_that_opens_a_participants_session(
    admin_client: Client, session: Session
) -> None:
    page = admin_client.get(f"/admin/study/session/{session.pk}/change/").content.decode()
    assert session.token not in page
    assert Session.objects.get(pk=session.pk).completion_code in page


def test_the_list_of_sessions_counts_answers_and_reads_no_frozen_configuration(
    admin_client: Client, session: Session
) -> None:
    admin_client.get("/admin/study/session/")
    with CaptureQueriesContext(connection) as queries:
        rows = admin_client.get("/admin/study/session/").context["cl"].result_list
        assert [row.closed_trials for row in rows] == [session.trials.answered().count(), 0]
    asked = " ".join(query["sql"] for query in queries)
    assert '"config",' not in asked
    assert "consent_text" not in asked
    assert len(queries) < 15
