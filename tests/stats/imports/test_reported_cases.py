"""Files that neighbouring tools, and earlier versions, read wrongly; each stands for its kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from stats import TableError, verdict
from stats.imports.import_options import ImportOptions
from stats.imports.importing import Imported, import_trials
from tests.stats.imports.tables_of_programs import Row, jspsych, jspsych_csv, separated, shown

Read = Callable[..., Imported]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Import one file of this text."""

    def imported(text: str, name: str = "data.csv", options: ImportOptions | None = None) -> Imported:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8", newline="")
        return import_trials([path], options)

    return imported


def psychopy_trials(person: str, component: str = "key_resp") -> list[Row]:
    return [
        {"participant": person, "trials.thisN": k}
        | {name: photo[name] for name in ("image", "category", "level")}
        | {f"{component}.keys": photo["category"], f"{component}.corr": 1, f"{component}.rt": 0.5 + k / 100}
        for k, photo in enumerate(shown(person))
    ]


@pytest.mark.thorough
def test_the_component_that_the_trials_used_answers_not_the_first_of_the_file(read: Read) -> None:
    rows = [
        {"participant": person, "key_resp_instr.keys": "space", "key_resp_instr.rt": 3.2}
        for person in ("p0", "p1")
    ] + [row for person in ("p0", "p1") for row in psychopy_trials(person, "key_resp_trial")]
    table = read(separated(rows)).table
    assert len(table) == 16
    assert table["correct"].tolist() == [1] * 16
    assert set(table["response_status"]) == {"answered"}
    assert table["rt_ms"].between(500, 570).all()


def test_rows_of_a_practice_loop_are_practice_and_do_not_count(read: Read) -> None:
    practice = [
        {"participant": "p0", "practice.thisN": k, "image": f"prac{k}.png", "category": "run", "level": 0}
        | {"key_resp_prac.keys": "swim", "key_resp_prac.corr": 0, "key_resp_prac.rt": 0.9}
        for k in range(2)
    ]
    imported = read(separated([*practice, *psychopy_trials("p0", "key_resp_trial")]))
    assert (imported.preview.test, imported.preview.practice) == (8, 2)
    assert imported.table["block_type"].tolist() == ["practice"] * 2 + ["test"] * 8
    assert [level.human.estimate for level in verdict(imported.table).levels] == [1.0, 1.0]


def test_two_components_that_answer_in_one_loop_are_refused_until_one_is_named(read: Read) -> None:
    rows = [row | {"rating.response": 3} for row in psychopy_trials("p0")]
    assert read(separated(rows)).table["response"].isin(["run", "swim"]).all()  # the scored one
    unscored = [{name: cell for name, cell in row.items() if name != "key_resp.corr"} for row in rows]
    text = separated(unscored)
    with pytest.raises(TableError, match=r"key_resp.keys and rating.response .* --columns response=key_resp"):
        read(text)
    options = ImportOptions(columns={"response": "key_resp.keys"})
    assert read(text, options=options).table["correct"].tolist() == [1] * 8


@pytest.mark.thorough
def test_null_is_no_answer_in_a_table_as_it_is_in_json(read: Read) -> None:
    rows = jspsych("p0")
    tables = [read(jspsych_csv(rows)), read(json.dumps(rows), "data.json")]
    for imported in tables:
        assert imported.table["response_status"].tolist().count("timeout") == 2
        assert imported.preview.dropped == {"no photo (stimulus)": 1}
    pd.testing.assert_frame_equal(tables[0].table, tables[1].table)


