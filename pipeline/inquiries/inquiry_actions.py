"""What the owner of a study does with inquiries: plan and look, begin, go on, throw away; each is logged."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from attacker.endpoint.answering import Terms
from attacker.endpoint.ask_plan import Plan
from attacker.endpoint.budget import amount_text
from attacker.endpoint.estimate import Estimate, estimate
from attacker.errors import AttackerError
from attacker.packs.kinds import UNKNOWN
from pipeline.audit import record
from pipeline.brought.prediction_packs import PackRefusedError, manifest_of_pack, require_current
from pipeline.brought.taking import Statement, require_usable
from pipeline.inquiries.named_endpoints import NamedEndpoint
from pipeline.models import Inquiry, Job, PredictionPack
from pipeline.queue import job_requests
from study.models import Study


class InquiryRefusedError(ValueError):
    """A machine cannot be asked as wished; the message says what to do."""


REFUSALS = (InquiryRefusedError, PackRefusedError)


class InquiryWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which machine shall be asked, and how.

    Attributes
    ----------
    name : of the machine, in this study
    endpoint : as the administrator's setting names it
    model : as the endpoint names it
    kind : of its attack
    temperature : of drawing words; None: as the endpoint has it
    repeats : how often each stimulus is asked about
    size : longest side of the photo that is sent, in pixels
    shots : labelled examples of each class that are shown first, from the pack
    cap : that the cost never passes; None: no prices are known
    """

    name: str
    endpoint: str
    model: str
    kind: str = UNKNOWN
    temperature: float | None = 0.0
    repeats: int = 1
    size: int = 512
    shots: int = 0
    cap: Decimal | None = None


