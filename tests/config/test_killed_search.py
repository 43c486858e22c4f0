"""A worker that is killed in the middle of a search: it goes on from its record, and tries nothing twice."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.config.running import Stack, seconds_until
from tests.config.test_resume import ask

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.soak,
    pytest.mark.timeout(900),
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]

RECIPES = 4
START = f"""
from django.db import transaction
from attacker.search.search_budget import Budget
from tests.pipeline.searches.planted_study import asked, planted_study
study = planted_study(seeds=1)
study.owner.is_staff = True  # whom the desk lets in
study.owner.save()
with transaction.atomic():  # a worker is told of the search once it starts from a tiny network
    asked(study, Budget({RECIPES}, 3600.0), head_epochs=1, finetune_epochs=60, patience=60)
"""
LOOK = """
import json
from django.test import Client
from django.urls import reverse
from pipeline.models import AttackSearch
search = AttackSearch.objects.select_related("job", "study__owner").get()
desk = Client(headers={"host": "localhost"})
desk.force_login(search.study.owner)
print(json.dumps({
    "state": search.job.state,
    "attempts": search.job.attempts,
    "error": search.job.error,
    "trials": (search.record or {}).get("trials", []),
    "unfinished": (search.record or {}).get("unfinished", {}),
    "attackers": search.study.attacker_runs.count(),
    "page": desk.get(reverse("pipeline:searches", args=[search.study.code])).content.decode(),
}))
"""
Look = Callable[[], dict[str, Any]]


@pytest.fixture
def look(local_environment: dict[str, str]) -> Look:
    """Ask the site how the search stands, and what its page says."""

    def looked() -> dict[str, Any]:
        seen: dict[str, Any] = json.loads(ask(local_environment, LOOK))
        seen["page"] = " ".join(re.sub(r"<[^>]*>", " ", seen["page"]).split())
        return seen

    return looked


def seen_when(look: Look, condition: Callable[[dict[str, Any]], bool], limit: float) -> dict[str, Any]:
    """Wait until the search stands as wished; return how it was seen then."""
    seen: list[dict[str, Any]] = []
    seconds_until(lambda: seen.append(look()) or condition(seen[-1]), limit)
    return seen[-1]


def test_a_killed_search_goes_on_and_tries_nothing_twice(
    start: Callable[[], Stack], local_environment: dict[str, str], look: Look
) -> None:
    stack = start()
    ask(local_environment, START)
    before = seen_when(look, lambda seen: len(seen["trials"]) >= 1, 120)
    assert before["state"] == "running", "it is caught in the middle"
    assert "Level 1: under way" in before["page"]
    assert "no sign of its worker" not in before["page"].lower()
    stack.kill(r"celery.* worker")
    killed = seen_when(look, lambda seen: "No sign of its worker for" in seen["page"], 30)
    assert (killed["state"], killed["attempts"]) == ("running", 1)
    assert "it is given to another one at" in killed["page"]
    assert " left" not in killed["page"].partition("No sign")[0].rpartition("Level 1:")[2], "nobody works"
    ended = seen_when(look, lambda seen: seen["state"] not in ("running", "queued"), 300)
    assert (ended["state"], ended["error"], ended["attempts"]) == ("succeeded", "", 2)
    stored = killed["trials"]
    assert ended["trials"][: len(stored)] == stored, "what had ended is as it was, to the second it took"
    recipes = [json.dumps([trial["settings"], trial["lighter"]]) for trial in ended["trials"]]
    assert len(recipes) == len(set(recipes)) == RECIPES > len(stored)
    assert {trial["share"] for trial in ended["trials"]} == {1.0}, "so few recipes are tried on all photos"
    assert ended["unfinished"] == {}
    assert f"Level 1: {RECIPES} recipes tried" in ended["page"]
