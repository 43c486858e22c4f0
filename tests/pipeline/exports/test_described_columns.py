"""`manage.py describe_columns`: the page about data is written from the columns as they are declared."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from pytest_django import Settings

from pipeline.exports.dataset.data_dictionary import BEGIN, END

PAGE = Path(settings.BASE_DIR, "docs", "data.md")


def test_only_the_part_between_the_markers_is_written_anew(settings: Settings, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    outdated = tmp_path / "docs" / "data.md"
    outdated.parent.mkdir()
    outdated.write_text(f"{before}{BEGIN}\nwhat was true once\n{END}{after}", encoding="utf-8")
    call_command("describe_columns")
    assert outdated.read_text(encoding="utf-8") == PAGE.read_text(encoding="utf-8")
