"""The job that asks a machine behind an endpoint, and sends the table of its answers for a look."""

from __future__ import annotations

import os
import time
from contextlib import closing
from typing import TYPE_CHECKING

from attacker.addresses import origin_of
from attacker.endpoint.answering import ask_about, stated_of
from attacker.endpoint.asking import Pace
from attacker.endpoint.place import place_of
from attacker.endpoint.votes import answer_table, answers_of
from pipeline.brought import pack_actions
from pipeline.brought.prediction_packs import manifest_of_pack, reader_of_pack
from pipeline.brought.taking import Statement
from pipeline.inquiries.inquiry_actions import (
    InquiryRefusedError,
    estimate_of,
    plan_of,
    require_askable,
    terms_of,
)
from pipeline.inquiries.inquiry_ledger import InquiryLedger
from pipeline.inquiries.named_endpoints import NamedEndpoint
from pipeline.models import Inquiry
from pipeline.queue.claims import Claim, Write

if TYPE_CHECKING:
    from attacker.endpoint.chat_client import ChatClient

FIRST_WAIT = 1.0  # seconds before a request that failed is sent again, then doubled
LOOK_EVERY = 0.5  # seconds, whether to stop, while nothing may be sent


class UnansweredError(RuntimeError):
    """Asking ended before everything was answered; the message says why, and what to do."""


def ask(claim: Claim) -> Write:
    """Ask what has no answer yet, and return what sends the whole table for a look.

    Raises
    ------
    UnansweredError
        If something has no answer; what was answered stays.
    """
    inquiry = Inquiry.objects.select_related("pack__study", "asked_by").get(job=claim.job)
    plan, manifest = plan_of(inquiry), manifest_of_pack(inquiry.pack)
    requests = estimate_of(inquiry).requests
    endpoint = require_askable(inquiry)
    ledger = InquiryLedger(inquiry, claim, requests)
    with closing(_client(inquiry.endpoint, endpoint)) as chat:
        _, reason = ask_about(
            manifest, reader_of_pack(inquiry.pack), plan, ledger, chat, terms_of(inquiry),
            _pace(endpoint, claim),
        )  # fmt: skip
    claim.checkpoint()
    if missing := requests - len(ledger.replies):
        raise UnansweredError(f"{missing} requests have no answer yet: {reason}.")
    answers = answers_of(manifest, plan.repeats, ledger.replies, ledger.costs)
    table = answer_table(manifest, answers, stated_of(plan)).encode()

    def write() -> None:
        pack_actions.send(inquiry.asked_by, inquiry.pack, table, Statement(inquiry.name, inquiry.kind))

    return write


def _client(name: str, endpoint: NamedEndpoint) -> ChatClient:
    try:
        from attacker.endpoint.chat_client import ChatClient
    except ImportError as error:
        raise InquiryRefusedError(
            f"The workers of this site need a package more ({error}): pip install '.[endpoint]'."
        ) from error
    key = os.environ.get(endpoint.key, "") if endpoint.key else ""
    if endpoint.key and not key:
        raise InquiryRefusedError(
            f"The key of endpoint {name} is not there: the administrator sets {endpoint.key} in the "
            "environment of the workers."
        )
    place = place_of(endpoint.address, [origin_of(endpoint.address)])
    return ChatClient(place, key)


def _pace(endpoint: NamedEndpoint, claim: Claim) -> Pace:
    def sleep(seconds: float) -> None:
        until = time.monotonic() + seconds
        while not claim.should_stop() and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, LOOK_EVERY))

    return Pace(endpoint.parallel, first_wait=FIRST_WAIT, sleep=sleep, should_stop=claim.should_stop)
