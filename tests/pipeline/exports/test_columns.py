"""Every column of every exported table is declared once: header, rows, checks and documentation follow."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from pipeline.exports import predicted_rows, trial_rows
from pipeline.exports.columns.people_columns import OF_TASKS
from pipeline.exports.columns.table_columns import TABLES, header
from pipeline.exports.compared_rows import COMPARED, comparison_of
from pipeline.exports.csv_lines import Row
from pipeline.exports.dataset.codebook import codebook_rows
from pipeline.exports.dataset.data_dictionary import with_columns
from pipeline.exports.files import FILES
from pipeline.exports.questionnaire_rows import questionnaire_rows
from pipeline.exports.study_rows import (
    model_vs_human_row,
    participant_row,
    run_row,
    session_row,
    stimulus_row,
)
from pipeline.exports.tile_rows import tile_rows
from pipeline.pilot.pilot_files import PILOT_FILES
from stats.psychophysics import tile_grids
from stats.table import schema
from stats.table.column import names_of
from stats.table.read import read_tiles, read_trials
from stats.table.tile_columns import TILES
from study import sessions
from study.models import Item, Stimulus, StudyVersion, Trial
from study.models.people import Mode
from study.questions.questionnaire import Questionnaire
from tests.pipeline.answered import answered_version
from tests.pipeline.bundle.bundled import analysed_study
from tests.remembered import remembered
from tests.study.factories import CLASSES, GRIDS, NOW, open_study_version, player
from tests.study.playing import play_to_the_end, play_to_the_questions
from tests.study.questions.test_own_form import HAND

pytestmark = pytest.mark.django_db

LIVE = Mode.LIVE


@pytest.fixture
def version() -> StudyVersion:
    return answered_version(people=1, mode=LIVE)


@pytest.fixture
@remembered
def grids() -> StudyVersion:
    version = open_study_version(**GRIDS)
    play_to_the_end(player(version))
    return version


def written_header(version: StudyVersion, file: str) -> list[str]:
    return next(csv.reader(io.StringIO("".join(FILES[file](version, LIVE)))))


def trials(version: StudyVersion) -> Iterator[Row]:
    yield from trial_rows.human_rows(version, LIVE)
    yield from predicted_rows.machine_rows(version, LIVE)


ROWS: dict[str, Callable[[StudyVersion], Iterable[Row]]] = {
    "trials.csv": trials,
    "predictions.csv": lambda version: [*trials(version), *predicted_rows.all_predictions(version)],
    "participants.csv": lambda version: map(participant_row, version.participants.all()),
    "sessions.csv": lambda version: map(session_row, version.participants.all()),
    "stimuli.csv": lambda version: map(stimulus_row, Stimulus.objects.all()),
    "runs.csv": lambda version: map(run_row, version.study.attacker_runs.all()),
    "codebook.csv": lambda version: codebook_rows(CLASSES),
    "model_vs_human.csv": lambda version: map(model_vs_human_row, trials(version)),
}


@pytest.mark.thorough
@pytest.mark.parametrize("file", [file for file in TABLES if file in FILES])
def test_a_file_has_the_declared_columns_in_their_order(version: StudyVersion, file: str) -> None:
    probabilities = [f"prob_{name}" for name in CLASSES] if file in {"trials.csv", "predictions.csv"} else []
    assert written_header(version, file) == [*names_of(TABLES[file]), *probabilities]


def test_every_exported_table_is_declared() -> None:
    of_the_main_study = {file for file in FILES if file.endswith(".csv")}
    assert of_the_main_study == {*ROWS, "tiles.csv", "questionnaire.csv", *COMPARED}
    assert set(TABLES) == of_the_main_study | set(PILOT_FILES)


@pytest.mark.thorough
@pytest.mark.parametrize("file", ROWS)
def test_rows_fill_every_declared_column_and_no_other(version: StudyVersion, file: str) -> None:
    filled = {name for row in ROWS[file](version) for name in row}
    assert filled == set(header(file, CLASSES))


@pytest.mark.thorough
def test_tiles_fill_every_declared_column_and_no_other(grids: StudyVersion) -> None:
    assert {name for row in tile_rows(grids, LIVE) for name in row} == set(header("tiles.csv", CLASSES))


@pytest.mark.parametrize("file", COMPARED)
def test_machines_side_by_side_fill_every_declared_column_and_no_other(file: str) -> None:
    comparison = comparison_of(analysed_study(people=2))
    assert {name for row in COMPARED[file](comparison) for name in row} == set(header(file, CLASSES))


@pytest.mark.thorough
def test_answers_to_an_own_questionnaire_fill_every_declared_column_and_no_other() -> None:
    version = open_study_version(own_form=[HAND])
    session = player(version)
    play_to_the_questions(session)
    sessions.complete(session.token, Questionnaire(own={"hand": 2}), NOW)
    rows = [*questionnaire_rows(version, session.participant)]
    assert {name for row in rows for name in row} == set(header("questionnaire.csv", CLASSES))


@pytest.mark.sampled
@pytest.mark.parametrize("file", TABLES)
def test_a_column_is_declared_once_in_a_table_and_described(file: str) -> None:
    names = names_of(TABLES[file])
    assert len(names) == len(set(names))
    assert all(column.label and column.missing for column in TABLES[file])


@pytest.mark.parametrize(
    ("column", "choices"),
    [
        ("mode", Mode),
        ("block_type", Trial.BlockType),
        ("response_status", Trial.ResponseStatus),
        ("split", Item.Split),
    ],
)
def test_the_statistics_and_the_site_know_the_same_values(
    column: str, choices: type[Mode | Trial.BlockType | Trial.ResponseStatus | Item.Split]
) -> None:
    declared = next(entry for entry in schema.TIDY if entry.name == column)
    assert set(declared.levels) == {value for value in choices.values if value}  # a blank is still open


@pytest.mark.thorough
def test_the_statistics_read_what_the_export_writes(version: StudyVersion, tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    path.write_text("".join(FILES["predictions.csv"](version, LIVE)))
    known = {column.name for column in (*schema.TIDY, *OF_TASKS) if column.read_as is not None}
    assert set(read_trials(path)) == known | {f"prob_{name}" for name in CLASSES}


def test_the_statistics_read_the_tiles_that_the_export_writes(grids: StudyVersion, tmp_path: Path) -> None:
    path = tmp_path / "tiles.csv"
    path.write_text("".join(FILES["tiles.csv"](grids, LIVE)))
    tiles = read_tiles(path)
    assert set(tiles) == {column.name for column in TILES if column.read_as is not None}
    assert set(tile_grids.NEEDED) <= set(tiles)


def test_the_codebook_explains_every_column_of_every_file() -> None:
    explained = {(row["name"], file) for row in codebook_rows(CLASSES) for file in row["files"].split("|")}
    assert explained == {(name, file) for file in TABLES for name in header(file, CLASSES)}


def test_the_data_dictionary_describes_the_columns_as_they_are_declared() -> None:
    page = Path(settings.BASE_DIR, "docs", "data.md").read_text(encoding="utf-8")
    assert page == with_columns(page), "run `python manage.py describe_columns`"
    assert all(f"`{file}`" in page for file in (*FILES, *PILOT_FILES))
