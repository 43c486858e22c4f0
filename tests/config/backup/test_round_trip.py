"""A site with answers of people is backed up and restored elsewhere: nothing is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.bundle.postgres import running_postgres
from tests.upgrade.release import Release, releases, run_on_site

pytestmark = [pytest.mark.server, pytest.mark.long, pytest.mark.timeout(900)]
RELEASE = releases()[-1]


@dataclass(frozen=True)
class Restored:
    """A backup, and a second site into which it was restored."""

    backup: Path
    printed: str
    var: Path
    says: dict[str, Any]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def restored(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restored]:
    folder = tmp_path_factory.mktemp("sites")
    if request.param == "sqlite":
        yield _moved(folder)
        return
    with running_postgres() as here, running_postgres() as there:
        yield _moved(folder, here, there)


def _moved(folder: Path, here: str = "", there: str = "") -> Restored:
    origin, elsewhere = folder / "origin", folder / "elsewhere"
    origin.mkdir()
    RELEASE.lay_out(origin, here)
    (origin / "secret_key").write_text("s" * 50)
    run_on_site(["manage.py", "migrate", "--verbosity", "0"], origin, here)
    run_on_site(["-m", "config.backup", "make", str(folder / "backups")], origin, here)
    (backup,) = (folder / "backups").iterdir()
    printed = run_on_site(["-m", "config.backup", "restore", str(backup)], elsewhere, there)
    says = run_on_site(["-m", "tests.upgrade.upgraded_site", str(RELEASE.folder)], elsewhere, there)
    return Restored(backup, printed, elsewhere, json.loads(says.splitlines()[-1]))


def test_the_restored_site_has_the_rows_that_were_counted(restored: Restored) -> None:
    rows = json.loads((restored.backup / "manifest.json").read_text())["rows"]
    assert rows["study_trial"] > 200
    assert f"{sum(rows.values()):,} rows of {len(rows)} tables, as counted" in restored.printed


def test_every_file_is_there_with_its_content(restored: Restored) -> None:
    copied = {path.relative_to(restored.backup / "files"): path for path in _files(restored.backup / "files")}
    assert len(copied) > 100
    assert [
        name for name, path in copied.items() if (restored.var / name).read_bytes() != path.read_bytes()
    ] == []


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_same_answers_give_the_same_accuracies(restored: Restored) -> None:
    expected = Release(RELEASE.folder).expected()["levels"]
    for before, after in zip(expected, restored.says["analysed_anew"], strict=True):
        assert after == pytest.approx(before)


def test_pages_open_and_people_go_on(restored: Restored) -> None:
    assert set(restored.says["pages"].values()) == {200}
    assert restored.says["finished"]["status"] == "completed"
