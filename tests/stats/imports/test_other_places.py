"""Faults of the reported kinds, in the files of other programs than those in which they were reported."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from stats import TableError
from stats.__main__ import main
from stats.imports.import_options import ImportOptions
from stats.imports.importing import Imported, import_trials
from tests.stats.imports.tables_of_programs import Row, jspsych, separated, shown

Read = Callable[..., Imported]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Import one file: rows as CSV, any other value as JSON."""

    def imported(content: object, **settled: object) -> Imported:
        path = tmp_path / "results.txt"
        path.write_text(separated(content) if isinstance(content, list) else json.dumps(content))
        return import_trials([path], ImportOptions(**settled))  # type: ignore[arg-type]

    return imported


def trials(person: str = "p0", **changes: object) -> list[Row]:
    return [row | changes for row in jspsych(person) if row["trial_type"] != "instructions"]


def without(rows: list[Row], *names: str) -> list[Row]:
    return [{name: cell for name, cell in row.items() if name not in names} for row in rows]


@pytest.mark.sampled
@pytest.mark.parametrize("word", ["null", "undefined", "NA", ""])
def test_trials_of_nobody_are_refused_and_can_be_left_out(read: Read, word: str) -> None:
    """A link without its parameter writes "null" for everybody, who would become one person."""
    rows = [*trials("p0"), *trials(word)]
    with pytest.raises(TableError, match=r"8 trials name no observer \(subject_id is .*--columns agent_id="):
        read(rows)
    preview = read(rows, missing=[word]).preview
    assert preview.people == ("p0",)
    assert preview.dropped == {"no observer (subject_id)": 8}


@pytest.mark.thorough
def test_a_second_column_that_names_people_otherwise_is_asked_about(read: Read) -> None:
    """A field that nobody filled in joins all people; a number drawn anew splits one."""
    joined = [row | {"participant": "1"} for person in ("p0", "p1") for row in trials(person)]
    with pytest.raises(TableError, match=r"participant tells 1 observers apart and subject_id 2: which"):
        read(joined)
    assert read(joined, columns={"agent_id": "subject_id"}).preview.people == ("p0", "p1")
    same = {"agent_id": "participant", "session_id": "subject_id"}
    assert read(joined, columns=same).preview.people == ("1",)
    alike = [
        row | {"PROLIFIC_PID": f"id of {row['subject_id']}"}
        for person in ("a", "b")
        for row in trials(person)
    ]
    assert read(alike).preview.people == ("a", "b")


def test_the_same_name_in_two_files_is_compared_across_them(tmp_path: Path) -> None:
    for person in ("p0", "p1"):
        text = separated([row | {"participant": "1"} for row in trials(person)])
        (tmp_path / f"{person}.csv").write_text(text)
    with pytest.raises(TableError, match="participant tells 1 observers apart and subject_id 2"):
        import_trials(sorted(tmp_path.iterdir()))


def old_jspsych(column: str) -> list[Row]:
    """Version 6 writes buttons and keys into columns of their own."""
    consent: Row = {"subject_id": "p0", "trial_type": "html-button-response", "trial_index": 0}
    answered = [row | {column: row["response"]} for row in trials()]
    return [consent | {"button_pressed": 0}, *without(answered, "response")]


@pytest.mark.thorough
def test_the_column_that_the_trials_used_holds_the_answers(read: Read) -> None:
    imported = read(old_jspsych("key_press"))
    assert imported.preview.files[0].columns["response"] == "key_press"
    assert imported.table["response_status"].tolist().count("timeout") == 2
    assert read(old_jspsych("button_pressed")).table["correct"].sum() == 6


def test_answers_in_two_columns_are_refused(read: Read) -> None:
    rows = old_jspsych("key_press")
    rows[1] |= {"button_pressed": "run", "key_press": ""}
    with pytest.raises(
        TableError, match=r"button_pressed and key_press hold answers of different trials; say"
    ):
        read(rows)


def gorilla() -> list[Row]:
    return [
        {"Participant Private ID": 1, "Event Index": 2 * k + part, "Trial Number": k, "Zone Type": zone}
        | {"Response": photo["category"] if part == 0 else 50, "Correct": 1, "Reaction Time": 500}
        | {name: photo[name] for name in ("image", "category", "level")}
        for k, photo in enumerate(shown("p"))
        for part, zone in enumerate(("response_button_text", "response_slider"))
    ]


def test_two_answered_zones_of_one_trial_are_not_two_trials(read: Read) -> None:
    with pytest.raises(TableError, match=r"8 rows bear the number of another trial .*--only COLUMN=VALUES"):
        read(gorilla())
    imported = read(gorilla(), only={"Zone Type": ["response_button_text"]})
    assert (imported.preview.test, imported.preview.repeated) == (8, 0)


