"""One POST to an address that a researcher gave: only where the administrator allows it, and no further."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from attacker.addresses import PORTS, ips_of, is_inside, origin_of
from pipeline.queue.claims import TryLaterError

SECONDS = 10.0
_ASK_AGAIN = {408, 425, 429}  # the address is right, the moment was not


class WebhookRefusedError(ValueError):
    """The address may not be called, or refuses what is sent; asking again would not help."""


def require_allowed(address: str) -> None:
    """Refuse an address whose origin is on none of the administrator's lists.

    Raises WebhookRefusedError: it says what to ask the administrator for, and never names more than the
    origin.
    """
    origin = origin_of(address)
    if origin not in {*settings.WEBHOOK_ORIGINS, *settings.WEBHOOK_PRIVATE_ORIGINS}:
        raise WebhookRefusedError(
            f"This site may not send to {origin}. Ask its administrator to add it to WEBHOOK_ORIGINS."
        )


def post(address: str, content: Mapping[str, Any]) -> None:
    """Send content as JSON. Redirects are not followed, and the answer is not kept.

    Raises WebhookRefusedError if the address is not allowed, leads inside, or answers that it does not want
    this; TryLaterError if nobody answers, or the other side has trouble.
    """
    require_allowed(address)
    origin = origin_of(address)
    try:
        status = _status_of(urlsplit(address), _allowed_ip(address), json.dumps(content).encode())
    except (OSError, http.client.HTTPException) as error:
        raise TryLaterError(f"{origin} does not answer ({type(error).__name__})") from error
    if status in _ASK_AGAIN or status >= 500:
        raise TryLaterError(f"{origin} answers {status}")
    if not 200 <= status < 300:
        raise WebhookRefusedError(
            f"{origin} answers {status}. Look at the address; redirects are not followed."
        )


def _allowed_ip(address: str) -> str:
    """Return the address of the host, which is called as it was checked: a second look might differ."""
    ips = ips_of(address)
    if any(map(is_inside, ips)) and origin_of(address) not in settings.WEBHOOK_PRIVATE_ORIGINS:
        raise WebhookRefusedError(
            f"{urlsplit(address).hostname} leads inside this network. The administrator can allow that with "
            "WEBHOOK_PRIVATE_ORIGINS."
        )
    return ips[0]


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked up and checked before."""

    def __init__(self, parts: SplitResult, ip: str) -> None:
        super().__init__(str(parts.hostname), parts.port or PORTS[parts.scheme], timeout=SECONDS)
        self._ip = ip
        self._is_secure = parts.scheme == "https"

    def connect(self) -> None:
        """Open the connection; with https, the certificate is that of the host's name."""
        self.sock = socket.create_connection((self._ip, self.port), SECONDS)
        if self._is_secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def _status_of(parts: SplitResult, ip: str, body: bytes) -> int:
    connection = _Pinned(parts, ip)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, body, {"Content-Type": "application/json"})
        return connection.getresponse().status
    finally:
        connection.close()
