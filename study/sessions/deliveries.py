"""What a browser may send: parsed and checked, before anything is looked up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime

from study.models import Trial

LONGEST_MS = 3_600_000.0  # an hour: no trial lasts longer, whatever a page claims
MOST_ANSWERS = 1_000  # in one request
MOST_TILES = 100
MOST_FRAMES = 1_000_000
CLOSED = {status.value for status in Trial.ResponseStatus if status is not Trial.ResponseStatus.OPEN}
ABORT_REASONS = {"interrupted", "preload_failed"}


class BadAnswerError(ValueError):
    """The request is not an answer; the message names the field and what it must be."""


@dataclass(frozen=True)
class Timing:
    """What the browser measured while it showed the photo; times in milliseconds."""

    stimulus_ms_achieved: float | None
    mask_ms_achieved: float | None
    frame_ms: float | None
    dropped_frames: int | None
    focus_lost: bool
    fullscreen: bool
    onset_utc: datetime | None


@dataclass(frozen=True)
class Answer:
    """One closed trial as the browser saw it.

    `response` is the place of the button pressed, `selected` are the places of a grid's tiles; all from 0.
    """

    trial: str
    uuid: UUID
    status: str
    reason: str
    response: int | None
    selected: tuple[int, ...] | None
    rt_ms: float | None
    confidence: int | None
    timing: Timing


@dataclass(frozen=True)
class Delivery:
    """One request: answers in their order, the trial that begins next, and how long ago it began."""

    tab: str
    begun: str
    begun_age_ms: float
    answers: tuple[Answer, ...]


def parse_delivery(body: bytes) -> Delivery:
    """Read a request's body.

    Raises
    ------
    BadAnswerError
        If anything in it is missing or absurd.
    """
    fields = _json_object(body)
    rows = fields.get("answers", [])
    if not isinstance(rows, list) or len(rows) > MOST_ANSWERS:
        raise BadAnswerError(f"answers must be a list of at most {MOST_ANSWERS}.")
    return Delivery(
        tab=str(_uuid(fields, "tab")),
        begun=_text(fields, "begun") if fields.get("begun") is not None else "",
        begun_age_ms=_age(fields, "begun_age_ms"),
        answers=tuple(_answer(row) for row in rows),
    )


def parse_tab(body: bytes) -> str:
    """Read which tab asks for a block."""
    return str(_uuid(_json_object(body), "tab"))


def _json_object(body: bytes) -> Mapping[str, Any]:
    try:
        fields = json.loads(body)
    except ValueError as error:
        raise BadAnswerError("The body must be JSON.") from error
    if not isinstance(fields, dict):
        raise BadAnswerError("The body must be a JSON object.")
    return fields


def _answer(row: object) -> Answer:
    if not isinstance(row, dict):
        raise BadAnswerError("Every answer must be an object.")
    status = _text(row, "status")
    if status not in CLOSED:
        raise BadAnswerError(f"status must be one of {', '.join(sorted(CLOSED))}.")
    answered = status == Trial.ResponseStatus.ANSWERED
    of_grid = "selected" in row
    return Answer(
        trial=_text(row, "trial"),
        uuid=_uuid(row, "uuid"),
        status=status,
        reason=_reason(row) if status == Trial.ResponseStatus.ABORTED else "",
        response=_whole(row, "response", 1_000, needed=True) if answered and not of_grid else None,
        selected=_places(row, "selected") if answered and of_grid else None,
        rt_ms=_milliseconds(row, "rt_ms", needed=answered),
        confidence=_whole(row, "confidence", 100),
        timing=_timing(row),
    )


def _timing(row: Mapping[str, Any]) -> Timing:
    return Timing(
        stimulus_ms_achieved=_milliseconds(row, "stimulus_ms_achieved"),
        mask_ms_achieved=_milliseconds(row, "mask_ms_achieved"),
        frame_ms=_milliseconds(row, "frame_ms"),
        dropped_frames=_whole(row, "dropped_frames", MOST_FRAMES),
        focus_lost=_flag(row, "focus_lost"),
        fullscreen=_flag(row, "fullscreen"),
        onset_utc=_moment(row, "onset_utc"),
    )


def _reason(row: Mapping[str, Any]) -> str:
    reason = _text(row, "reason")
    if reason not in ABORT_REASONS:
        raise BadAnswerError(f"reason must be one of {', '.join(sorted(ABORT_REASONS))}.")
    return reason


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 64 or not value.isprintable():
        raise BadAnswerError(f"{name} must be a short text.")
    return value


def _uuid(row: Mapping[str, Any], name: str) -> UUID:
    try:
        return UUID(_text(row, name))
    except ValueError as error:
        raise BadAnswerError(f"{name} must be a UUID.") from error


def _flag(row: Mapping[str, Any], name: str) -> bool:
    value = row.get(name, False)
    if not isinstance(value, bool):
        raise BadAnswerError(f"{name} must be true or false.")
    return value


def _whole(row: Mapping[str, Any], name: str, most: int, *, needed: bool = False) -> int | None:
    value = row.get(name)
    if value is None and not needed:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise BadAnswerError(f"{name} must be a whole number from 0 to {most}.")
    return value


def _places(row: Mapping[str, Any], name: str) -> tuple[int, ...]:
    places = row.get(name)
    if not isinstance(places, list) or len(places) > MOST_TILES or not _are_places(places):
        raise BadAnswerError(f"{name} must be a list of at most {MOST_TILES} different places of tiles.")
    return tuple(sorted(places))


def _are_places(values: list[Any]) -> bool:
    return all(type(value) is int and value >= 0 for value in values) and len(set(values)) == len(values)


def _milliseconds(row: Mapping[str, Any], name: str, *, needed: bool = False) -> float | None:
    value = row.get(name)
    if value is None and not needed:
        return None
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise BadAnswerError(f"{name} must be a number of milliseconds.")
    if not 0 <= value <= LONGEST_MS:  # no more is NaN
        raise BadAnswerError(f"{name} must lie between 0 and {LONGEST_MS:.0f} ms.")
    return float(value)


def _age(row: Mapping[str, Any], name: str) -> float:
    """How long ago; whatever is longer than any trial counts as that."""
    value = row.get(name, 0.0)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not value >= 0:
        raise BadAnswerError(f"{name} must be a number of milliseconds, 0 or more.")
    return float(min(value, LONGEST_MS))


def _moment(row: Mapping[str, Any], name: str) -> datetime | None:
    value = row.get(name)
    if value is None:
        return None
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # no such day, or before the first year
        pass
    raise BadAnswerError(f"{name} must be an ISO 8601 time with its zone.")
