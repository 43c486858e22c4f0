"""Brings database and static files up to date: `python -m config.stack.prepare`."""

from __future__ import annotations

import hashlib
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def prepare() -> None:
    """Apply the migrations, collect changed static files, and offer the first account of a new site."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=1)
    collect_static(Path(settings.STATIC_ROOT))

    from pipeline.desk.entrance.setup_token import offer_token  # models, which setup has loaded by now

    offer_token()


def collect_static(target: Path) -> bool:
    """Collect the static files unless `target` holds these very ones; return whether it did."""
    stamp = target.with_name(f"{target.name}.fingerprint")
    fingerprint = static_fingerprint()
    if target.is_dir() and stamp.is_file() and stamp.read_text(encoding="ascii") == fingerprint:
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(fingerprint, encoding="ascii")
    return True


def static_fingerprint() -> str:
    """Return a hash over name, size and time of every file that collecting would copy."""
    sources = (
        (name, Path(storage.path(name)).stat())
        for finder in get_finders()
        for name, storage in finder.list(ignore_patterns=None)
    )
    lines = sorted(f"{name}\0{status.st_size}\0{status.st_mtime_ns}" for name, status in sources)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


if __name__ == "__main__":
    prepare()
