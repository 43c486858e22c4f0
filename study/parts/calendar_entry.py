"""A calendar entry that reminds somebody of the next part, as a file (iCalendar, RFC 5545)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from study.parts.return_window import ReturnWindow

LONGEST_LINE = 75  # bytes, without the end of the line
USUAL_LENGTH = timedelta(minutes=30)


@dataclass(frozen=True)
class CalendarEntry:
    """What a calendar shows.

    Attributes
    ----------
    uid : names the entry for ever, so that taking the file twice gives one entry
    title, words : in the language of the person
    address : where the part begins
    """

    uid: str
    title: str
    words: str
    address: str
    window: ReturnWindow

    def text(self, now: datetime) -> str:
        """Return the file; the entry stands at the moment from which the part may begin."""
        ends = min(self.window.opens + USUAL_LENGTH, self.window.closes)
        lines = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Sweetspot//parts of a study//EN",
            "BEGIN:VEVENT",
            f"UID:{self.uid}",
            f"DTSTAMP:{_moment(now)}",
            f"DTSTART:{_moment(self.window.opens)}",
            f"DTEND:{_moment(ends)}",
            f"SUMMARY:{_escaped(self.title)}",
            f"DESCRIPTION:{_escaped(self.words)}",
            f"URL:{self.address}",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
        return "".join(f"{_folded(line)}\r\n" for line in lines)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    r"""Return a text as calendars want it.

    Examples
    --------
    >>> _escaped("one, two; three")
    'one\\, two\\; three'
    """
    for character in "\\;,":
        text = text.replace(character, f"\\{character}")
    return text.replace("\r\n", "\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Return a line in pieces of at most 75 bytes, each but the first after a space; no letter is cut."""
    pieces: list[str] = []
    piece = ""
    for letter in line:
        if len(f"{' ' if pieces else ''}{piece}{letter}".encode()) > LONGEST_LINE:
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece])
