"""Make a backup of the running site, whole or not at all, and drop the oldest ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from config.backup.backup_manifest import FORMAT, MANIFEST, BackupManifest, sha256_of, software
from config.backup.database_copy import FILES, applied_migrations, copy_database, engine
from config.backup.errors import BackupError
from config.backup.file_copy import copy_files

UNFINISHED = ".unfinished-"
Say = Callable[[str], None]


def make_backup(folder: Path, say: Say, keep: int | None = None) -> Path:
    """Make a backup below the folder, named by the moment; return its folder.

    `keep` is the number of backups that stay, the new one included; all of them where it is None.

    Raises
    ------
    BackupError
        If something is missing or full; nothing of the new backup stays.
    """
    moment = datetime.now(UTC)
    name = moment.strftime("%Y-%m-%dT%H%M%SZ")
    half = folder / f"{UNFINISHED}{name}"
    try:
        half.mkdir(parents=True, mode=0o700)
        _fill(half, moment, say)
        done = half.rename(folder / name)
    except OSError as error:
        raise BackupError(f"No backup was made: {error.strerror}: {error.filename or folder}.") from error
    finally:
        shutil.rmtree(half, ignore_errors=True)
    _drop_oldest(folder, keep, say)
    return done


def _fill(half: Path, moment: datetime, say: Say) -> None:
    """Rows first: whatever file a row names was there by then."""
    rows = copy_database(half)
    database = FILES[engine()]
    say(f"{sum(rows.values()):,} rows of {len(rows)} tables")
    files = copy_files(settings.SWEETSPOT_VAR, half / "files", newest_files(half.parent))
    say(f"{len(files):,} files, {sum(files.values()) / 1e6:,.0f} MB")
    BackupManifest(
        format=FORMAT, software=software(), made_at=moment, engine=engine(), schema=applied_migrations(),
        database=database, sha256=sha256_of(half / database), rows=rows, files=files,
    ).write(half)  # fmt: skip


def backups_in(folder: Path) -> list[Path]:
    """Return the whole backups of a folder, the oldest first."""
    return sorted(path.parent for path in folder.glob(f"[!.]*/{MANIFEST}"))


def newest_files(folder: Path) -> Path | None:
    """Return where the newest backup has its files, if there is one."""
    backups = backups_in(folder)
    return backups[-1] / "files" if backups else None


def _drop_oldest(folder: Path, keep: int | None, say: Say) -> None:
    for backup in backups_in(folder)[:-keep] if keep else ():
        shutil.rmtree(backup)
        say(f"dropped {backup.name}")
