"""The house explains itself: small rooms, a name stands in one place, and the map in CONTRIBUTING is true."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict

import pytest

from tests.house.source_code import ROOT, modules, named_modules

LARGEST_ROOM = 14
# Django asks for the first three; each package has its errors; training and a session both have progress.
SHARED_NAMES = {"apps", "urls", "base", "errors", "progress"}


@pytest.mark.thorough
def test_no_room_holds_more_modules_than_a_newcomer_can_take_in() -> None:
    sizes = Counter(module.room for module in named_modules())
    assert {room: size for room, size in sizes.items() if size > LARGEST_ROOM} == {}


def test_a_module_name_stands_in_one_room() -> None:
    rooms: dict[str, set[str]] = defaultdict(set)
    for module in named_modules():
        rooms[module.path.stem].add(module.room.removesuffix("/management/commands"))
    shared = {name: sorted(places) for name, places in rooms.items() if len(places) > 1}
    assert {name: places for name, places in shared.items() if name not in SHARED_NAMES} == {}


def test_the_map_in_contributing_names_every_room_with_its_own_sentence() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.split("<!-- rooms -->")[1]
    assert re.findall(r"^\| `([a-z_/]+)/` \| (.+) \|$", table, re.MULTILINE) == rooms_with_sentences()


def test_every_room_says_what_it_is_for() -> None:
    assert [room for room, sentence in rooms_with_sentences() if not sentence.endswith(".")] == []


def rooms_with_sentences() -> list[tuple[str, str]]:
    """Return each room and the first sentence of its package's docstring."""
    packages = {module.room: module.tree for module in modules() if module.path.name == "__init__.py"}
    rooms = sorted({module.room for module in named_modules()})
    return [(room, (ast.get_docstring(packages[room]) or "").split("\n")[0]) for room in rooms]