def plan(user: Any, pack: PredictionPack, wish: InquiryWish) -> Inquiry:
    """Store what would be asked, with what it costs at most, for a look; nothing is sent.

    Raises
    ------
    InquiryRefusedError, PackRefusedError
        If the machine cannot be asked so.
    """
    require_consent(pack.study)
    require_usable(pack, Statement(wish.name, wish.kind))
    if pack.study.brought_machines.filter(name=wish.name).exists():
        raise _name_is_taken(wish.name)
    planned = _planned(pack, wish)
    inquiry = Inquiry(
        study=pack.study, pack=pack, name=wish.name, kind=wish.kind, endpoint=wish.endpoint,
        **planned, asked_by=user, planned_at=timezone.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            inquiry.save()
    except IntegrityError:
        raise _name_is_taken(wish.name) from None
    record(
        user, pack.study, f"planned to ask {wish.name} ({wish.model} at {wish.endpoint}) about {pack.name}"
    )
    return inquiry


def begin(user: Any, inquiry: Inquiry) -> None:
    """Let a worker ask; two who begin at once make one job.

    Raises
    ------
    InquiryRefusedError, PackRefusedError
        If it was begun, or the design, the photos or the endpoint have changed since the look.
    """
    if inquiry.job is not None:
        raise InquiryRefusedError(f"{inquiry.name} was begun already.")
    require_askable(inquiry)
    with transaction.atomic():
        inquiry.job = job_requests.enqueue(inquiry.study, Job.Kind.ASK, f"ask:{inquiry.pk}")
        inquiry.save(update_fields=["job"])
        record(user, inquiry.study, f"began to ask {inquiry.name}")


def go_on(user: Any, inquiry: Inquiry, cap: Decimal | None) -> None:
    """Ask what has no answer yet, after a failure, a stop, or with a larger cap.

    Raises
    ------
    InquiryRefusedError, PackRefusedError
        If the job has not ended early, the cap is not larger, or it cannot be asked any more.
    """
    require_askable(inquiry)
    terms = terms_of(inquiry)
    if cap is not None and (terms.cap is None or cap <= terms.cap):
        raise InquiryRefusedError(
            "Give a larger cap than before, or none to keep it; without prices there is no cap."
        )
    with transaction.atomic():
        if inquiry.job is None or not job_requests.retry(inquiry.job):
            raise InquiryRefusedError(f"{inquiry.name} is being asked, or all is answered.")
        if cap is not None:
            inquiry.terms = msgspec.to_builtins(Terms(cap, terms.prices))
            inquiry.save(update_fields=["terms"])
        raised = f", with a cap of {amount_text(cap)}" if cap is not None else ""
        record(user, inquiry.study, f"went on to ask {inquiry.name}{raised}")


def discard(user: Any, inquiry: Inquiry) -> bool:
    """Throw a plan away that was not begun; False if it was."""
    thrown, _ = Inquiry.objects.filter(pk=inquiry.pk, job=None).delete()
    if thrown:
        record(user, inquiry.study, f"threw the plan to ask {inquiry.name} away")
    return thrown > 0


def require_askable(inquiry: Inquiry) -> NamedEndpoint:
    """Return the endpoint of an inquiry, if it may still be asked as it was looked at.

    Raises
    ------
    InquiryRefusedError, PackRefusedError
        If it may not.
    """
    require_consent(inquiry.pack.study)
    require_current(inquiry.pack)
    endpoint = _endpoint(inquiry.endpoint)
    if endpoint.address != plan_of(inquiry).base_url:
        raise InquiryRefusedError(
            f"The address of endpoint {inquiry.endpoint} has changed since: plan anew, under another name."
        )
    return endpoint


def require_consent(study: Study) -> None:
    """Refuse to send photos unless the design says that they may leave.

    Raises
    ------
    InquiryRefusedError
    """
    if not study.photos_may_leave:
        raise InquiryRefusedError(
            "By the design, photos of this study may not be sent to machines of others, so that none is "
            "asked. The design (under Machine) can say otherwise until people take part."
        )


def plan_of(inquiry: Inquiry) -> Plan:
    """Return what all requests have in common."""
    return msgspec.convert(inquiry.plan, Plan)


def terms_of(inquiry: Inquiry) -> Terms:
    """Return cap and prices."""
    return msgspec.convert(inquiry.terms, Terms)


def estimate_of(inquiry: Inquiry) -> Estimate:
    """Return number and most cost of the requests."""
    return msgspec.convert(inquiry.estimate, Estimate)


def _planned(pack: PredictionPack, wish: InquiryWish) -> dict[str, Any]:
    """Return plan, terms and estimate, as they are stored."""
    endpoint = _endpoint(wish.endpoint)
    if endpoint.has_prices != (wish.cap is not None):
        raise InquiryRefusedError(
            f"Say what asking {wish.endpoint} may cost at most."
            if endpoint.has_prices
            else f"The administrator named no prices of {wish.endpoint}, so no cap could be held: give none."
        )
    try:
        what = Plan(
            pack.name, endpoint.address, wish.model, temperature=wish.temperature, repeats=wish.repeats,
            size=wish.size, token_field=endpoint.token_field, shots=wish.shots,
        )  # fmt: skip
        terms = Terms(wish.cap, endpoint.prices(what.written_tokens))
        cost = estimate(what, manifest_of_pack(pack), terms.prices, wish.cap)
    except AttackerError as error:
        raise InquiryRefusedError(f"It cannot be asked so: {error}.") from error
    stored = {"plan": what, "terms": terms, "estimate": cost}
    return {name: msgspec.to_builtins(value) for name, value in stored.items()}


def _endpoint(name: str) -> NamedEndpoint:
    endpoint: NamedEndpoint | None = settings.ENDPOINTS.get(name)
    if endpoint is None:
        raise InquiryRefusedError(f"The administrator names no endpoint {name!r} (setting ENDPOINTS).")
    return endpoint


def _name_is_taken(name: str) -> InquiryRefusedError:
    return InquiryRefusedError(f"This study has a machine called {name!r} already: choose another name.")
