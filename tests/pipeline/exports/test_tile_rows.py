"""The tile-grid task leaves the study as a table of its own, which its own analysis reads."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from pipeline.analysis.analysis_request import NothingToAnalyseError, request_analysis
from pipeline.exports.files import FILES
from stats.__main__ import main
from study.models import StudyVersion, Tile
from study.models.people import Mode
from tests.remembered import remembered
from tests.study.factories import GRIDS, NOW, open_study_version, player
from tests.study.playing import (
    A_MINUTE,
    answer,
    at_the_trials,
    deliver,
    open_block,
    play_to_the_end,
    trials_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
@remembered
def version() -> StudyVersion:
    version = open_study_version(**GRIDS)
    for _ in range(3):
        play_to_the_end(player(version))
    return version


def rows(version: StudyVersion, name: str, mode: str = Mode.LIVE) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(FILES[name](version, mode)))))


def test_every_tile_of_every_closed_grid_is_one_row(version: StudyVersion) -> None:
    tiles = rows(version, "tiles.csv")
    assert len(tiles) == Tile.objects.count() == 3 * 5 * 9
    assert len({tile["tile_id"] for tile in tiles}) == len(tiles)
    assert {tile["block_type"] for tile in tiles} == {"practice", "test", "catch"}


def test_a_row_says_what_was_asked_selected_and_right(version: StudyVersion) -> None:
    for row in rows(version, "tiles.csv"):
        assert row["is_target"] == str(int(row["category"] == row["target"])) == row["selected"]
        assert row["outcome"] == ("hit" if row["is_target"] == "1" else "correct_rejection")
        assert (row["correct"], row["grid_solved"]) == ("1", "1")


def test_a_grid_without_submission_is_unsolved_and_says_nothing_of_its_tiles() -> None:
    version = open_study_version(**GRIDS)
    session = at_the_trials(version)
    grid = trials_of(open_block(session))[0]
    deliver(session, answer(grid, status="timeout", response=None, rt_ms=None), now=NOW + A_MINUTE)
    tiles = [row for row in rows(version, "tiles.csv") if row["response_status"] == "timeout"]
    assert len(tiles) == 9
    assert {(tile["selected"], tile["correct"], tile["outcome"]) for tile in tiles} == {("", "", "")}
    assert {tile["grid_solved"] for tile in tiles} == {"0"}


def test_grids_are_never_among_the_trials_nor_the_modes_mixed(version: StudyVersion) -> None:
    assert rows(version, "trials.csv") == []
    assert rows(version, "tiles.csv", Mode.SIMULATED) == []


def test_there_is_no_verdict_on_grids_but_a_hint_where_their_analysis_is(version: StudyVersion) -> None:
    with pytest.raises(NothingToAnalyseError, match=r"python -m stats tiles"):
        request_analysis(version.study, Mode.LIVE)


def test_a_study_of_single_photos_has_no_tiles() -> None:
    version = open_study_version()
    play_to_the_end(player(version))
    assert rows(version, "tiles.csv") == []


def test_the_exported_file_is_what_the_shell_command_reads(
    version: StudyVersion, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "tiles.csv"
    table.write_text("".join(FILES["tiles.csv"](version, Mode.LIVE)))
    assert main(["tiles", str(table)]) == 0
    header, levels = capsys.readouterr().out.split("\n-")
    assert "Level" in header
    rows_of_levels = levels.splitlines()[1:]
    assert [row.split()[0] for row in rows_of_levels] == ["0", "1", "2"]
    assert all(row.count(" 1.000 [") == 2 for row in rows_of_levels)  # hits, and grids solved
