"""The local stack's secret key: made once, kept beside the data, readable by its owner only."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def local_secret_key(path: Path) -> str:
    """Return the key stored in `path`; the first process to ask makes it, all others read that one."""
    try:
        return _stored(path)
    except FileNotFoundError:
        _store_once(path, get_random_secret_key())
        return _stored(path)


def _stored(path: Path) -> str:
    return path.read_text(encoding="ascii").strip()


def _store_once(path: Path, key: str) -> None:
    """Write a complete file aside, then link it into place: a concurrent reader never sees half a key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(key, encoding="ascii")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first; its key is the key
    finally:
        draft.unlink()
