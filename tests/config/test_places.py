"""Where run-time files go."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from config.places import LONGEST_SOCKET_PATH, UnsafeDirectoryError, broker_socket, private_directory


def test_the_broker_listens_below_var_where_the_path_is_short_enough() -> None:
    assert broker_socket(Path("/srv/sweetspot/var")) == Path("/srv/sweetspot/var/run/valkey.sock")


def test_a_path_too_long_for_a_socket_gets_a_short_stand_in_that_stays_the_same() -> None:
    deep = Path("/home/somebody") / ("nested/" * 20)
    stand_in = broker_socket(deep)
    assert len(os.fsencode(stand_in)) <= LONGEST_SOCKET_PATH
    assert stand_in == broker_socket(deep)
    assert stand_in != broker_socket(deep / "other")


def test_a_path_is_measured_in_bytes_not_in_letters() -> None:
    assert broker_socket(Path("/" + "é" * 45)).parent != Path("/" + "é" * 45) / "run"


def test_a_private_directory_is_closed_to_others(tmp_path: Path) -> None:
    tmp_path.joinpath("open").mkdir(mode=0o777)
    made = private_directory(tmp_path / "open")
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_a_directory_that_somebody_put_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafeDirectoryError, match="Remove it"):
        private_directory(tmp_path / "run")
