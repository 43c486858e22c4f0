"""Machines from outside: packs to take away, and tables of answers that come back, one endpoint each."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404

from pipeline.api.bodies import Message
from pipeline.api.endpoint import Call, Endpoint
from pipeline.api.refusals import RefusedError
from pipeline.api.study_endpoints import STUDY
from pipeline.brought import pack_actions
from pipeline.brought.prediction_packs import PackWish
from pipeline.brought.taking import MOST_BYTES, Statement
from pipeline.exports.zip_stream import Member, zip_stream
from pipeline.models import PredictionPack
from study.models import Role


class PackLine(msgspec.Struct, frozen=True):
    """A pack: its name, its level if it has only one, the numbers of stimuli and examples, and its time."""

    name: str
    level: int | None
    stimuli: int
    examples: int
    created_at: datetime


def packs(call: Call) -> list[PackLine]:
    """List the packs, the newest first."""
    return [_line(pack) for pack in call.own.packs.order_by("-pk")]


def freeze(call: Call) -> PackLine:
    """Freeze the present crops of validation and test photos as a pack."""
    try:
        wish = msgspec.convert(call.request.GET.dict(), PackWish, strict=False)
    except msgspec.ValidationError as error:
        raise RefusedError(f"Say what the pack shall hold, as in ?level=2&examples=4: {error}") from error
    return _line(pack_actions.freeze(call.user, call.own, wish))


def pack_file(call: Call) -> StreamingHttpResponse:
    """Take a pack as a zip file."""
    files = pack_actions.hand_out(call.user, _pack(call))
    members = (Member(name, [content], is_packed=True) for name, content in files)
    return StreamingHttpResponse(zip_stream(members), content_type="application/zip")


def send(call: Call) -> pack_actions.TablePreview:
    """Send a table of answers; it is checked whole, and held until it is taken."""
    content = call.request.read(MOST_BYTES + 1)
    query = call.request.GET.dict()
    try:
        statement = msgspec.convert(query, Statement, strict=False)
    except msgspec.ValidationError as error:
        raise RefusedError(f"Say what the machine is, as in ?name=mine&kind=transfer: {error}") from error
    return pack_actions.send(call.user, _pack(call), content, statement)


def take(call: Call) -> Message:
    """Take a table that was sent; it counts in versions that are frozen from then on."""
    machine = get_object_or_404(
        call.own.brought_machines.select_related("pack"), name=call.arguments["machine"]
    )
    return Message(pack_actions.take(call.user, machine))


def discard(call: Call) -> Message:
    """Throw away a table that was sent and not taken."""
    thrown = pack_actions.discard(call.user, call.own, call.arguments["machine"])
    return Message("The table is thrown away." if thrown else "There is no such table that waits.")


def _pack(call: Call) -> PredictionPack:
    return get_object_or_404(call.own.packs, name=call.arguments["pack"])


def _line(pack: PredictionPack) -> PackLine:
    return PackLine(pack.name, pack.level, pack.size, pack.shots, pack.created_at)


SAID = (
    ("name", "of the machine"),
    ("kind", "of its attack: zero-shot, few-shot, transfer, adaptive or unknown"),
    ("trained_through", "heaviest level among its training photos, if that is known"),
    ("trained_on", "what it learnt from, if that is known"),
    ("source", "whose it is, which weights and version, if that is known"),
)
WISHES = (
    ("level", "the only one that it asks about; all, if not given"),
    ("examples", "how many labelled training photos of each class it shows; needs a level"),
    ("seed", "of the draw of examples"),
)
PACKS, MACHINES = f"{STUDY}packs/", f"{STUDY}machines/<str:machine>/"
OUTSIDE_ENDPOINTS = (
    Endpoint("list_packs", "GET", PACKS, packs, list[PackLine]),
    Endpoint("freeze_pack", "POST", PACKS, freeze, PackLine, queries=WISHES),
    Endpoint("take_pack", "GET", f"{PACKS}<slug:pack>.zip", pack_file, needs=Role.COLLABORATOR),
    Endpoint(
        "send_predictions",
        "POST",
        f"{PACKS}<slug:pack>/answers/",
        send,
        pack_actions.TablePreview,
        bytes,
        queries=SAID,
    ),
    Endpoint("take_predictions", "POST", MACHINES, take, Message),
    Endpoint("discard_predictions", "DELETE", MACHINES, discard, Message),
)
