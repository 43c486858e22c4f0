"""`python -m synthetic`: photos by class in a folder, and a sheet of all of them where one is asked for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PIL import Image

from synthetic.__main__ import main
from synthetic.figure.poses import ACTIONS


def test_the_command_draws_as_many_as_asked_for_and_a_sheet(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sheet = tmp_path / "sheet.png"
    words = [tmp_path / "photos", "--per-class=1", "--size=64", "--seed=2", f"--sheet={sheet}"]
    monkeypatch.setattr(sys, "argv", ["synthetic", *map(str, words)])
    main()
    drawn = sorted(path.parent.name for path in (tmp_path / "photos").rglob("*.jpg"))
    assert drawn == sorted(ACTIONS)
    with Image.open(sheet) as together:
        assert together.width >= 64
