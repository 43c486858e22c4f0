"""Where the local stack listens and where it keeps its files."""

from __future__ import annotations

from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from config.health.site_parts import HEALTH_PATH
from config.places import broker_socket, private_directory

EVERYWHERE = "0.0.0.0"  # noqa: S104  only compared with


@dataclass(frozen=True)
class Site:
    """Where the web process listens."""

    host: str
    port: int

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self._reachable_host}:{self.port}/"

    def is_healthy(self) -> bool:
        """Tell whether the site answers its health check."""
        connection = HTTPConnection(self._reachable_host, self.port, timeout=5)
        try:
            connection.request("GET", HEALTH_PATH)
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    @property
    def _reachable_host(self) -> str:
        return "127.0.0.1" if self.host == EVERYWHERE else self.host


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

    @property
    def first_account(self) -> Path:
        """The token that makes the first account; the file is there while there is none."""
        return self.var / "run" / "first-account"

    def create(self) -> None:
        """Make the directories; those of the broker are for this user only."""
        for private in (self.socket.parent, self.broker_data):
            private_directory(private)
        (self.var / "log").mkdir(parents=True, exist_ok=True)
        (self.var / "run").mkdir(parents=True, exist_ok=True)