FILES = {
    "pretty.json": lambda first, second: json.dumps(first + second, indent=4),
    "lines.txt": lambda first, second: f"{json.dumps(first)}\n{json.dumps(second)}\n",
    "joined.txt": lambda first, second: json.dumps(first) + json.dumps(second),
    "objects.jsonl": lambda first, second: "\n".join(map(json.dumps, first + second)),
    "runs.json": lambda first, second: json.dumps([{"data": first}, {"trials": second}]),
    "table.csv": lambda first, second: jspsych_csv(first + second),
    "tables.txt": lambda first, second: f"{jspsych_csv(first)}\r\n{jspsych_csv(second)}",
    "tables.csv": lambda first, second: jspsych_csv(first) + jspsych_csv(second),
    "excel.csv": lambda first, second: (
        jspsych_csv(first + second).replace('"true"', "TRUE").replace('"false"', "FALSE")
    ),
    "german excel.csv": lambda first, second: (
        "sep=;\n"
        + jspsych_csv(first + second)
        .replace('","', '";"')
        .replace('"true"', "WAHR")
        .replace('"false"', "FALSCH")
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_jspsych_is_read_however_it_was_saved(read: Read, name: str) -> None:
    imported = read(FILES[name](jspsych("p0"), jspsych("p1")), name)
    assert imported.preview.people == ("p0", "p1")
    assert imported.preview.test == 16
    assert imported.table["correct"].sum() == 12
    assert imported.preview.no_answer in ({"(blank)": 4}, {"null": 4})


def test_results_joined_from_tables_with_other_columns_are_read_by_their_own_headers(read: Read) -> None:
    other = [dict(reversed(row.items())) | {"age": 31} for row in jspsych("p1")]
    imported = read(jspsych_csv(jspsych("p0")) + jspsych_csv(other))
    assert imported.preview.test == 16
    assert imported.table["correct"].sum() == 12


def hashed(person: str) -> list[Row]:
    classes = ("None", "NA", "1e5")
    return [
        {"subj": person, "session": "s", "trial": k, "rt": 0.6, "object_response": classes[k % 3]}
        | {"category": classes[k % 3], "condition": k % 2, "imagename": f"item{k}"}
        for k in range(6)
    ]


def test_people_whose_names_do_not_say_so_are_not_taken_for_networks(read: Read) -> None:
    text = separated([*hashed("81479845"), *hashed("7422c780")])
    with pytest.raises(TableError, match=r"7422c780, 81479845 \(2 observers\): people or.*--agents human"):
        read(text)
    imported = read(text, options=ImportOptions(agents={"human": ("*",)}))
    assert imported.preview.people == ("7422c780", "81479845")
    assert set(imported.table["agent_type"]) == {"human"}


def test_a_class_called_like_a_missing_value_is_an_answer_and_the_preview_says_so(read: Read) -> None:
    imported = read(separated(hashed("subject-1")))
    assert imported.table["response"].tolist() == ["None", "NA", "1e5"] * 2
    assert imported.table["correct"].tolist() == [1] * 6
    assert imported.preview.answers_like_missing == {"None": 2, "NA": 2}
    assert "'None' is a class of this table" in imported.preview.text()


@pytest.mark.thorough
def test_a_class_called_like_a_missing_value_can_be_declared_missing(read: Read) -> None:
    imported = read(separated(hashed("subject-1")), options=ImportOptions(missing=("NA",)))
    assert imported.preview.dropped == {"no class (category)": 2}
    assert sorted(imported.preview.classes) == ["1e5", "None"]


@pytest.mark.thorough
def test_clicks_that_psychopy_writes_as_lists_are_answers_and_empty_lists_are_timeouts(read: Read) -> None:
    rows = [
        {"item_id": "golf_00.png", "category": "golf", "crop_level": 0, "trials.thisN": 0}
        | {"mouse.clicked_name": "['golf']", "mouse.time": "[0.61]", "mouse.corr": 1, "participant": "P01"},
        {"item_id": "surf_01.png", "category": "surfing", "crop_level": 0, "trials.thisN": 1}
        | {"mouse.clicked_name": "[]", "mouse.time": "[]", "mouse.corr": 0, "participant": "P01"},
    ]
    table = read(separated(rows)).table
    assert table["response"].tolist() == ["golf", None]
    assert table["response_status"].tolist() == ["answered", "timeout"]
    assert table["rt_ms"].tolist()[0] == 610
    assert table["correct"].tolist() == [1, 0]


@pytest.mark.thorough
def test_a_list_of_several_answers_is_refused_until_one_is_chosen(read: Read) -> None:
    rows = psychopy_trials("p0")
    rows[0] |= {"key_resp.keys": "['swim', 'run']", "key_resp.rt": "[0.4, 0.9]"}
    with pytest.raises(TableError, match="--several first or last"):
        read(separated(rows))
    last = read(separated(rows), options=ImportOptions(several="last")).table
    assert (last["response"][0], last["rt_ms"][0]) == ("run", 900)


def test_the_preview_asks_about_names_where_people_and_networks_share_no_photo(read: Read) -> None:
    rows = [
        {"agent_type": role, "agent_id": name, "item_id": f"cat_{size}.png", "category": "a"}
        | {"crop_level": 0, "correct": 1}
        for role, name, size in (("human", "p1", 40), ("human", "p2", 40), ("model", "m1", 10))
    ]
    imported = read(separated(rows))
    assert "share no photo at level 0; do the photos' names agree?" in imported.preview.text()
    assert imported.preview.levels[0].shared_photos == 0


def test_the_order_of_rows_does_not_matter(read: Read) -> None:
    rows = [*hashed("subject-1"), *hashed("vgg19")]
    for row in rows[6:]:
        row["rt"] = "NaN"
    forward, backward = read(separated(rows)), read(separated(rows[::-1]))
    assert forward.preview.to_dict() == backward.preview.to_dict()
    again = backward.table[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(forward.table, again)


def test_decimal_commas_and_semicolons_are_read_and_ambiguous_ones_refused(read: Read) -> None:
    rows = hashed("subject-1")
    semicolons = separated([row | {"rt": "0,612"} for row in rows], ";")
    assert read(semicolons).table["rt_ms"].tolist() == [612] * 6
    thousands = separated([row | {"rt": "1,204"} for row in rows])
    with pytest.raises(TableError, match=r"rt_ms: a comma as in 1,204 .* --decimal , or \."):
        read(thousands)
    assert read(thousands, options=ImportOptions(decimal=",")).table["rt_ms"].tolist() == [1204] * 6
