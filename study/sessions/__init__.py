"""Sessions and answers; no other package writes them."""

from __future__ import annotations

from study.platforms.contract import Identity
from study.sessions.handed_photos import photos_of
from study.sessions.holding import find
from study.sessions.identities import (
    come_for_next_part,
    earlier_session,
    has_withdrawn,
    of_same_visit,
    took_part_in_pilot,
)
from study.sessions.lifecycle import (
    Consent,
    choose_language,
    complete,
    device_checked,
    instructions_read,
    resume,
    start,
    stop,
    withdraw,
)
from study.sessions.recording import record
from study.sessions.returning import begin_part
from study.sessions.screen_size import distance_measured, size_measured
from study.sessions.serving import claim, open_block
from study.sessions.wire import Block, Device, Distance, Recorded, ScreenSize, Served

__all__ = [
    "Block",
    "Consent",
    "Device",
    "Distance",
    "Identity",
    "Recorded",
    "ScreenSize",
    "Served",
    "begin_part",
    "choose_language",
    "claim",
    "come_for_next_part",
    "complete",
    "device_checked",
    "distance_measured",
    "earlier_session",
    "find",
    "has_withdrawn",
    "instructions_read",
    "of_same_visit",
    "open_block",
    "photos_of",
    "record",
    "resume",
    "size_measured",
    "start",
    "stop",
    "took_part_in_pilot",
    "withdraw",
]
