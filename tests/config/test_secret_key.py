"""The local stack's secret key."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config.secret_key import local_secret_key

CHECKOUT = Path(__file__).parents[2]


def test_the_key_is_made_once_and_kept(tmp_path: Path) -> None:
    first = local_secret_key(tmp_path / "var" / "secret_key")
    assert len(first) >= 50
    assert local_secret_key(tmp_path / "var" / "secret_key") == first


def test_the_key_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    local_secret_key(tmp_path / "secret_key")
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_two_machines_have_two_keys(tmp_path: Path) -> None:
    assert local_secret_key(tmp_path / "one") != local_secret_key(tmp_path / "two")


@pytest.mark.thorough
def test_processes_that_start_at_once_agree_on_one_key_and_leave_no_drafts(tmp_path: Path) -> None:
    code = f"from config.secret_key import *; print(local_secret_key(Path({str(tmp_path / 'key')!r})))"
    starts = [
        subprocess.Popen([sys.executable, "-c", code], cwd=CHECKOUT, stdout=subprocess.PIPE) for _ in range(4)
    ]
    keys = {process.communicate()[0] for process in starts}
    assert len(keys) == 1
    assert keys != {b""}
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