@pytest.mark.thorough
def test_results_saved_under_two_names_are_not_two_showings(tmp_path: Path) -> None:
    for name in ("one.csv", "copy.csv"):
        (tmp_path / name).write_text(separated(trials()))
    with pytest.raises(TableError, match="The same results twice"):
        import_trials(sorted(tmp_path.iterdir()))


@pytest.mark.thorough
def test_two_runs_of_one_person_are_told_apart_by_a_session(read: Read) -> None:
    rows = [row | {"run": run} for run in (1, 2) for row in trials()]
    with pytest.raises(TableError, match="--columns session_id=COLUMN"):
        read(rows)
    assert read(rows, columns={"session_id": "run"}).preview.repeated == 8


@pytest.mark.sampled
@pytest.mark.parametrize("answer", ['{{"Q0": "{0}"}}', '{{"Q0": ["{0}"]}}', '["{0}"]', "['{0}']"])
def test_an_answer_in_a_list_or_a_form_is_the_answer(read: Read, answer: str) -> None:
    rows = [row | {"response": answer.format(row["category"])} for row in without(trials(), "correct")]
    assert read(rows).table["correct"].tolist() == [1] * 8


@pytest.mark.thorough
@pytest.mark.parametrize("column", ["stimulus", "category", "level", "correct", "subject_id"])
def test_a_column_of_lists_of_one_holds_their_entries(read: Read, column: str) -> None:
    """Brackets made names that met those of no network, and classes that no answer was."""
    rows = [row | {column: json.dumps([row[column]])} for row in trials()]
    bracketed, plain = read(rows), read(trials())
    pd.testing.assert_frame_equal(bracketed.table, plain.table)
    assert bracketed.preview.answers_of_no_class == {}


def test_a_form_of_several_fields_is_refused_until_one_is_chosen(read: Read) -> None:
    rows = [row | {"response": json.dumps({"Q0": row["category"], "Q1": "sure"})} for row in trials()]
    with pytest.raises(TableError, match="several answers to one trial; say which counts"):
        read(rows)
    assert set(read(rows, several="first").table["response"]) == {"run", "swim"}


@pytest.mark.parametrize("numbered", [False, True])
def test_runs_of_a_database_are_read_with_their_keys(read: Read, numbered: bool) -> None:
    runs = {key: without(trials(), "subject_id") for key in ("-Na", "-Nb")}
    stored = (
        {key: {str(n): row for n, row in enumerate(run)} for key, run in runs.items()} if numbered else runs
    )
    preview = read(stored).preview
    assert preview.people == ("-Na", "-Nb")
    assert preview.test == 16


@pytest.mark.parametrize("turned", ["list", "split"])
def test_json_by_columns_is_one_line_that_says_so(read: Read, turned: str) -> None:
    rows = trials()
    by_column = {name: [row[name] for row in rows] for name in rows[0]}
    split = {"columns": list(rows[0]), "data": [list(row.values()) for row in rows]}
    with pytest.raises(TableError, match="holds columns, not trials; save it as CSV"):
        read(by_column if turned == "list" else split)


def test_options_that_nothing_answers_to_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "data.csv"
    path.write_text(separated(trials()))
    options = [
        "--agents",
        "human=p*",
        "model=vgg*",
        "--missing",
        "keine",
        "--answers",
        "d=run",
        "--levels",
        "0,1,2",
    ]
    options += ["--practice", "trial_type=warm-up", "--only", "level=0,1"]
    assert main(["import", str(path), *options]) == 0
    text = capsys.readouterr().out
    lines = [line for line in text.splitlines() if "nothing in the tables answers to" in line]
    assert [line.partition(" answers to ")[2] for line in lines] == [
        "--agents model=vgg*",
        "--levels 2",
        "--answers d=run",
        "--missing keine",
        "--practice trial_type=warm-up",
    ]


@pytest.mark.sampled
@pytest.mark.parametrize(
    "classes",
    [("true", "false"), ("1", "0"), ("1.0", "inf"), ("[a]", "-"), ("human", "model"), (" run", "none")],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_a_class_keeps_its_name_whatever_it_looks_like(
    read: Read, classes: tuple[str, str], as_json: bool
) -> None:
    rows: list[Row] = [
        {
            "subject_id": "p0",
            "trial_type": "photo",
            "trial_index": k,
            "rt": 500,
            "response": photo["category"],
        }
        | {name: photo[name] for name in ("image", "category", "level")}
        for k, photo in enumerate(shown("p0", classes))
    ]
    imported = read({"data": rows} if as_json else rows)
    assert imported.preview.classes == dict.fromkeys(sorted(classes), 4)
    assert imported.table["correct"].tolist() == [1] * 8
