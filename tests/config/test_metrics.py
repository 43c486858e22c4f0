"""What Prometheus learns: figures of the site for who has the token, and nobody's secrets."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.conf import settings as site
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from pipeline.models import Job, ProcessSign
from study.models import Session
from tests.study.factories import draft_study, open_study_version, player
from tests.study.playing import play_to_the_end

pytestmark = pytest.mark.django_db
TOKEN = "a-long-token-of-the-monitor"
MONITORING = site.BASE_DIR / "docs" / "monitoring"
NAME = re.compile(r"sweetspot_\w+")


def scraped(client: Client) -> str:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    return answer.content.decode()


def figures(text: str) -> dict[str, dict[tuple[str, ...], float]]:
    """Samples by name, then by the values of their labels."""
    samples: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            samples.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return samples


@pytest.fixture
def monitor(settings: Settings, client: Client) -> Client:
    settings.METRICS_TOKEN = TOKEN
    return client


def test_without_a_token_in_the_settings_there_is_no_such_page(client: Client) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("sent", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}é"])
def test_who_does_not_send_the_token_is_told_how(monitor: Client, sent: str) -> None:
    answer = monitor.get("/metrics", headers={"Authorization": sent})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert b"sweetspot_" not in answer.content


def test_jobs_and_queues_by_state_and_age(monitor: Client) -> None:
    study = draft_study()
    long_ago = timezone.now() - timedelta(hours=2)
    for number, state in enumerate(["queued", "queued", "failed"]):
        job = Job.objects.create(study=study, key=str(number), kind="train", state=state, ring_after=long_ago)
        Job.objects.filter(pk=job.pk).update(created_at=long_ago)
    shown = figures(scraped(monitor))
    assert shown["sweetspot_jobs"] == {
        ("queued",): 2, ("running",): 0, ("succeeded",): 0, ("failed",): 1, ("cancelled",): 0
    }  # fmt: skip
    assert 7200 <= shown["sweetspot_queue_oldest_seconds"]["gpu",] < 7300
    assert shown["sweetspot_queue_oldest_seconds"]["cpu",] == 0


def test_parts_disk_and_workers(monitor: Client) -> None:
    for number in range(2):
        ProcessSign.objects.create(
            name=f"lab-{number}:17", queues="gpu", code_version="1", memory=10**9, signed_at=timezone.now()
        )
    text = scraped(monitor)
    shown = figures(text)
    assert shown["sweetspot_part_state"]["database",] == 0
    assert shown["sweetspot_part_state"]["queue_gpu",] == 0
    assert shown["sweetspot_part_state"]["queue_cpu",] == 1
    assert shown["sweetspot_worker_memory_bytes"] == {("gpu",): 2e9}
    assert shown["sweetspot_disk_free_bytes"][()] > 0
    assert "lab-0" not in text


@pytest.mark.thorough
def test_sessions_trials_and_dropped_frames_of_a_day(monitor: Client) -> None:
    old, new = (play_to_the_end(player(open_study_version(), now=timezone.now())) for _ in range(2))
    Session.objects.filter(pk=old.pk).update(started_at=timezone.now() - timedelta(days=2))
    new.trials.update(dropped_frames=0)
    new.trials.filter(pk=new.trials.first().pk).update(dropped_frames=3)
    shown = figures(scraped(monitor))
    assert shown["sweetspot_sessions"]["completed",] == 2
    assert shown["sweetspot_trials_day"] == {("answered",): new.trials.answered().count()}
    assert shown["sweetspot_dropped_frames_day"][()] == 3


def test_each_route_has_its_times_and_no_session_is_named(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    session = player(open_study_version())
    client = Client()  # its middleware is chosen now, with the token in the settings
    before = figures(scraped(client)).get("sweetspot_request_seconds_count", {})
    client.get(f"/s/{session.token}/")
    text = scraped(client)
    seen = ("GET", "/s/<token:token>/", "200")
    assert figures(text)["sweetspot_request_seconds_count"][seen] == before.get(seen, 0) + 1
    assert session.token not in text


@pytest.mark.server
def test_the_processes_of_a_server_count_together(tmp_path: Path) -> None:
    """Two processes observe, a third one reads: what gunicorn's do."""
    environment = os.environ | {
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": str(site.BASE_DIR),
    }
    observe = (
        "from config.metrics.request_times import SECONDS; SECONDS.labels('GET', '/s', '200').observe(0.2)"
    )
    read = (
        "from prometheus_client import CollectorRegistry, generate_latest\n"
        "from prometheus_client.multiprocess import MultiProcessCollector\n"
        "registry = CollectorRegistry(); MultiProcessCollector(registry)\n"
        "print(generate_latest(registry).decode())"
    )
    for code in (observe, observe):
        subprocess.run([sys.executable, "-c", code], env=environment, cwd=site.BASE_DIR, check=True)
    seen = subprocess.run(
        [sys.executable, "-c", read],
        env=environment,
        cwd=site.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    counted = figures(seen.stdout)
    assert counted["sweetspot_request_seconds_count"]["GET", "/s", "200"] == 2


def test_rules_and_dashboard_name_only_what_there_is(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    client = Client()
    play_to_the_end(player(open_study_version(), now=timezone.now()))
    client.get("/robots.txt")
    ProcessSign.objects.create(name="a:1", queues="cpu", code_version="1", memory=1, signed_at=timezone.now())
    there = set(figures(scraped(client)))
    rules = yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"][0]["rules"]
    panels = json.loads((MONITORING / "dashboard.json").read_text())["panels"]
    asked = [rule["expr"] for rule in rules] + [t["expr"] for panel in panels for t in panel["targets"]]
    named = {name for expression in asked for name in NAME.findall(expression)} - {"sweetspot"}
    assert len(named) >= 8
    assert named <= there
    documented = (site.BASE_DIR / "docs" / "operations.md").read_text()
    families = {re.sub("_(bucket|count|sum|created)$", "", name) for name in there}
    assert [name for name in sorted(families) if f"`{name}`" not in documented] == []
