"""The page of searches: what one takes is told before it begins, then how far it is and what was found."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pipeline.actions.membership import invite
from pipeline.models import AttackerRun, AttackSearch, Job
from pipeline.queue.claims import LEASE
from pipeline.worker.execute import perform
from study.models import Role, Study
from tests.attacker.search.misleading import LEVEL
from tests.pipeline.answered import add_run
from tests.pipeline.searches.planted_study import asked, planted_study

pytestmark = pytest.mark.django_db
WISH = {"level": LEVEL, "recipes": 6, "cpu_minutes": 10}


@pytest.fixture
def study() -> Study:
    return planted_study(ceiling=0.7)


def page_of(study: Study, client: Client, **wish: object) -> str:
    return client.get(reverse("pipeline:searches", args=[study.code]), wish).content.decode()


def begin(study: Study, client: Client, **wish: object) -> str:
    url = reverse("pipeline:searches", args=[study.code])
    return client.post(url, WISH | wish, follow=True).content.decode()


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_a_level_where_the_machine_fails_is_offered_a_search(study: Study, admin_client: Client) -> None:
    for level, skill in ((0, 1.0), (LEVEL, 0.4)):
        add_run(study, level, 0, skill)
    page = text_of(page_of(study, admin_client))
    assert "Level 0 100.0 none was made Search on level 0" in page
    assert "Level 1 40.0, fails none was made Search on level 1" in page


def test_what_it_takes_is_told_before_it_begins(study: Study, admin_client: Client) -> None:
    assert "Search for a stronger attack on level 1" not in page_of(study, admin_client)
    unknown = text_of(page_of(study, admin_client, **WISH))
    assert "How long it takes is not known" in unknown
    run = add_run(study, LEVEL, 0, 0.4, net="efficientnet_lite0")
    AttackerRun.objects.filter(pk=run.pk).update(seconds=40.0)
    page = text_of(page_of(study, admin_client, **WISH))
    assert "Up to 6 recipes, at most 10 minutes of processor time" in page
    assert "took about 40 s each" in page
    assert "these trials are worth 4.5 of them: the search takes about 3 min" in page
    assert "2 attackers are trained by it: about 80 s more" in page
    assert not Job.objects.filter(kind=Job.Kind.SEARCH).exists(), "nothing begins by looking"


def test_a_search_begins_is_shown_and_ends_with_figures(study: Study, admin_client: Client) -> None:
    page = begin(study, admin_client)
    assert "A worker searches for a stronger attack on level 1." in page
    assert "every 5s" in page, "it shows by itself how far it is"
    search = AttackSearch.objects.get()
    assert (search.recipes, search.cpu_seconds) == (6, 600.0)
    assert "is being searched" in begin(study, admin_client), "two tabs make one search"
    desk = admin_client.get(reverse("pipeline:desk", args=[study.code])).content.decode()
    assert "Searching for a stronger attack on level 1" in desk
    admin_client.post(reverse("pipeline:stop-job", args=[study.code, search.job.pk]))
    assert "Level 1: stopped" in page_of(study, admin_client)
    asked(study)
    perform(search.job.pk)
    page = page_of(study, admin_client)
    text = text_of(page)
    assert "every 5s" not in page
    assert re.search(r"Level 1: 6 recipes tried, the strongest \+\d+\.\d points", text)
    assert "Its attackers are queued, and not trained yet." in text
    assert "no test photo was used" in text
    assert re.search(r"Processor time about [1-9]\d* s", text), "a short one shows no 0.00 h"
    assert re.search(
        r"On a quarter of the training photos, 6 recipes: best \S+, median \S+, worst \S+ %", text
    )
    assert "lighter=False" in text
    add_run(study, LEVEL, 0, 0.4)
    assert f"?level={LEVEL}&amp;recipes=12&amp;cpu_minutes=20" in page_of(study, admin_client), (
        "twice as much"
    )
    logged = set(LogEntry.objects.values_list("change_message", flat=True))
    assert "searched for a stronger attack on level 1 (6 recipes, 10 CPU-minutes)" in logged


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": 9},
        {"recipes": 0},
        {"recipes": 501},
        {"cpu_minutes": 0},
        {"cpu_minutes": 86_401},
        {"cpu_minutes": "inf"},
        {"cpu_minutes": ""},
    ],
)
def test_what_cannot_be_searched_is_said_beside_its_field(
    wrong: dict[str, object], study: Study, admin_client: Client
) -> None:
    for page in (begin(study, admin_client, **wrong), page_of(study, admin_client, **(WISH | wrong))):
        assert "errorlist" in page
        assert "Nothing is searched" in page, "also where the field lies below what a phone shows"
    assert not AttackSearch.objects.exists()


def test_who_may_only_read_sees_and_begins_none(
    study: Study, admin_user: Any, django_user_model: Any
) -> None:
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    invite(study.owner, study, "reader", Role.READER)
    add_run(study, LEVEL, 0, 0.4)
    client = Client()
    client.force_login(reader)
    page = page_of(study, client, **WISH)
    assert "none was made" in page
    assert "<button" not in page.partition("<main")[2].partition("</main")[0]
    url = reverse("pipeline:searches", args=[study.code])
    assert client.post(url, WISH).status_code == HTTPStatus.FORBIDDEN
    stranger = Client()
    stranger.force_login(django_user_model.objects.create_user("stranger", is_staff=True))
    assert stranger.get(url).status_code == HTTPStatus.NOT_FOUND


def test_of_a_worker_that_leaves_no_sign_no_time_is_told(study: Study, admin_client: Client) -> None:
    begin(study, admin_client)
    running = Job.objects.filter(pk=AttackSearch.objects.get().job_id)
    began = timezone.now() - timedelta(seconds=60)
    running.update(
        state=Job.State.RUNNING, progress=0.5, started_at=began, lease_until=timezone.now() + LEASE
    )
    text = text_of(page_of(study, admin_client))
    assert "Level 1: under way" in text
    assert "about 60 s left" in text
    running.update(lease_until=timezone.now() + LEASE - timedelta(seconds=20))
    text = text_of(page_of(study, admin_client))
    assert re.search(
        r"No sign of its worker for 2\d s; it is given to another one at \d\d:\d\d:\d\d UTC", text
    )
    assert " s left" not in text


@pytest.mark.parametrize(("task", "is_apart"), [("single", False), ("two_photos", True)])
def test_where_people_name_no_classes_the_page_says_that_a_search_does(
    task: str, is_apart: bool, admin_client: Client
) -> None:
    text = text_of(page_of(planted_study(task=task), admin_client))
    assert ("accuracies are on another scale than those of the machine in this table" in text) is is_apart
    assert ("in the questions that people are asked, on validation photos" in text) is is_apart


def test_a_study_without_crops_says_what_comes_first(admin_client: Client, study: Study) -> None:
    study.items.all().delete()
    page = page_of(study, admin_client)
    assert "Say what it would take" not in page


def test_the_same_from_a_shell(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("study", "search-price", study.code, "1", "--recipes", "6")
    call_command("study", "search", study.code, "1", "--recipes", "6", "--cpu-minutes", "10")
    call_command("study", "searches", study.code)
    said_price, _, *lines = capsys.readouterr().out.splitlines()
    assert "worth 4.5 trainings" in said_price
    assert lines == [
        "level 0: no attack yet; search: none was made",
        "level 1: no attack yet; search: waits for a worker",
    ]
    with pytest.raises(CommandError, match="being searched"):
        call_command("study", "search", study.code, "1")
    with pytest.raises(CommandError, match="A search tries 2 to 500 recipes"):
        call_command("study", "search", study.code, "0", "--recipes", "1")
    for minutes in ("0", "inf", "nan", "86401"):
        with pytest.raises(CommandError, match="at most 86400 minutes of processor time"):
            call_command("study", "search", study.code, "0", "--cpu-minutes", minutes)
