"""Every program's own way of writing trials becomes the same tidy table."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from stats.errors import TableError
from stats.imports.import_options import ImportOptions
from stats.imports.importing import Imported, import_trials
from tests.stats.imports.tables_of_programs import Row, jspsych, jspsych_csv, separated, shown

SILENT = 5  # the trial without an answer
LABVANCED = {
    "response": "answer",
    "item_id": "photo",
    "category": "kind",
    "crop_level": "amount",
    "rt_ms": "rtime",
}


def gorilla_1(person: str) -> str:
    """Task builder 1: a row per zone; the spreadsheet's own columns are repeated in each."""
    rows: list[Row] = [{"Event Index": 1, "Zone Type": "continue_button", "Participant Private ID": person}]
    for k, photo in enumerate(shown(person)):
        trial = {"Event Index": k + 2, "Participant Private ID": person, "Participant Public ID": "BLIND"}
        trial |= {"Trial Number": k + 1, "Screen Name": "Screen 2", "display": "trial"}
        trial |= {"image": photo["image"], "level": photo["level"], "ANSWER": photo["category"]}
        rows.append(trial | {"Zone Type": "content_image", "Zone Name": "Zone1"})
        answer = {"Zone Type": "response_button_text", "Reaction Time": f"{600 + k}.5", "Correct": 1}
        silent = {"Zone Type": "timelimit_screen", "Timed Out": 1, "Reaction Time": "", "Correct": 0}
        rows.append(trial | (silent if k == SILENT else answer | {"Response": photo["category"]}))
    return separated(rows) + "END OF FILE\n"


def gorilla_2(person: str) -> str:
    """Task builder 2: columns of the spreadsheet say so, and a type of response stands in each row."""
    rows: list[Row] = []
    for k, photo in enumerate(shown(person)):
        trial = {
            "Participant Private ID": person,
            "Trial Number": k + 1,
            "Screen": "photo",
            "Display": "trials",
        }
        trial |= {"Spreadsheet: image": photo["image"], "Spreadsheet: level": photo["level"]}
        trial |= {"Spreadsheet: category": photo["category"]}
        rows.append(trial | {"Response Type": "info", "Response": "image loaded"})
        answer = {
            "Response Type": "response",
            "Response": photo["category"],
            "Reaction Time": 600 + k,
            "Correct": 1,
        }
        rows.append(trial | ({"Response Type": "timedout", "Correct": 0} if k == SILENT else answer))
    return separated(rows, ";")


def labjs(person: str) -> str:
    """Every screen repeats the loop's parameters, and a fixation ends like an unanswered trial."""
    rows: list[Row] = []
    for k, photo in enumerate(shown(person)):
        given = {"participant": person, "image": photo["image"], "category": photo["category"]}
        given |= {"level": photo["level"]}
        rows.append(given | {"sender": "Fixation", "ended_on": "timeout", "duration": 500})
        silent = {"ended_on": "timeout", "duration": 3000, "correct": "false"}
        answer = {
            "ended_on": "response",
            "duration": 600 + k,
            "response": photo["category"],
            "correct": "true",
        }
        rows.append(given | {"sender": "Photo"} | (silent if k == SILENT else answer))
    return separated(rows)


def labvanced(person: str) -> str:
    """A row per trial, with variables that the designer has named."""
    rows: list[Row] = [
        {"exp_subject_id": person, "Task_Name": "Practice", "Trial_Nr": 1, "photo": "prac.png", "kind": "run"}
        | {"amount": 0, "answer": "run", "rtime": 700}
    ]
    for k, photo in enumerate(shown(person)):
        trial = {"exp_subject_id": person, "Task_Name": "Main", "Trial_Nr": k + 1, "photo": photo["image"]}
        trial |= {"kind": photo["category"], "amount": photo["level"]}
        rows.append(trial | ({} if k == SILENT else {"answer": photo["category"], "rtime": 600 + k}))
    return separated(rows)


def bids(person: str) -> str:
    """Events of a run, seconds, n/a; the person is in the file's name."""
    rows: list[Row] = [
        {"onset": 0, "duration": 2, "trial_type": "rest", "stim_file": "n/a", "category": "n/a"}
    ]
    for k, photo in enumerate(shown(person)):
        trial = {"onset": 3 * k, "duration": 1, "trial_type": "photo", "stim_file": photo["image"]}
        trial |= {"category": photo["category"], "level": photo["level"]}
        silent = {"response": "n/a", "response_time": "n/a", "accuracy": 0}
        answer = {"response": photo["category"], "response_time": f"{0.6 + k / 1000:.3f}", "accuracy": 1}
        rows.append(trial | (silent if k == SILENT else answer))
    return separated([{name: row.get(name, "n/a") for name in rows[1]} for row in rows], "\t")


