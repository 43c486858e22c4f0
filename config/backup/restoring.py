"""Restore a backup into an empty site, and count what came back."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import connection

from config.backup.backup_manifest import BackupManifest, known_migrations, read_manifest, sha256_of
from config.backup.database_copy import count_rows, engine, restore_database
from config.backup.errors import BackupError
from config.backup.file_copy import copy_files, files_of
from config.backup.making import Say

FILLED_BY_MIGRATIONS = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
}


def restore_backup(backup: Path, say: Say) -> None:
    """Put a backup's rows and files where the site looks for them.

    Raises
    ------
    BackupError
        If the backup is damaged, belongs to another engine or a later version, or the site is not empty: then
        nothing is changed. Also if something else came back than was backed up.
    """
    manifest = read_manifest(backup)
    _require_fit(manifest, backup)
    _require_empty_site()
    restore_database(backup / manifest.database)
    _require_equal("rows", manifest.rows, count_rows())
    say(f"{sum(manifest.rows.values()):,} rows of {len(manifest.rows)} tables, as counted when it was made")
    _require_equal("bytes of files", manifest.files, copy_files(backup / "files", settings.SWEETSPOT_VAR))
    say(f"{len(manifest.files):,} files, {sum(manifest.files.values()) / 1e6:,.0f} MB")
    if missing := known_migrations() - set(manifest.schema):
        say(f"{len(missing)} migrations came since: run `python manage.py migrate` before the site starts")


def _require_fit(manifest: BackupManifest, backup: Path) -> None:
    if manifest.engine != engine():
        raise BackupError(
            f"The backup is of {manifest.engine}, this site's database is {engine()}. Set DATABASE_URL to an"
            f" empty {manifest.engine} database; studies go from engine to engine as bundles."
        )
    if later := set(manifest.schema) - known_migrations():
        raise BackupError(
            f"The backup is of a later version ({min(later)} is not known here). Upgrade first."
        )
    if sha256_of(backup / manifest.database) != manifest.sha256:
        raise BackupError(f"{backup / manifest.database} is not what was written. Take another backup.")
    present = {
        path.relative_to(backup / "files").as_posix(): path.stat().st_size
        for path in files_of(backup / "files")
    }
    _require_equal("bytes of files", manifest.files, present)


def _require_empty_site() -> None:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    counts = count_rows() if tables else {}
    filled = [name for name, rows in counts.items() if rows and name not in FILLED_BY_MIGRATIONS]
    if filled:
        raise BackupError(
            f"This site has rows already ({', '.join(filled[:3])}). Restore into an empty one: another"
            " SWEETSPOT_VAR or DATABASE_URL."
        )
    files = [path for path in files_of(settings.SWEETSPOT_VAR) if path.name != "secret_key"]
    if files:
        raise BackupError(f"This site has files already ({files[0]}). Restore into another SWEETSPOT_VAR.")


def _require_equal(what: str, expected: dict[str, int], counted: dict[str, int]) -> None:
    """Compare counts by name; those of tables or files that are in one only count as none."""
    differing = [
        f"{name}: {counted.get(name)} instead of {expected.get(name)}"
        for name in sorted(expected.keys() | counted.keys())
        if expected.get(name) != counted.get(name)
    ]
    if differing:
        raise BackupError(f"Other {what} than when the backup was made: {'; '.join(differing[:3])}.")
