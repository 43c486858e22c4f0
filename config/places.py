"""Where a checkout keeps what it makes: everything below one directory, `var/` unless told otherwise."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent

# A unix socket's address holds 108 bytes on Linux and 104 elsewhere, its final NUL included.
LONGEST_SOCKET_PATH = 103


class UnsafeDirectoryError(RuntimeError):
    """A directory that must be private belongs to somebody else or is open to others."""


def var_directory() -> Path:
    """Return the directory of all run-time files; `SWEETSPOT_VAR` moves it."""
    return Path(os.environ.get("SWEETSPOT_VAR") or CHECKOUT / "var").resolve()


def broker_socket(var: Path) -> Path:
    """Return the broker's socket below `var`, or a stable short stand-in when that path is too long."""
    path = var / "run" / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(var)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"sweetspot-{os.getuid()}-{name}" / "valkey.sock"


def private_directory(path: Path) -> Path:
    """Create `path` for this user only, and refuse one that another user could have prepared."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = path.lstat()
    if path.is_symlink() or status.st_uid != os.getuid():
        raise UnsafeDirectoryError(f"{path} is not this user's own directory. Remove it and start again.")
    path.chmod(0o700)
    return path
