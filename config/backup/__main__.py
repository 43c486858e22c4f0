"""Command line of backups: make one of the running site, or restore one into an empty site."""

from __future__ import annotations

import argparse
import os
import sys
import time
from functools import partial
from pathlib import Path

import django
from django.conf import settings

from config.backup.errors import BackupError
from config.stack.errors import StackError
from config.stack.exclusive import only_stack_on


def main(arguments: list[str] | None = None) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    options = _parse(arguments)
    began = time.monotonic()
    say = partial(print, flush=True)
    try:
        _do(options, say)
    except (BackupError, StackError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    say(f"done in {time.monotonic() - began:.0f} s")
    return 0


def _do(options: argparse.Namespace, say: partial[None]) -> None:
    # Not before Django is set up: these modules ask it about tables.
    from config.backup.making import make_backup
    from config.backup.restoring import restore_backup

    if options.command == "restore":
        with only_stack_on(settings.SWEETSPOT_VAR):
            restore_backup(options.backup, say)
    else:
        say(f"backup: {make_backup(_folder(options.folder), say, options.keep)}")


def _folder(named: Path | None) -> Path:
    if named is None and not settings.BACKUP_FOLDER:
        raise BackupError("Where to? Name a folder, or set BACKUP_FOLDER.")
    return named or Path(settings.BACKUP_FOLDER)


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m config.backup", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("make", help="back up the site, which may go on")
    make.add_argument("folder", type=Path, nargs="?", help="where backups lie (default: BACKUP_FOLDER)")
    make.add_argument("--keep", type=_at_least_one, metavar="N", help="drop the oldest, so that N stay")
    restore = commands.add_parser("restore", help="restore into an empty site, whose programs are stopped")
    restore.add_argument("backup", type=Path, help="the folder of one backup")
    return parser.parse_args(arguments)


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of backups: at least 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
