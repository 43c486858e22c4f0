"""The pages about security are true: their tests are there, and their counts are those of their rows."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache

import pytest

from tests.house.source_code import ROOT

PAGES = ROOT / "docs" / "security"
REFERENCE = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| (.+?) \| (.+?) \| (.*?) ?\|$", re.MULTILINE)
COUNTS = re.compile(r"^\| level ([12]) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
REQUIREMENTS = {1: 70, 2: 183}  # of ASVS 5.0.0
ANSWERS = ("tested", "documented", "not met", "does not apply")


def text_of(page: str) -> str:
    return (PAGES / page).read_text(encoding="utf-8")


@cache
def functions_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def lost_tests(text: str) -> list[str]:
    return [
        f"{path}::{name}"
        for path, name in REFERENCE.findall(text)
        if not (ROOT / path).is_file() or name not in functions_of(path)
    ]


def answer_of(where: str, test: str) -> str:
    """What a row says of its requirement; the others of a row are empty, so that no row says two things."""
    for answer in ANSWERS[1:]:
        if where.startswith(f"{answer}: "):
            assert test == "", f"{where} needs no test"
            return answer
    assert REFERENCE.search(test) or test.startswith("`make check`"), f"{where} has no test"
    return "tested"


@pytest.mark.thorough
def test_every_test_that_the_pages_name_is_there() -> None:
    for page in ("asvs.md", "threat-model.md"):
        assert len(REFERENCE.findall(text_of(page))) > 20
        assert lost_tests(text_of(page)) == []


def test_a_renamed_test_is_missed() -> None:
    here = "tests/house/test_security_pages" + ".py"
    text = f"`{here}::test_a_renamed_test_is_missed` `{here}::test_gone` `tests/" + "nowhere.py::test_a`"
    assert lost_tests(text) == [f"{here}::test_gone", "tests/nowhere" + ".py::test_a"]


def test_every_requirement_of_both_levels_has_one_row() -> None:
    rows = ROW.findall(text_of("asvs.md"))
    assert [number for number, times in Counter(row[0] for row in rows).items() if times > 1] == []
    assert Counter(int(row[1]) for row in rows) == REQUIREMENTS


def test_the_counts_on_top_are_those_of_the_rows() -> None:
    text = text_of("asvs.md")
    rows = Counter((level, answer_of(where, test)) for _, level, _, where, test in ROW.findall(text))
    counted = [
        tuple(str(number) for number in (level, *numbers, sum(numbers)))
        for level in "12"
        for numbers in [[rows[level, answer] for answer in ANSWERS]]
    ]
    assert COUNTS.findall(text) == counted


def test_each_line_of_the_list_of_abuse_has_its_test() -> None:
    lines = text_of("threat-model.md").split("<!-- abuse -->")[1].strip().splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| what")]
    assert len(rows) > 30
    assert [row for row in rows if not REFERENCE.search(row)] == []
