"""When a dead program is started again, and when it is given up."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Restarts:
    """The recent deaths of one program; times are seconds of one monotonic clock."""

    first_delay: float = 0.2
    longest_delay: float = 5.0
    window: float = 60.0
    most_deaths: int = 6
    _deaths: list[float] = field(default_factory=list)

    def delay_after_death(self, now: float) -> float | None:
        """Count a death and return how long to wait before the next start; None means give up."""
        self._deaths = [died for died in self._deaths if now - died < self.window]
        self._deaths.append(now)
        if len(self._deaths) >= self.most_deaths:
            return None
        doubled = self.first_delay * 2 ** (len(self._deaths) - 1)
        return float(min(doubled, self.longest_delay))