def pavlovia(person: str) -> str:
    """PsychoPy in a browser: no answer is a blank, and the last column has no name."""
    rows: list[Row] = []
    for k, photo in enumerate(shown(person)):
        trial = {"participant": person, "trials.thisN": k, "image": photo["image"]}
        trial |= {"category": photo["category"], "level": photo["level"], "expName": "crops", "frameRate": 60}
        answer = {"key_resp.keys": photo["category"], "key_resp.corr": 1, "key_resp.rt": 0.6 + k / 1000}
        rows.append(trial | ({"key_resp.corr": 0} if k == SILENT else answer))
    return "".join(f"{line},\n" for line in separated(rows).splitlines())


def model_vs_human(person: str) -> str:
    return separated(
        {"subj": "subject-01", "session": 1, "trial": k + 1, "rt": "NaN" if k == SILENT else 0.6 + k / 1000}
        | {"object_response": "na" if k == SILENT else photo["category"], "category": photo["category"]}
        | {"condition": photo["level"]}
        | {"imagename": f"{k:04d}_x_s01_{photo['level']}_{photo['image']}"}
        for k, photo in enumerate(shown(person))
    )


PROGRAMS = {
    "gorilla 1": ("gorilla", gorilla_1, "data.csv", ImportOptions()),
    "gorilla 2": ("gorilla", gorilla_2, "data.csv", ImportOptions()),
    "lab.js": ("lab.js", labjs, "data.csv", ImportOptions()),
    "labvanced": ("labvanced", labvanced, "data.csv", ImportOptions(columns=LABVANCED)),
    "bids": ("bids", bids, "sub-01_task-crops_events.tsv", ImportOptions()),
    "pavlovia": ("psychopy", pavlovia, "data.csv", ImportOptions()),
    "model-vs-human": ("model-vs-human", model_vs_human, "data.csv", ImportOptions()),
}


@pytest.fixture(params=PROGRAMS)
def imported(request: pytest.FixtureRequest, tmp_path: Path) -> Imported:
    layout, write, name, options = PROGRAMS[request.param]
    (tmp_path / name).write_text(write("p1"), encoding="utf-8")
    table = import_trials([tmp_path / name], options)
    assert [file.layout for file in table.preview.files] == [layout]
    return table


def test_eight_trials_with_photos_classes_and_levels_come_back(imported: Imported) -> None:
    table = imported.table
    tested = table[table["block_type"] == "test"] if "block_type" in table else table
    assert tested["item_id"].tolist() == [photo["image"] for photo in shown("p1")]
    assert tested["category"].tolist() == ["run", "swim"] * 4
    assert tested["crop_level"].tolist() == [0, 0, 1, 1, 0, 0, 1, 1]
    assert set(tested["agent_type"]) == {"human"}
    assert imported.preview.test == 8


@pytest.mark.sampled
def test_seven_are_right_and_one_is_a_timeout(imported: Imported) -> None:
    table = imported.table
    tested = table[table["block_type"] == "test"] if "block_type" in table else table
    assert tested["correct"].tolist() == [int(k != SILENT) for k in range(8)]
    expected = ["timeout" if k == SILENT else "answered" for k in range(8)]
    assert tested["response_status"].tolist() == expected


@pytest.mark.sampled
def test_response_times_are_milliseconds_and_a_timeout_has_none(imported: Imported) -> None:
    answered = imported.table["response_status"] == "answered"
    assert imported.table["rt_ms"][answered].between(600, 700).all()
    assert imported.table["rt_ms"][~answered].isna().all()


@pytest.mark.sampled
def test_every_row_is_accounted_for(imported: Imported) -> None:
    preview = imported.preview
    assert preview.rows == preview.test + preview.practice + preview.catch + sum(preview.dropped.values())


