"""A machine behind an endpoint is asked from a shell of the site: looked at first, then asked once."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from attacker.endpoint.budget import amount_text
from pipeline.audit import entries_of
from pipeline.inquiries import ask_job
from pipeline.models import BroughtAnswer, Inquiry, Job
from study.models import Study
from tests.attacker.endpoint.chat_server import KEY
from tests.pipeline.inquiries.asked_study import VARIABLE, Asked, asked_study

pytestmark = pytest.mark.django_db
WISH = ("--endpoint", "lab", "--model", "planted", "--kind", "zero-shot")


@pytest.fixture(autouse=True)
def _key_and_no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, KEY)
    monkeypatch.setattr(ask_job, "FIRST_WAIT", 0.01)


@pytest.fixture
def asked(admin_user: Any, admin_client: Client, settings: Any) -> Iterator[Asked]:
    with asked_study(admin_user, admin_client, settings) as asked:
        yield asked


def shell(asked: Asked, verb: str, *words: object) -> str:
    out = io.StringIO()
    call_command("study", verb, asked.study.code, *map(str, words), stdout=out)
    return out.getvalue().strip()


def test_it_says_what_it_would_cost_and_sends_nothing(asked: Asked) -> None:
    looked = shell(asked, "plan-asking", "vlm", *WISH, "--cap", "5", "--repeats", 2)
    most = amount_text(Decimal(asked.inquiry.estimate["most"]))
    assert looked.startswith(f"{2 * asked.size} requests, at most {most} in all")
    assert "Nothing is sent yet" in looked
    assert f"vlm: planned. {2 * asked.size} requests" in shell(asked, "asked")
    assert Job.objects.filter(kind=Job.Kind.ASK).count() == asked.server.asked.total() == 0
    assert "is thrown away" in shell(asked, "drop-asking", "vlm")
    assert not Inquiry.objects.exists()
    assert shell(asked, "asked") == "No machine was asked from this site."


@pytest.mark.thorough
def test_a_plan_that_was_looked_at_is_begun_and_its_table_taken(asked: Asked) -> None:
    shell(asked, "plan-asking", "vlm", *WISH, "--cap", "5")
    assert "A worker asks vlm from now on" in shell(asked, "begin-asking", "vlm")
    with pytest.raises(CommandError, match="was begun already"):
        shell(asked, "begin-asking", "vlm")
    with pytest.raises(CommandError, match="stop its job"):
        shell(asked, "drop-asking", "vlm")
    assert asked.work() == Job.State.SUCCEEDED
    stands = shell(asked, "asked")
    assert f"{asked.size} of {asked.size} answered, {asked.size} answered" in stands
    assert f"{amount_text(asked.server.bill)} spent of 5" in stands
    asked.press("take-machine", asked.study.code, asked.study.brought_machines.waiting().get().pk)
    assert BroughtAnswer.objects.filter(correct=True).count() == asked.size
    assert any("began to ask vlm" in entry.get_change_message() for entry in entries_of(asked.study))


def test_a_cap_that_was_too_small_is_raised(asked: Asked) -> None:
    shell(asked, "plan-asking", "vlm", *WISH, "--cap", "0.01")
    shell(asked, "begin-asking", "vlm")
    assert asked.work() == Job.State.FAILED
    assert "might pass the budget" in shell(asked, "asked")
    with pytest.raises(CommandError, match="Give a larger cap"):
        shell(asked, "go-on-asking", "vlm", "--cap", "0.005")
    assert "what has no answer yet" in shell(asked, "go-on-asking", "vlm", "--cap", "5")
    assert asked.work() == Job.State.SUCCEEDED
    assert set(asked.server.given.values()) == {1}


@pytest.mark.sampled
@pytest.mark.parametrize("cap", ["much", "nan", "0", "-1", "inf"])
def test_a_cap_that_is_no_amount_is_refused(asked: Asked, cap: str) -> None:
    with pytest.raises(CommandError, match="amount of money above 0"):
        shell(asked, "plan-asking", "vlm", *WISH, f"--cap={cap}")
    assert not Inquiry.objects.exists()


def test_what_cannot_be_asked_is_one_line_that_says_what_to_do(asked: Asked) -> None:
    with pytest.raises(CommandError, match="names no endpoint 'elsewhere'"):
        shell(asked, "plan-asking", "vlm", "--endpoint", "elsewhere", "--model", "planted", "--cap", "5")
    with pytest.raises(CommandError, match="may cost at most"):
        shell(asked, "plan-asking", "vlm", *WISH)
    with pytest.raises(CommandError, match="It cannot be asked so"):
        shell(asked, "plan-asking", "vlm", *WISH, "--cap", "5", "--repeats", "0")
    with pytest.raises(CommandError, match="plan-asking"):
        shell(asked, "begin-asking", "vlm")
    Study.objects.filter(pk=asked.study.pk).update(photos_may_leave=False)
    with pytest.raises(CommandError, match="may not be sent to machines of others"):
        shell(asked, "plan-asking", "vlm", *WISH, "--cap", "5")
