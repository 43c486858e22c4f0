"""Verbs of `manage.py study` about machines behind endpoints: a plan is looked at first, then begun."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import CommandError

from attacker.packs.kinds import KINDS, UNKNOWN
from pipeline.inquiries import inquiry_actions
from pipeline.inquiries.inquiry_actions import InquiryWish
from pipeline.inquiries.inquiry_standing import InquiryStanding, standings_of
from pipeline.management.inquiry_words import cost_in_words, standing_in_words
from pipeline.management.outside_verbs import pack_of
from pipeline.management.study_verbs import Given, whose
from pipeline.models import Inquiry

PLAN_OPTIONS: dict[str, dict[str, Any]] = {
    "--endpoint": {"required": True, "help": "As the administrator's setting ENDPOINTS names it."},
    "--model": {"required": True, "help": "As the endpoint names it."},
    "--pack": {"help": "That it is asked about; the newest, if not given."},
    "--kind": {"choices": sorted(KINDS), "default": UNKNOWN, "help": "Of its attack."},
    "--temperature": {"type": float, "default": 0.0, "help": "Of drawing words (%(default)s)."},
    "--repeats": {"type": int, "default": 1, "help": "Requests for each photo (%(default)s)."},
    "--size": {"type": int, "default": 512, "help": "Longest side of the photo sent (%(default)s px)."},
    "--examples": {"type": int, "default": 0, "help": "Labelled photos of each class shown first."},
    "--cap": {"help": "That the cost never passes; needed where the administrator named prices."},
}
CAP = {"--cap": {"help": "A larger one than before; as before, if not given."}}


def plan(given: Given) -> str:
    """Say how many photos would be sent to a machine behind an endpoint, and what it costs at most."""
    study, user = whose(given)
    wish = InquiryWish(
        given["name"], given["endpoint"], given["model"], given["kind"], given["temperature"],
        given["repeats"], given["size"], given["examples"], _amount(given["cap"]),
    )  # fmt: skip
    inquiry = inquiry_actions.plan(user, pack_of(study, given["pack"]), wish)
    return (
        f"{cost_in_words(_standing(inquiry))} Nothing is sent yet, and photos that were sent cannot be "
        f"called back: manage.py study begin-asking {study.code} {inquiry.name}, or drop-asking."
    )


def begin(given: Given) -> str:
    """Send the photos of a plan that was looked at; a worker asks."""
    inquiry, user = _chosen(given)
    inquiry_actions.begin(user, inquiry)
    return f"A worker asks {inquiry.name} from now on. {cost_in_words(_standing(inquiry))}"


def go_on(given: Given) -> str:
    """Ask what has no answer yet, after a failure, a stop, or with a larger cap."""
    inquiry, user = _chosen(given)
    inquiry_actions.go_on(user, inquiry, _amount(given["cap"]))
    return f"A worker asks {inquiry.name} what has no answer yet."


def drop(given: Given) -> str:
    """Throw a plan away that was not begun."""
    inquiry, user = _chosen(given)
    if not inquiry_actions.discard(user, inquiry):
        raise CommandError(f"{inquiry.name} is asked already: stop its job instead.")
    return f"The plan to ask {inquiry.name} is thrown away."


def tell(given: Given) -> str:
    """Say how the machines behind endpoints stand: what is answered, and what it has cost."""
    study, _ = whose(given)
    return "\n".join(map(standing_in_words, standings_of(study))) or "No machine was asked from this site."


ASKING_VERBS: dict[str, tuple[Callable[[Given], str], tuple[str, ...]]] = {
    "plan-asking": (plan, ("study", "name")),
    "begin-asking": (begin, ("study", "name")),
    "go-on-asking": (go_on, ("study", "name")),
    "drop-asking": (drop, ("study", "name")),
    "asked": (tell, ("study",)),
}
ASKING_OPTIONS: dict[str, dict[str, dict[str, Any]]] = {"plan-asking": PLAN_OPTIONS, "go-on-asking": CAP}


def _chosen(given: Given) -> tuple[Inquiry, Any]:
    study, user = whose(given)
    inquiry = study.inquiries.select_related("pack__study", "job").filter(name=given["name"]).first()
    if inquiry is None:
        names = ", ".join(study.inquiries.values_list("name", flat=True)) or "none; see plan-asking"
        raise CommandError(f"No machine {given['name']!r} is planned or asked. There are: {names}.")
    return inquiry, user


def _amount(text: str | None) -> Decimal | None:
    try:
        amount = None if text is None else Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if amount is not None and not (amount.is_finite() and amount > 0):
        raise CommandError(f"--cap is an amount of money above 0, not {text!r}.")
    return amount


def _standing(inquiry: Inquiry) -> InquiryStanding:
    return next(each for each in standings_of(inquiry.study) if each.inquiry.pk == inquiry.pk)
