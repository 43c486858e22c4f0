"""The address of the site, as its supervisor sees it."""

from __future__ import annotations

from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from config.health import HEALTH_PATH

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
