"""Where the class of a photo is told: a folder, the folder inside, a table, or how its name begins."""

from __future__ import annotations

import pytest

from pipeline.intake.class_layouts import Layout, class_table, classes_by_file, guessed, without_file

FOLDERS = ["dunk/1.jpg", "shoot/game 1/2.jpg"]
INNER = ["train/dunk/1.jpg", "Test/shoot/2.jpg", "val/shoot/deep/3.jpg"]
FLAT = ["free throw_001.jpg", "dunk (2).jpg", "dunk-3-1.jpg", "note.jpg"]
TABLE = {"labels.csv": "id;File_Name;Label\n1;1.jpg;dunk\n2;sub/2.jpg;shoot\n3;9.jpg;dunk\n"}


@pytest.mark.parametrize(
    ("files", "tables", "layout"),
    [
        (FOLDERS, {}, Layout.FOLDERS),
        (FOLDERS, TABLE, Layout.FOLDERS),
        (INNER, {}, Layout.INNER),
        (FLAT, {}, Layout.NAMES),
        (["1.jpg", "2.jpg"], TABLE, Layout.TABLE),
        (["photos/1.jpg", "photos/2.jpg"], TABLE, Layout.TABLE),
        (FLAT, {"sources.csv": "photo,source\n"}, Layout.NAMES),
    ],
)
def test_the_layout_is_guessed(files: list[str], tables: dict[str, str], layout: Layout) -> None:
    assert guessed(files, tables) == layout


def test_the_uppermost_folder_or_the_one_inside_names_the_class() -> None:
    assert list(classes_by_file(FOLDERS, Layout.FOLDERS, {}).values()) == ["dunk", "shoot"]
    assert list(classes_by_file(INNER, Layout.INNER, {}).values()) == ["dunk", "shoot", "shoot"]


def test_what_stands_before_the_number_of_a_file_names_the_class() -> None:
    classes = classes_by_file(FLAT, Layout.NAMES, {})
    assert list(classes.values()) == ["free throw", "dunk", "dunk"]
    assert "note.jpg" not in classes


def test_a_table_names_files_by_their_path_or_name() -> None:
    files = ["1.jpg", "sub/2.jpg", "other/3.jpg"]
    assert classes_by_file(files, Layout.TABLE, TABLE) == {"1.jpg": "dunk", "sub/2.jpg": "shoot"}
    assert without_file(TABLE, files) == ["9.jpg"]
    assert class_table({"boxes.csv": "photo,left,top,right,bottom\n"}) == ""


def test_accents_are_composed_as_every_system_writes_them() -> None:
    assert classes_by_file(["Ta\u0308nzer/1.jpg"], Layout.FOLDERS, {}) == {
        "Ta\u0308nzer/1.jpg": "T\u00e4nzer"
    }
