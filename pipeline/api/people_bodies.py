"""What is sent and returned about people and analyses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec


class Invitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to invite, as `reader` or `collaborator`."""

    name: str
    role: str


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is decided about a participant: a rule of the frozen design, `counted`, or empty for the rules."""

    ruling: str
    reason: str


class PersonLine(msgspec.Struct, frozen=True):
    """One sitting: how it ended, where, and which rule leaves the person out."""

    participant: str
    started_at: datetime
    completed_at: datetime | None
    end: str
    where: str
    excluded: str
    counted: bool


class People(msgspec.Struct, frozen=True):
    """Recruitment of a version in one mode."""

    version: int
    mode: str
    started: int
    counted: int
    ends: dict[str, int]
    sittings: list[PersonLine]


class AnalysisLine(msgspec.Struct, frozen=True):
    """An analysis: what it is of, why it was made, and its verdict once it is done."""

    id: int
    version: int
    mode: str
    state: str
    created_at: datetime
    cause: str
    verdict: dict[str, Any] | None
