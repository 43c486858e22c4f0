"""No guess in silence: what a table leaves open is refused, with the option that settles it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stats import TableError
from stats.__main__ import main
from stats.imports.import_options import ImportOptions
from stats.imports.importing import Imported, import_trials
from tests.stats.imports.tables_of_programs import Row, jspsych, separated, shown


def import_rows(folder: Path, rows: list[Row], options: ImportOptions | None = None) -> Imported:
    path = folder / "data.csv"
    path.write_text(separated(rows), encoding="utf-8")
    return import_trials([path], options)


def trials(**changes: object) -> list[Row]:
    """Eight trials of one person, as jsPsych writes them."""
    return [row | changes for row in jspsych("p0") if row["trial_type"] != "instructions"]


def test_an_unknown_program_is_refused_with_the_options_for_any_table(tmp_path: Path) -> None:
    rows = [photo | {"answer": photo["category"]} for photo in shown("p0")]
    with pytest.raises(TableError, match=r"no program that is known.*--layout plain.*--wide"):
        import_rows(tmp_path, rows)
    options = ImportOptions(layout="plain", columns={"agent_id": "person", "response": "answer"})
    with pytest.raises(TableError, match=r"p0 \(1 observers\): people or networks"):
        import_rows(tmp_path, rows, options)


def test_the_unit_of_response_times_is_asked_for(tmp_path: Path) -> None:
    rows = [photo | {"rt": 0.5, "response": photo["category"]} for photo in shown("p0")]
    settled = {"layout": "plain", "columns": {"agent_id": "person"}, "agents": {"human": ["p*"]}}
    with pytest.raises(TableError, match="--rt-unit ms or s"):
        import_rows(tmp_path, rows, ImportOptions(**settled))
    table = import_rows(tmp_path, rows, ImportOptions(rt_unit="s", **settled)).table
    assert table["rt_ms"].tolist() == [500] * 8


def test_seconds_in_a_program_that_writes_milliseconds_are_noticed(tmp_path: Path) -> None:
    with pytest.raises(
        TableError, match=r"median response time would be 0\.6 ms; name the unit: --rt-unit s"
    ):
        import_rows(tmp_path, trials(rt=0.6))


def test_a_condition_called_none_is_not_dropped(tmp_path: Path) -> None:
    rows = trials(level="none")[:4] + trials(level="mask")[4:]
    with pytest.raises(TableError, match=r"level none: if it is a condition, .*--levels.*--missing none"):
        import_rows(tmp_path, rows)
    table = import_rows(tmp_path, rows, ImportOptions(levels=["none", "mask"])).table
    assert table["crop_level"].tolist() == [0] * 4 + [1] * 4
    dropped = import_rows(tmp_path, rows, ImportOptions(missing=["none"], levels=["mask"])).preview.dropped
    assert dropped == {"no level (level)": 4}


def test_conditions_that_are_words_need_an_order_with_all_of_them(tmp_path: Path) -> None:
    rows = trials(level="light")[:4] + trials(level="heavy")[4:]
    with pytest.raises(TableError, match=r"conditions are words \(heavy, light\); order them"):
        import_rows(tmp_path, rows)
    with pytest.raises(TableError, match="condition heavy is not in --levels"):
        import_rows(tmp_path, rows, ImportOptions(levels=["light"]))


def test_two_screens_of_a_trial_that_are_both_answered_are_refused(tmp_path: Path) -> None:
    rating = [row | {"trial_type": "survey-likert", "response": 3} for row in trials()]
    with pytest.raises(TableError, match=r"2 kinds of screens .*--only 'trial_type="):
        import_rows(tmp_path, [*trials(), *rating])
    options = ImportOptions(only={"trial_type": ["image-button-response"]})
    preview = import_rows(tmp_path, [*trials(), *rating], options).preview
    assert (preview.test, preview.dropped) == (8, {"not trial_type=image-button-response": 8})


def test_buttons_and_keys_are_not_taken_for_wrong_answers(tmp_path: Path) -> None:
    numbered = [
        {name: cell for name, cell in row.items() if name != "correct"} | {"response": place % 2}
        for place, row in enumerate(trials())
    ]
    with pytest.raises(TableError, match=r"no answer \(0, 1\) is a class .*--answers KEY=CLASS"):
        import_rows(tmp_path, numbered)
    table = import_rows(tmp_path, numbered, ImportOptions(answers={"0": "run", "1": "swim"})).table
    assert table["correct"].tolist() == [1] * 8


def test_a_class_in_other_capitals_is_not_silently_wrong(tmp_path: Path) -> None:
    rows = [{name: cell for name, cell in row.items() if name != "correct"} for row in trials()]
    rows[0]["response"] = "Run"
    with pytest.raises(TableError, match=r"'Run' is the class 'run' but for capitals.*--answers 'Run=run'"):
        import_rows(tmp_path, rows)


def test_a_word_for_missing_with_a_response_time_is_asked_about(tmp_path: Path) -> None:
    rows = trials()
    rows[0]["response"] = "none"
    with pytest.raises(TableError, match=r"1 trials answer 'none' and have a response time.*--missing none"):
        import_rows(tmp_path, rows)
    answer = import_rows(tmp_path, rows, ImportOptions(answers={"none": "none"})).table
    assert answer["response_status"].tolist()[0] == "answered"
    no_answer = import_rows(tmp_path, rows, ImportOptions(missing=["none"])).table
    assert no_answer["response_status"].tolist()[0] == "timeout"


def test_a_network_that_answers_a_word_for_missing_is_asked_about(tmp_path: Path) -> None:
    photo = {"subj": "vgg19", "rt": "", "category": "run", "condition": 0, "imagename": "a.jpg"}
    with pytest.raises(TableError, match=r"1 trials answer 'None' .* or are a network's.*--missing None"):
        import_rows(tmp_path, [photo | {"object_response": "None"}])


def test_one_photo_of_two_classes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"photo a.png is of class run and of class swim"):
        import_rows(tmp_path, trials(stimulus="a.png"))


def test_an_observer_that_no_pattern_or_both_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="--agents names p0 neither people nor networks"):
        import_rows(tmp_path, trials(), ImportOptions(agents={"human": ["q*"]}))
    with pytest.raises(TableError, match="--agents names p0 both people and networks"):
        import_rows(tmp_path, trials(), ImportOptions(agents={"human": ["p*"], "model": ["*0"]}))


def test_columns_that_could_both_be_meant_are_named(tmp_path: Path) -> None:
    rows = [row | {"Image": "a", "IMAGE": "b"} for row in trials()]
    for row in rows:
        del row["stimulus"]
    with pytest.raises(TableError, match="Image and IMAGE could both be item_id; choose: --columns item_id="):
        import_rows(tmp_path, rows)


def test_a_missing_column_is_named_with_what_was_tried(tmp_path: Path) -> None:
    rows = [{name: cell for name, cell in row.items() if name != "subject_id"} for row in trials()]
    with pytest.raises(
        TableError, match=r"no column for agent_id \(tried .*\); name it: --columns agent_id="
    ):
        import_rows(tmp_path, rows)
    with pytest.raises(TableError, match="no column nobody; it has"):
        import_rows(tmp_path, rows, ImportOptions(columns={"agent_id": "nobody"}))


def test_rows_that_are_no_trials_are_counted_by_reason_when_none_is_left(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"no row is a trial.*8 rows have no photo \(stimulus\)"):
        import_rows(tmp_path, trials(stimulus=""))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("rt,trial_type,trial_index\n", "holds no rows"),
        ("{not json", "is not JSON"),
        ("[]", "holds no rows"),
        ('[{"rt": 5}', "the file ends inside an array"),
        ('[{"rt": 5}]]', "a ] too many"),
        ("a,b\n1,2,3\n", "line 2: has 3 cells, but the header names 2 columns"),
        ("a,b,a\n1,2,3\n", "two columns are called a"),
        ("a;b,c\n1;2,3\n", "Name the separator"),
    ],
)
def test_a_broken_file_is_one_line_that_says_what_to_do(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "broken.txt"
    path.write_text(text)
    with pytest.raises(TableError, match=rf"broken\.txt.*{message}".replace("]", r"\]")):
        import_trials([path])


def test_a_workbook_and_other_encodings_are_named(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(separated(trials(category="Läufer")).encode("cp1252"))
    with pytest.raises(TableError, match=r"is not text in utf-8 .*--encoding cp1252"):
        import_trials([path])
    options = ImportOptions(encoding="cp1252")
    assert list(import_trials([path], options).preview.classes) == ["Läufer"]
    path.write_bytes(separated(trials(category="Läufer"), "\t").encode("utf-16"))  # Excel's "Unicode text"
    assert list(import_trials([path]).preview.classes) == ["Läufer"]
    path.write_bytes(b"\xd0\xcf\x11\xe0workbook")
    with pytest.raises(TableError, match="is an Excel workbook; save the sheet as CSV"):
        import_trials([path])


def test_a_file_given_twice_is_not_counted_twice(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text(separated(trials()))
    with pytest.raises(TableError, match="is given twice"):
        import_trials([path, path])


def test_a_refused_import_leaves_no_table_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "data.csv", tmp_path / "trials.csv"
    path.write_text(separated(trials(rt=0.6)))
    assert main(["import", str(path), "--out", str(out)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == [path]


def test_the_command_previews_writes_and_tells_the_same_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out, numbers = tmp_path / "data.csv", tmp_path / "trials.csv", tmp_path / "preview.json"
    path.write_text(separated(trials()))
    assert main(["import", str(path), "--json", str(numbers)]) == 0
    text = capsys.readouterr().out
    assert "Rows: 8 read: 8 test, 0 practice, 0 catch trials, 0 dropped" in text
    assert "people: jspsych runs people (1)" in text
    assert "Nothing written" in text
    preview = json.loads(numbers.read_text())
    assert preview["people"] == ["p0"]
    assert preview["levels"][0] | {"word": "0"} == preview["levels"][0]
    assert main(["import", str(path), "--out", str(out)]) == 0
    assert main(["verdict", str(out)]) == 0
