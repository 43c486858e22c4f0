"""The device of a part that is over: in the next part people may sit at another."""

from __future__ import annotations

import msgspec


class PartDevice(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of a device; names are those of a session's fields, which hold the present part's."""

    browser: str = ""
    os: str = ""
    input_device: str = ""
    answers_by: str = ""
    viewport_w: int | None = None
    viewport_h: int | None = None
    dpr: float | None = None
    refresh_hz: float | None = None
    clock_grain_ms: float | None = None
    presentation_lag_ms: float | None = None
    onset_known_by: str = ""
    size_known_by: str = ""
    screen_mm_per_px: float | None = None
    viewing_distance_cm: float | None = None
    distance_known_by: str = ""
    distance_spread_cm: float | None = None
    distance_tries: int = 0
    forced_colours: bool | None = None
    surround: str = ""

    @classmethod
    def of(cls, session: object) -> PartDevice:
        """Return the device that a session is at."""
        return cls(**{name: getattr(session, name) for name in cls.__struct_fields__})