def test_fixations_that_repeat_the_parameters_are_no_timeouts(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text(labjs("p1"))
    assert import_trials([tmp_path / "data.csv"]).preview.dropped == {"never answered: sender=Fixation": 8}


def test_an_archive_of_jatos_gives_its_runs_the_numbers_and_workers_of_its_metadata(tmp_path: Path) -> None:
    def without_names(person: str) -> list[Row]:
        return [{name: cell for name, cell in row.items() if name != "subject_id"} for row in jspsych(person)]

    runs = [
        {"id": 7, "workerId": 31, "studyState": "FINISHED", "urlQueryParameters": {"PROLIFIC_PID": "abc"}},
        {"id": 8, "workerId": 32, "studyState": "ABORTED", "urlQueryParameters": {"PROLIFIC_PID": "def"}},
    ]
    path = tmp_path / "jatos_results.jzip"
    with ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"data": [{"studyId": 1, "studyResults": runs}]}))
        archive.writestr("study_result_7/comp-result_1/data.txt", json.dumps(without_names("a")))
        archive.writestr("study_result_8/comp-result_2/data.txt", jspsych_csv(without_names("b")))
        archive.writestr("study_result_8/comp-result_3/data.txt", "")
        archive.writestr("study_result_8/comp-result_2/files/webcam.webm", b"\x1a\x45")
    imported = import_trials([path])
    assert imported.preview.people == ("abc", "def")
    assert imported.preview.test == 16
    assert imported.preview.files[0].notes == {
        "runs that JATOS calls not finished, read like the others": 1,
        "empty files in the archive": 1,
        "files in the archive that are no tables of results": 1,
    }


def test_a_table_with_a_row_per_person_is_read_by_a_map_of_its_columns(tmp_path: Path) -> None:
    survey = tmp_path / "survey.csv"
    survey.write_text(
        'ResponseId,Status,Q1,Q1_t,Q2,Q2_t\nResponse ID,Status,"What is it?",Timing,"What is it?",Timing\n'
        '"{""ImportId"":""_recordId""}","{""ImportId"":""status""}",x,x,x,x\n'
        "R_1,IP Address,run,0.8,,\nR_2,IP Address,swim,1.1,,4.0\nR_3,Survey Preview,run,0.7,run,0.9\n"
    )
    columns = tmp_path / "map.csv"
    columns.write_text("column,item_id,category,crop_level,rt\nQ1,a.jpg,run,0,Q1_t\nQ2,b.jpg,swim,1,Q2_t\n")
    options = ImportOptions(wide=str(columns), rt_unit="s", agents={"human": ["*"]})
    imported = import_trials([survey], options)
    table = imported.table.sort_values(["agent_id", "item_id"])
    assert table[["agent_id", "item_id"]].to_numpy().tolist() == [
        ["R_1", "a.jpg"],
        ["R_2", "a.jpg"],
        ["R_2", "b.jpg"],
    ]
    assert table["response_status"].tolist() == ["answered", "answered", "timeout"]
    assert table["rt_ms"].dropna().tolist() == [800, 1100]
    assert imported.preview.files[0].notes == {
        "lines of question texts and ids below the header": 2,
        "rows that are previews of the survey": 1,
        "blank cells: photos that were not shown, or not answered": 1,
    }


def described_dataset(folder: Path, sidecar: dict[str, object]) -> Path:
    """A BIDS dataset whose answers are buttons and whose times are milliseconds, described at its root."""
    (folder / "dataset_description.json").write_text("{}")
    (folder / "task-crops_events.json").write_text(json.dumps(sidecar))
    (folder / "task-rest_events.json").write_text('{"response_time": {"Units": "s"}}')
    run = folder / "sub-01" / "func" / "sub-01_task-crops_events.tsv"
    run.parent.mkdir(parents=True)
    buttons = {"run": "1", "swim": "2"}
    rows = [
        {"onset": 3 * k, "duration": 1, "stim_file": photo["image"], "category": photo["category"]}
        | {"level": photo["level"], "response": buttons[str(photo["category"])], "response_time": 600 + k}
        for k, photo in enumerate(shown("p1"))
    ]
    run.write_text(separated(rows, "\t"))
    return run


def test_a_sidecar_tells_units_of_times_and_what_buttons_mean(tmp_path: Path) -> None:
    sidecar = {
        "response_time": {"Units": "ms"},
        "response": {"Levels": {"1": "run", "2": {"Description": "swim"}}},
    }
    imported = import_trials([described_dataset(tmp_path, sidecar)])
    assert imported.table["correct"].tolist() == [1] * 8
    assert imported.table["response"].tolist() == ["run", "swim"] * 4
    assert imported.table["rt_ms"].tolist() == [600.0 + k for k in range(8)]
    text = imported.preview.text()
    assert "rt_ms <- response_time (in ms, by its sidecar)" in text
    assert "response <- response (codes by its sidecar)" in text


def test_without_a_sidecar_neither_is_guessed(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no answer \\(1, 2\\) is a class"):
        import_trials([described_dataset(tmp_path, {})])


def test_a_unit_that_is_no_unit_of_times_is_refused(tmp_path: Path) -> None:
    run = described_dataset(tmp_path, {"response_time": {"Units": "frames"}})
    with pytest.raises(TableError, match="has times in 'frames'; name the unit: --rt-unit s or ms"):
        import_trials([run])
