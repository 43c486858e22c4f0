"""What a backup and its restoring refuse, and that nothing is changed then."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from pytest_django import Settings

from config.backup import making
from config.backup.__main__ import main
from config.backup.errors import BackupError
from config.backup.making import backups_in, make_backup
from config.backup.restoring import restore_backup

pytestmark = pytest.mark.django_db(transaction=True)  # a second connection reads the rows


def silent(_: str) -> None:
    """Say nothing."""


@pytest.fixture
def var(settings: Settings, tmp_path: Path) -> Path:
    """Files of a site: one photo, and something that no backup keeps."""
    settings.SWEETSPOT_VAR = tmp_path / "var"
    for name in ("media/items/1.png", "cache/features.bin"):
        path = tmp_path / "var" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(b"a photo")
    return tmp_path / "var"


@pytest.fixture
def backup(var: Path, tmp_path: Path, settings: Settings) -> Path:
    """A backup of a site without accounts, and a second place without files to restore it."""
    made = make_backup(tmp_path / "backups", silent)
    settings.SWEETSPOT_VAR = tmp_path / "elsewhere"
    return made


def change(backup: Path, **facts: Any) -> None:
    manifest = json.loads((backup / "manifest.json").read_text())
    (backup / "manifest.json").write_text(json.dumps(manifest | facts))


@pytest.mark.thorough
def test_it_holds_photos_and_rows_and_nothing_that_is_made_anew(backup: Path) -> None:
    names = {path.relative_to(backup).as_posix() for path in backup.rglob("*") if path.is_file()}
    assert names == {"database.sqlite3", "manifest.json", "files/media/items/1.png"}
    assert backup.stat().st_mode & 0o077 == 0


@pytest.mark.thorough
def test_a_file_that_stayed_the_same_is_stored_once(backup: Path, var: Path, settings: Settings) -> None:
    settings.SWEETSPOT_VAR = var
    (var / "media/items/2.png").write_bytes(b"another")
    backup.rename(backup.parent / "2026-01-01T000000Z")
    make_backup(backup.parent, silent)
    first, second = backups_in(backup.parent)
    name = "files/media/items/1.png"
    assert (first / name).samefile(second / name)
    assert (second / "files/media/items/2.png").read_bytes() == b"another"


def test_only_the_newest_stay(var: Path, tmp_path: Path) -> None:
    for day in ("2026-01-01T000000Z", "2026-01-02T000000Z", "2026-01-03T000000Z"):
        make_backup(tmp_path / "backups", silent).rename(tmp_path / "backups" / day)
    dropped: list[str] = []
    newest = make_backup(tmp_path / "backups", dropped.append, keep=2)
    assert backups_in(tmp_path / "backups") == [tmp_path / "backups" / "2026-01-03T000000Z", newest]
    assert dropped[-2:] == ["dropped 2026-01-01T000000Z", "dropped 2026-01-02T000000Z"]


@pytest.mark.thorough
def test_nothing_stays_of_a_backup_on_a_full_disk(
    var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Path, into: Path, __: Path | None) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device", str(into / "media/items/1.png"))

    monkeypatch.setattr(making, "copy_files", full)
    with pytest.raises(BackupError, match=r"^No backup was made: No space left on device: .*1\.png"):
        make_backup(tmp_path / "backups", silent)
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(var: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(BackupError, match=r"No backup was made: .*file"):
        make_backup(tmp_path / "file", silent)


def test_a_site_with_accounts_is_not_overwritten(backup: Path) -> None:
    get_user_model().objects.create_user("ada")
    with pytest.raises(BackupError, match=r"rows already \(auth_user\)"):
        restore_backup(backup, silent)
    assert get_user_model().objects.count() == 1


def test_a_site_with_photos_is_not_overwritten(backup: Path, var: Path, settings: Settings) -> None:
    settings.SWEETSPOT_VAR = var
    with pytest.raises(BackupError, match="files already"):
        restore_backup(backup, silent)


@pytest.mark.parametrize(
    ("facts", "advice"),
    [
        ({"engine": "postgresql"}, "empty postgresql database"),
        ({"format": 2}, "Upgrade first"),
        ({"schema": ["study.9999_of_tomorrow"]}, "study.9999_of_tomorrow is not known here"),
        ({"sha256": "0" * 64}, "is not what was written"),
        ({"files": {"media/items/1.png": 8}}, "media/items/1.png: 7 instead of 8"),
        ({"files": {}}, "media/items/1.png: 7 instead of None"),
        ({"rows": "many"}, "is damaged"),
    ],
)
def test_what_does_not_fit_is_refused(backup: Path, facts: dict[str, Any], advice: str) -> None:
    change(backup, **facts)
    with pytest.raises(BackupError, match=advice):
        restore_backup(backup, silent)
    assert not (backup.parent.parent / "elsewhere" / "media").exists()


def test_a_missing_file_is_noticed(backup: Path) -> None:
    (backup / "files/media/items/1.png").unlink()
    with pytest.raises(BackupError, match=r"media/items/1\.png: None instead of 7"):
        restore_backup(backup, silent)


def test_a_folder_that_is_no_backup_is_refused_in_one_line(
    var: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["restore", str(tmp_path)]) == 1
    assert (
        capsys.readouterr().err
        == f"error: {tmp_path} is no whole backup: it has no manifest.json. Name another folder.\n"
    )


def test_somebody_must_say_where_to(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.BACKUP_FOLDER = ""
    assert main(["make"]) == 1
    assert capsys.readouterr().err == "error: Where to? Name a folder, or set BACKUP_FOLDER.\n"


def test_no_backups_is_no_number_to_keep(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["make", "--keep", "0"])
    assert "at least 1" in capsys.readouterr().err
