"""Every table that leaves comes back through the import as it was, whatever its classes are called."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.exports.columns.table_columns import TABLES, header
from pipeline.exports.csv_lines import Row, csv_lines
from pipeline.exports.study_rows import model_vs_human_row
from stats.__main__ import main
from stats.imports.importing import import_trials
from stats.table.column import Column
from stats.table.columns.machine_columns import probability_column
from stats.table.formula_cells import unescaped
from stats.table.read import read_trials

ODD = [
    "None",
    "NA",
    "na",
    "null",
    "1e5",
    "TRUE",
    "=1+1",
    "'=x",
    "-",
    "a,b",
    'say "run"',
    "走る",
    "[x]",
    "0,5",
]
names = st.one_of(st.sampled_from(ODD), st.text("abcxyz =-'", min_size=1, max_size=6).filter(str.strip))
classes = st.lists(names, min_size=2, max_size=4, unique_by=lambda name: name.strip().lower())


@st.composite
def studies(draw: st.DrawFn) -> tuple[list[str], list[Row]]:
    """Classes, and the rows of trials.csv: people who answer or not, are excluded or not, and a network."""
    known = draw(classes)
    rows: list[Row] = []
    for agent in ("81479845", "7422c780", "resnet18-seed0"):
        person = agent != "resnet18-seed0"
        for number in range(draw(st.integers(len(known), 6))):
            row = {name: _cell(column) for name, column in _declared().items()}
            row |= {"agent_type": "human" if person else "model", "agent_id": agent}
            row |= {"item_id": number, "category": known[number % len(known)], "crop_level": number % 3}
            row |= {"trial_id": f"t{number}", "trial_index": number + 1, "choices": "|".join(known)}
            row |= _answer(draw, known, row["category"], person)
            rows.append(row | {"excluded_trial": draw(st.booleans()), "excluded_participant": 0})
    return known, rows


def _declared() -> dict[str, Column]:
    return {column.name: column for column in TABLES["trials.csv"]}


def _cell(column: Column) -> object:
    """Return a plausible value of any declared column."""
    if column.levels and not column.levels[0].startswith("1-"):
        return "test" if "test" in column.levels else column.levels[0]
    return {"integer": 1, "number": 0.25, "date-time": "2026-01-01T10:00:00.000"}.get(column.type, "x")


def _answer(draw: st.DrawFn, known: list[str], category: str, person: bool) -> Row:
    status = draw(st.sampled_from(["answered", "answered", "timeout"])) if person else "answered"
    response = draw(st.sampled_from(known)) if status == "answered" else None
    time = round(draw(st.floats(250, 3000)), 1) if response is not None and person else None
    right = int(response == category)
    return {"response": response, "response_status": status, "correct": right, "rt_ms": time}


def written(file: str, known: list[str], rows: list[Row]) -> str:
    return "".join(csv_lines(header(file, known), rows))


def cells(text: str) -> list[dict[str, str]]:
    return [
        {name: unescaped(cell) for name, cell in row.items()} for row in csv.DictReader(io.StringIO(text))
    ]


def back(text: str) -> str:
    """Return the text of the table that `import` makes of a file with this text."""
    with TemporaryDirectory() as folder:
        path, out = Path(folder, "export.csv"), Path(folder, "trials.csv")
        path.write_text(text, encoding="utf-8", newline="")
        assert main(["import", str(path), "--out", str(out)]) == 0
        return out.read_bytes().decode()


@pytest.mark.thorough
@settings(max_examples=6, deadline=None)
@given(studies())
@pytest.mark.parametrize("file", ["trials.csv", "predictions.csv"])
def test_a_table_of_trials_comes_back_cell_by_cell(file: str, study: tuple[list[str], list[Row]]) -> None:
    known, rows = study
    probabilities = {probability_column(name).name: 0.5 for name in known}
    text = written(file, known, [row | probabilities for row in rows])
    assert cells(back(text)) == cells(text)


@pytest.mark.thorough
@settings(max_examples=6, deadline=None)
@given(studies())
def test_the_layout_of_the_toolbox_comes_back_as_the_trials_that_it_was_made_of(
    study: tuple[list[str], list[Row]],
) -> None:
    known, rows = study
    text = written("model_vs_human.csv", known, list(map(model_vs_human_row, rows)))
    with TemporaryDirectory() as folder:
        path = Path(folder, "export.csv")
        path.write_text(text, encoding="utf-8", newline="")
        table = import_trials([path]).table.astype(object)
    for row, imported in zip(rows, table.to_dict("records"), strict=True):
        person = row["agent_type"] == "human"
        assert imported["agent_id"] == ("subject-" if person else "") + row["agent_id"]
        assert imported["item_id"] == f"item{row['item_id']}"
        assert imported["crop_level"] == row["crop_level"]
        time = None if pd.isna(imported["rt_ms"]) else imported["rt_ms"]
        assert time == pytest.approx(row["rt_ms"]) if row["rt_ms"] else time is None
        for name in ("agent_type", "category", "correct", "response_status"):
            assert imported[name] == row[name]
        assert (None if pd.isna(imported["response"]) else imported["response"]) == row["response"]


@pytest.mark.thorough
@settings(max_examples=6, deadline=None)
@given(studies())
def test_a_table_of_tiles_comes_back_cell_by_cell(study: tuple[list[str], list[Row]]) -> None:
    known, rows = study
    tiles = [
        {column.name: _cell(column) for column in TABLES["tiles.csv"]}
        | {name: row[name] for name in ("agent_id", "item_id", "category", "crop_level", "correct")}
        | {"target": known[0]}
        for row in rows
    ]
    text = written("tiles.csv", known, tiles)
    assert cells(back(text)) == cells(text)


@pytest.mark.thorough
@settings(max_examples=6, deadline=None)
@given(studies())
def test_a_table_of_a_pilots_answers_comes_back_cell_by_cell(study: tuple[list[str], list[Row]]) -> None:
    known, rows = study
    declared = {column.name: _cell(column) for column in TABLES["pilot_trials.csv"]}
    answers = [
        declared | {name: row[name] for name in declared if name in row} | {"agent_type": "human"}
        for row in rows
        if row["agent_type"] == "human"
    ]
    text = written("pilot_trials.csv", known, answers)
    assert cells(back(text)) == cells(text)


def test_the_statistics_read_a_class_like_a_formula_under_its_own_name(tmp_path: Path) -> None:
    known = ["=1+1", "dunk"]
    row = {column.name: _cell(column) for column in TABLES["trials.csv"]} | {"rt_ms": 512}
    rows = [row | {"item_id": place, "category": name, "response": name} for place, name in enumerate(known)]
    path = tmp_path / "trials.csv"
    path.write_text(written("trials.csv", known, rows), encoding="utf-8", newline="")
    trials = read_trials(path)
    assert trials["category"].tolist() == trials["response"].tolist() == known
