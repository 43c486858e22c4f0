"""What tables say of the parts of a session on several days."""

from __future__ import annotations

from pipeline.exports.csv_lines import Row
from study.models import Session


def part_columns(session: Session) -> Row:
    """Return how many parts of a session on several days are done, and when each began and ended."""
    parts = list(session.parts.all())
    ended = [part.ended_at for part in parts if part.ended_at]
    return {
        "parts_done": len(ended) if parts else None,
        "parts_began_at": "|".join(part.began_at.isoformat() for part in parts),
        "parts_ended_at": "|".join(moment.isoformat() for moment in ended),
    }
