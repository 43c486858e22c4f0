"""When the next part of a session may begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum


class Coming(Enum):
    """How somebody's return lies to the time that the design gives for it."""

    EARLY = "early"
    IN_TIME = "in time"
    LATE = "late"


@dataclass(frozen=True)
class ReturnWindow:
    """From when to when the next part may begin; who has begun in time may finish later."""

    opens: datetime
    closes: datetime

    @classmethod
    def after(cls, ended: datetime, least_hours: float, most_hours: float) -> ReturnWindow:
        """Return the time for the next part, counted from the end of the one before."""
        return cls(ended + timedelta(hours=least_hours), ended + timedelta(hours=most_hours))

    def coming(self, now: datetime) -> Coming:
        """Return whether somebody comes too early, in time, or too late."""
        if now < self.opens:
            return Coming.EARLY
        return Coming.IN_TIME if now < self.closes else Coming.LATE
