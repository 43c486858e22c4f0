"""A machine behind an endpoint is asked from the desk: looked at first, then asked once, within a cap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core import serializers
from django.test import Client
from django.urls import reverse

from attacker.endpoint.budget import amount_text
from attacker.endpoint.chat import ChatRequest, Reply
from attacker.endpoint.chat_client import ChatClient
from attacker.endpoint.ledger import Line
from pipeline.actions.membership import invite
from pipeline.inquiries import ask_job
from pipeline.inquiries.inquiry_ledger import InquiryLedger, tally_of
from pipeline.inquiries.named_endpoints import read_endpoints
from pipeline.models import BroughtAnswer, BroughtMachine, Inquiry, InquiryLine, Job
from pipeline.queue.job_requests import request_cancel
from study.models import Role, Study
from tests.attacker.endpoint.chat_server import KEY, Trouble
from tests.pipeline.inquiries.asked_study import VARIABLE, Asked, asked_study

pytestmark = pytest.mark.django_db
NO_PRICES = {"price_in": "0", "price_out": "0", "photo_tokens": 0}


@pytest.fixture(autouse=True)
def _key_and_no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, KEY)
    monkeypatch.setattr(ask_job, "FIRST_WAIT", 0.01)


@pytest.fixture
def asked(admin_user: Any, admin_client: Client, settings: Any) -> Iterator[Asked]:
    with asked_study(admin_user, admin_client, settings) as asked:
        yield asked


def test_first_the_owner_sees_how_many_requests_there_are_and_what_they_cost_at_most(asked: Asked) -> None:
    looked = asked.plan(repeats="2")
    estimate = asked.inquiry.estimate
    assert estimate["requests"] == 2 * asked.size
    most = amount_text(Decimal(estimate["most"]))
    assert f"{2 * asked.size} requests, at most {most} in all" in looked
    assert Job.objects.filter(kind=Job.Kind.ASK).count() == asked.server.asked.total() == 0
    assert "is thrown away" in asked.press_on("discard")
    assert not Inquiry.objects.exists()


@pytest.mark.thorough
def test_answers_come_back_as_a_table_that_is_looked_at_and_taken(asked: Asked) -> None:
    asked.plan()
    assert "A worker asks vlm" in asked.press_on("begin")
    assert "was begun already" in asked.press_on("begin")
    assert "every 5s" in asked.page, "it shows by itself how far it is"
    assert asked.work() == Job.State.SUCCEEDED
    assert "every 5s" not in asked.page
    assert f"{asked.size} of {asked.size} answered" in asked.page
    assert "vlm: look before you take it" in asked.page
    machine = BroughtMachine.objects.waiting().get()
    asked.press("take-machine", asked.study.code, machine.pk)
    answers = BroughtAnswer.objects.filter(machine=machine)
    assert answers.count() == answers.filter(correct=True).count() == asked.size
    assert sum(answer.cost or 0 for answer in answers) == pytest.approx(float(asked.server.bill))
    assert 0 < asked.server.bill <= Decimal(asked.inquiry.estimate["most"]), "never more than was said before"
    assert (machine.kind, machine.source) == ("zero-shot", "planted, behind a chat endpoint")
    logged = set(LogEntry.objects.values_list("change_message", flat=True))
    assert {"began to ask vlm", f"sent predictions of vlm for pack {machine.pack.name}"} <= logged


def test_what_fails_is_asked_again_and_junk_and_refusals_are_states(
    admin_user: Any, admin_client: Client, settings: Any
) -> None:
    passing = {2: Trouble.TOO_MANY, 4: Trouble.BROKEN}
    lasting = {3: Trouble.JUNK, 5: Trouble.REFUSAL}

    def trouble(number: int, attempt: int) -> Trouble:
        first = {} if attempt else passing
        return lasting.get(number) or first.get(number) or Trouble.NONE

    with asked_study(admin_user, admin_client, settings, trouble) as asked:
        asked.plan()
        asked.press_on("begin")
        assert asked.work() == Job.State.SUCCEEDED
        page = asked.page
    states = Counter(reply.state.value for reply in tally_of(asked.inquiry).replies.values())
    assert states == {"answered": asked.size - 2, "off-list": 1, "refused": 1}
    assert set(asked.server.given.values()) == {1}
    assert "failed: answers 429" in page
    assert "failed: answers 500" in page


@pytest.mark.thorough
def test_after_an_exception_nothing_is_asked_twice_that_was_stored(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks, ask = iter(range(10_000)), ChatClient.ask

    def dies_at_the_sixth(client: ChatClient, request: ChatRequest) -> Reply:
        if next(asks) == 5:
            raise RuntimeError("the worker has a bug")
        return ask(client, request)

    monkeypatch.setattr(ChatClient, "ask", dies_at_the_sixth)
    asked.plan()
    asked.press_on("begin")
    assert asked.work() == Job.State.FAILED
    assert 0 < len(tally_of(asked.inquiry).replies) == asked.server.given.total() < asked.size
    assert "the worker has a bug" in asked.page
    assert "A worker asks vlm what has no answer yet" in asked.press_on("go-on")
    assert asked.work() == Job.State.SUCCEEDED
    assert len(asked.server.given) == asked.size
    assert set(asked.server.given.values()) == {1}
    tally = tally_of(asked.inquiry)
    assert tally.attempts.total() == asked.size + 1, "only what was lost is sent again"


@pytest.mark.thorough
def test_the_cap_is_held_and_a_larger_one_goes_on(asked: Asked) -> None:
    asked.plan()
    cap = Decimal(asked.inquiry.estimate["most"]) / 4
    asked.press_on("discard")
    asked.plan(cap=f"{cap:.4f}")
    asked.press_on("begin")
    assert asked.work() == Job.State.FAILED
    assert 0 < asked.server.given.total() < asked.size
    assert asked.server.bill <= cap
    assert "might pass the budget" in asked.page
    assert "Give a larger cap" in asked.press_on("go-on", cap=f"{cap / 2:.4f}")
    asked.press_on("go-on", cap="5")
    assert asked.work() == Job.State.SUCCEEDED
    assert set(asked.server.given.values()) == {1}


@pytest.mark.thorough
def test_who_stops_it_keeps_what_was_answered(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    write, lines = InquiryLedger.write, iter(range(10_000))

    def stopped_at_the_tenth_line(ledger: InquiryLedger, line: Line) -> None:
        write(ledger, line)
        if next(lines) == 9:
            request_cancel(ledger.claim.job)
            ledger.claim.renew()

    monkeypatch.setattr(InquiryLedger, "write", stopped_at_the_tenth_line)
    asked.plan()
    asked.press_on("begin")
    assert asked.work() == Job.State.CANCELLED
    stored = tally_of(asked.inquiry)
    assert 0 < len(stored.replies) == stored.attempts.total() == asked.server.given.total() < asked.size
    asked.press_on("go-on")
    assert asked.work() == Job.State.SUCCEEDED
    assert set(asked.server.given.values()) == {1}


def test_a_worker_that_lost_the_job_writes_nothing_more(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, lines = InquiryLedger.write, iter(range(10_000))

    def taken_over_at_the_tenth_line(ledger: InquiryLedger, line: Line) -> None:
        write(ledger, line)
        if next(lines) == 9:
            Job.objects.filter(pk=ledger.claim.job.pk).update(owner_token="of another worker")

    monkeypatch.setattr(InquiryLedger, "write", taken_over_at_the_tenth_line)
    asked.plan()
    asked.press_on("begin")
    assert asked.work() == Job.State.RUNNING, "in the hands of the other"
    assert InquiryLine.objects.count() == 10
    assert asked.server.asked.total() < asked.size


@pytest.mark.thorough
def test_photos_stay_where_the_design_says_so(asked: Asked) -> None:
    asked.plan()
    Study.objects.filter(pk=asked.study.pk).update(photos_may_leave=False)
    assert "may not be sent to machines of others, so that none is asked." in asked.press_on("begin")
    assert "may not be sent to machines of others, so that none is asked." in asked.plan(machine="another")
    assert "Say what it would cost" not in asked.page
    Study.objects.filter(pk=asked.study.pk).update(photos_may_leave=True)
    asked.press_on("begin")
    Study.objects.filter(pk=asked.study.pk).update(photos_may_leave=False)
    assert asked.work() == Job.State.FAILED, "also where it changed while the job waited"
    assert asked.server.asked.total() == 0


@pytest.mark.thorough
def test_only_the_owner_asks(asked: Asked, admin_user: Any, django_user_model: Any) -> None:
    asked.plan()
    colleague = django_user_model.objects.create_user("colleague", is_staff=True)
    invite(admin_user, asked.study, "colleague", Role.COLLABORATOR)
    client = Client()
    client.force_login(colleague)
    page = client.get(reverse("pipeline:outside", args=[asked.study.code])).content.decode()
    assert "vlm: look before it is asked" in page
    assert "Send the photos" not in page
    assert "Say what it would cost" not in page
    urls = [
        reverse(f"pipeline:{name}-inquiry", args=[asked.study.code, asked.inquiry.pk])
        for name in ("begin", "stop", "go-on", "discard")
    ]
    for url in (*urls, reverse("pipeline:plan-inquiry", args=[asked.study.code])):
        assert client.post(url).status_code == HTTPStatus.FORBIDDEN


def test_addresses_come_from_the_administrator_only(asked: Asked, settings: Any) -> None:
    assert "not one of the available choices" in asked.plan(endpoint="http://127.0.0.1:1/v1")
    asked.plan()
    settings.ENDPOINTS = read_endpoints({"lab": {"address": "http://127.0.0.1:1/v1"}})
    assert "has changed since" in asked.press_on("begin")
    settings.ENDPOINTS = {}
    assert "names no endpoint" in asked.press_on("begin")
    assert "has named no endpoint" in asked.page


@pytest.mark.thorough
def test_a_cap_goes_with_prices(asked: Asked, settings: Any) -> None:
    assert "may cost at most" in asked.plan(cap="")
    settings.ENDPOINTS = read_endpoints({"lab": {"address": asked.server.base_url}})
    assert "no cap could be held" in asked.plan()
    assert "What they cost is not known" in asked.plan(cap="")


def test_what_waits_for_a_worker_is_stopped_at_once_and_can_go_on(asked: Asked) -> None:
    asked.plan()
    asked.press_on("begin")
    assert "Asking vlm is being stopped" in asked.press_on("stop")
    assert asked.inquiry.job is not None
    assert asked.inquiry.job.state == Job.State.CANCELLED
    assert "Larger cap" in asked.page
    asked.press_on("go-on", cap="")
    assert asked.work() == Job.State.SUCCEEDED


def test_a_name_is_given_once(asked: Asked) -> None:
    asked.plan()
    assert "choose another name" in asked.plan()


def test_without_its_key_nothing_is_asked(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    asked.plan()
    asked.press_on("begin")
    assert asked.work() == Job.State.FAILED
    assert f"sets {VARIABLE} in the environment" in asked.page
    assert asked.server.asked.total() == 0


@pytest.mark.thorough
def test_the_key_is_in_no_row_no_log_and_on_no_page(
    admin_user: Any, admin_client: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with asked_study(admin_user, admin_client, settings, lambda *_: Trouble.NO_KEY) as asked:
        asked.plan()
        asked.press_on("begin")
        assert asked.work() == Job.State.FAILED
        page = asked.page
    assert any(headers["authorization"] == f"Bearer {KEY}" for headers in asked.server.headers)
    assert "answers 401" in page
    assert "answers 401" in caplog.text
    rows = [*Inquiry.objects.all(), *InquiryLine.objects.all(), *Job.objects.all(), *LogEntry.objects.all()]
    for text in (page, caplog.text, serializers.serialize("json", rows)):
        assert KEY not in text
