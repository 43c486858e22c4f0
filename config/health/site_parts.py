"""What is known of each part of the site, and what follows from it for whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

HEALTH_PATH = "/healthz"


class State(IntEnum):
    """How a part is: well, troubled while participants are served all the same, or unable to serve them."""

    OK = 0
    DEGRADED = 1
    DOWN = 2

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True)
class Part:
    """One part of the site: its state, what it says of it, and figures by name for a monitor."""

    state: State
    says: str
    figures: Mapping[str, float | None] = field(default_factory=dict)

    def plain(self) -> dict[str, object]:
        return {"state": self.state.word, "says": self.says, **self.figures}


@dataclass(frozen=True)
class Health:
    """All parts by name; the site is as well as the worst of them."""

    parts: Mapping[str, Part]

    @property
    def state(self) -> State:
        return max((part.state for part in self.parts.values()), default=State.OK)

    @property
    def status(self) -> int:
        """Of the answer: 503 only where participants are not served."""
        return 503 if self.state is State.DOWN else 200

    def plain(self) -> dict[str, object]:
        """Return what is sent as JSON."""
        return {"state": self.state.word, **{name: part.plain() for name, part in self.parts.items()}}
