"""Who asks, as far as a limit needs to know: of an address only a hash is kept, which nobody can undo later.

The key of the hash is random, lies in memory alone, and changes every hour in a way that cannot be gone back:
hashes of an hour ago can be compared with nothing, not even by somebody who has the site's secret.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import time
from ipaddress import IPv6Address
from threading import Lock

from django.conf import settings
from django.http import HttpRequest

KEY_LIFE_S = 3600
PRIVATE_PREFIX = 0xFD  # of IPv6 addresses that lead nowhere: no hash is somebody's true address


class RotatingKey:
    """A key of the hour; processes that are forked from the one that made it go on with the same keys."""

    def __init__(self, now: float) -> None:
        self._hour, self._key = int(now // KEY_LIFE_S), os.urandom(32)
        self._lock = Lock()

    def at(self, now: float) -> bytes:
        """Return the key of an hour, and forget those before it."""
        with self._lock:
            while self._hour < int(now // KEY_LIFE_S):
                self._hour, self._key = self._hour + 1, hashlib.sha256(self._key).digest()
            return self._key


KEY = RotatingKey(time.time())


def client_address(request: HttpRequest) -> str:
    """Return the address that a request came from; a proxy's word counts only where one is configured."""
    if settings.BEHIND_TLS_PROXY:
        forwarded = request.headers.get("X-Forwarded-For", "")
        nearest = forwarded.rpartition(",")[2].strip()  # what the proxy added; the rest anybody can send
        if nearest:
            return nearest
    return str(request.META.get("REMOTE_ADDR", ""))


def hashed_address(request: HttpRequest) -> str:
    """Return a hash of a request's address in the form of an address, the same for an hour at most."""
    digest = hmac.digest(KEY.at(time.time()), client_address(request).encode(), hashlib.sha256)
    return str(IPv6Address(bytes([PRIVATE_PREFIX]) + digest[:15]))
