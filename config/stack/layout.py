"""Where the local stack keeps its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from config.places import broker_socket, private_directory


@dataclass(frozen=True)
class Layout:
    """The directories below one var directory."""

    var: Path

    @property
    def socket(self) -> Path:
        return broker_socket(self.var)

    @property
    def broker_data(self) -> Path:
        return self.var / "valkey"

    def log(self, name: str) -> Path:
        return self.var / "log" / f"{name}.log"

    def ready_file(self, name: str) -> Path:
        return self.var / "run" / f"{name}.ready"

    def create(self) -> None:
        """Make the directories; those of the broker are for this user only."""
        for private in (self.socket.parent, self.broker_data):
            private_directory(private)
        (self.var / "log").mkdir(parents=True, exist_ok=True)
        (self.var / "run").mkdir(parents=True, exist_ok=True)
