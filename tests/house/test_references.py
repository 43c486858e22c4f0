"""What documents and docstrings name in backticks exists: a reader can follow every path and every name."""

from __future__ import annotations

import pkgutil
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.house.source_code import PACKAGES, ROOT

ROOMS = "|".join((*PACKAGES, "tests", "benchmarks", "docs", "templates", "findings"))
PATH = re.compile(rf"(?<![\w./-])((?:{ROOMS})/[\w./-]*\w)(?![\w*{{}}<>-])")
NAME = re.compile(rf"(?<![\w./-])((?:{'|'.join(PACKAGES)})\.[a-z_]\w*(?:\.\w+)*)")
QUOTED = re.compile(r"`([^`\n]+)`")
ABSENT = {("docs/decisions/0013-rooms.md", "stats/verdict")}  # the page says why there is no such room


def test_everything_that_the_documents_refer_to_exists() -> None:
    pages = [path for path in ROOT.glob("*.md") if path.name != "CHANGELOG.md"]  # it tells of the past too
    assert lost([*pages, *(ROOT / "docs").rglob("*.md")]) == []


@pytest.mark.thorough
def test_everything_that_docstrings_and_comments_refer_to_exists() -> None:
    assert (
        lost(path for room in (*PACKAGES, "tests", "benchmarks") for path in (ROOT / room).rglob("*.py"))
        == []
    )


def test_a_moved_module_and_a_renamed_function_are_missed() -> None:
    moved, renamed = "stats/" + "verdict.py", "stats.decision." + "judge"
    text = f"`{moved}` was\n`stats.decision.primary_analysis.verdict`, see `{renamed}`"
    assert missing(text) == [(1, moved), (2, renamed)]


def lost(paths: Iterable[Path]) -> list[str]:
    """Return file, line and reference of all that these files name and that is not there."""
    return [
        f"{name}:{line}: {reference} does not exist"
        for path in sorted(paths)
        for name in [path.relative_to(ROOT).as_posix()]
        for line, reference in missing(path.read_text(encoding="utf-8"))
        if (name, reference) not in ABSENT
    ]


def missing(text: str) -> list[tuple[int, str]]:
    """Return the paths and dotted names in backticks that lead nowhere, each after its line."""
    return [
        (text.count("\n", 0, quoted.start()) + 1, reference)
        for quoted in QUOTED.finditer(text)
        for pattern, exists in ((PATH, _is_a_path), (NAME, _is_a_name))
        for reference in pattern.findall(quoted[1])
        if not exists(reference)
    ]


def _is_a_path(reference: str) -> bool:
    return (ROOT / reference).exists()


def _is_a_name(reference: str) -> bool:
    try:
        pkgutil.resolve_name(reference)
    except (ImportError, AttributeError, ValueError):
        return _is_a_field(*reference.rsplit(".", 1))
    return True


def _is_a_field(owner: str, name: str) -> bool:
    """Return whether a class declares this name without giving it a value."""
    try:
        return name in getattr(pkgutil.resolve_name(owner), "__annotations__", {})
    except (ImportError, AttributeError, ValueError):
        return False


def test_every_decision_has_a_number_of_its_own() -> None:
    """Pages are referred to by number alone."""
    numbers = Counter(page.name.partition("-")[0] for page in (ROOT / "docs" / "decisions").glob("*.md"))
    assert [number for number, pages in numbers.items() if pages > 1] == []
