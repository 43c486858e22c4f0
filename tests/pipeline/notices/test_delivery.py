"""A notice on its way: by mail, by webhook to a real server, and later where nobody answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from pipeline.models import Job, Loop, NoticeWishes
from pipeline.notices.noting import queue_notices, queue_test
from pipeline.notices.webhook import WebhookRefusedError, post
from pipeline.queue.claims import TryLaterError
from pipeline.queue.reaper import reap
from pipeline.worker.execute import perform
from study.models import Study
from tests.study.factories import draft_study

pytestmark = pytest.mark.django_db


@dataclass
class Hook:
    """A server that takes webhooks: it answers with `status` and remembers what it got."""

    origin: str
    status: int = 204
    got: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@pytest.fixture
def hook(settings: Settings) -> Iterator[Hook]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            hook.got.append(json.loads(self.rfile.read(length)))
            hook.paths.append(self.path)
            self.send_response(hook.status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook = Hook(f"http://127.0.0.1:{server.server_port}")
    settings.WEBHOOK_PRIVATE_ORIGINS = [hook.origin]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield hook
    server.shutdown()
    server.server_close()


def study_that_tells(**places: str) -> Study:
    study = draft_study(name="Ball\ngames")
    study.jobs.all().delete()
    NoticeWishes.objects.create(study=study, **places)
    return study


def job_of(study: Study) -> Job:
    return study.jobs.get(kind=Job.Kind.NOTIFY)


def test_a_mail_says_what_happened_and_links_to_the_desk(settings: Settings) -> None:
    settings.SITE_URL = "https://site.example/"
    study = study_that_tells(mail_to="ada@example.org")
    (job,) = queue_test(study)
    perform(job.pk)
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["ada@example.org"], "Ball games: test of notices")
    assert f"https://site.example/desk/{study.code}/" in message.body
    assert job_of(study).state == Job.State.SUCCEEDED


def test_a_webhook_gets_json_that_chats_can_show(hook: Hook) -> None:
    study = study_that_tells(webhook=f"{hook.origin}/services/secret?x=1")
    (job,) = queue_test(study)
    perform(job.pk)
    assert hook.paths == ["/services/secret?x=1"]
    (content,) = hook.got
    assert content["text"] == "Ball games: Notices of this study arrive here."
    assert (content["event"], content["study"]) == ("test", "Ball games")


@pytest.mark.thorough
def test_who_does_not_answer_is_asked_again_and_then_named_without_the_secret(hook: Hook) -> None:
    study = study_that_tells(webhook=f"{hook.origin}/services/secret")
    (job,) = queue_test(study)
    hook.status = 503
    for minutes in (1, 10):
        perform(job.pk)
        job.refresh_from_db()
        assert job.state == Job.State.QUEUED
        due = timezone.now() + timedelta(minutes=minutes)
        assert abs(job.ring_after - due) < timedelta(seconds=30)
    perform(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.error == f"TryLaterError: {hook.origin} answers 503"
    assert len(hook.got) == 3


def test_a_job_that_is_put_off_is_rung_for_when_its_time_has_come(hook: Hook) -> None:
    study = study_that_tells(webhook=hook.origin)
    (job,) = queue_test(study)
    hook.status = 500
    perform(job.pk)
    Job.objects.filter(pk=job.pk).update(ring_after=timezone.now())
    reap()
    job.refresh_from_db()
    assert job.ring_after > timezone.now(), "it was rung for"
    hook.status = 200
    perform(job.pk)
    assert job_of(study).state == Job.State.SUCCEEDED


@pytest.mark.parametrize("status", [302, 404, 410])
def test_an_address_that_refuses_is_not_asked_again_nor_followed(hook: Hook, status: int) -> None:
    hook.status = status
    with pytest.raises(WebhookRefusedError, match=f"answers {status}"):
        post(f"{hook.origin}/services/secret", {})
    assert len(hook.paths) == 1


def test_addresses_that_no_list_has_are_not_called(hook: Hook, settings: Settings) -> None:
    settings.WEBHOOK_PRIVATE_ORIGINS = []
    with pytest.raises(WebhookRefusedError, match="WEBHOOK_ORIGINS"):
        post(hook.origin, {})
    settings.WEBHOOK_ORIGINS = [hook.origin]
    with pytest.raises(WebhookRefusedError, match="leads inside this network"):
        post(hook.origin, {})
    assert hook.got == []


def test_nobody_listening_is_asked_again(settings: Settings) -> None:
    settings.WEBHOOK_PRIVATE_ORIGINS = ["http://127.0.0.1:9"]
    with pytest.raises(TryLaterError, match="does not answer"):
        post("http://127.0.0.1:9/x", {})


def test_a_worker_delivers_what_its_job_made_happen_without_waiting_for_the_queue() -> None:
    study = study_that_tells(mail_to="ada@example.org")
    Loop.objects.create(study=study, state=Loop.State.RUNNING)
    now = timezone.now()
    job = study.jobs.create(kind=Job.Kind.CROP, key="crop:l77", params={"level": 77}, ring_after=now)
    study.jobs.create(kind=Job.Kind.TRAIN, key="train:waits", ring_after=now)
    perform(job.pk)
    assert [message.subject for message in mail.outbox] == ["Ball games: job failed"]
    assert queue_notices() == []


class TestPage:
    def test_an_address_that_this_site_may_not_call_is_refused(
        self, admin_client: Client, settings: Settings
    ) -> None:
        settings.WEBHOOK_ORIGINS = ["https://hooks.example.org"]
        page = reverse("pipeline:notices", args=[draft_study().code])
        refused = admin_client.post(page, {"webhook": "https://elsewhere.example/x", "job_failed": "on"})
        assert "may not send to https://elsewhere.example" in refused.content.decode()
        assert not NoticeWishes.objects.exists()
        admin_client.post(page, {"webhook": "https://hooks.example.org/x", "job_failed": "on"})
        wishes = NoticeWishes.objects.get()
        assert (wishes.webhook, wishes.job_failed, wishes.quota_full) == (
            "https://hooks.example.org/x",
            True,
            False,
        )

    @pytest.mark.thorough
    def test_a_test_is_sent_from_it(self, admin_client: Client, settings: Settings) -> None:
        settings.SENDS_MAIL = True
        study = draft_study()
        page = reverse("pipeline:notices", args=[study.code])
        test = reverse("pipeline:test-notice", args=[study.code])
        assert "name an address first" in admin_client.post(test, follow=True).content.decode()
        admin_client.post(page, {"mail_to": "ada@example.org"})
        admin_client.post(test)
        assert job_of(study).state == Job.State.QUEUED

    def test_what_the_site_cannot_send_is_not_offered(self, admin_client: Client) -> None:
        page = admin_client.get(reverse("pipeline:notices", args=[draft_study().code])).content.decode()
        assert "its administrator sets EMAIL_URL" in page
        assert "the administrator sets WEBHOOK_ORIGINS" in page
