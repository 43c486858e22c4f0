"""This process: its name, and the code that it began with."""

from __future__ import annotations

import os
import socket
from functools import cache

from stats.provenance import PRODUCT, provenance


@cache
def this_process() -> str:
    """Return the name of the process that asks first; what it forks later keeps the name."""
    return f"{socket.gethostname()}:{os.getpid()}"


@cache
def code_version() -> str:
    """Return the version of the code that this process began with."""
    return provenance([PRODUCT]).product
