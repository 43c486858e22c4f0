"""A table may say what machine gave it; it says so in every row alike, and nothing that cannot be."""

from __future__ import annotations

import pytest

from attacker.packs.answer_table import read_answers
from attacker.packs.kinds import KINDS, UNKNOWN
from attacker.packs.manifest import Manifest, PackedExample, PackedStimulus
from attacker.packs.table_problems import TableRefusedError
from attacker.packs.table_statement import LEARNT_MORE, TableStatement

SHOWN = tuple(PackedExample(f"{place:016x}", f"{place}", place % 2) for place in range(8))
PACK = Manifest(
    "p", "?", ("dunk", "shoot"), (PackedStimulus("00", "ff"), PackedStimulus("11", "ee")), examples=SHOWN
)


def stated(header: str, *rows: str) -> TableStatement:
    both = rows if len(rows) > 1 else rows * 2
    answers = [f"{start},dunk,{row}" for start, row in zip(("00,ff", "11,ee"), both, strict=True)]
    return read_answers("\n".join([f"stimulus,sha256,label,{header}", *answers]).encode(), PACK).stated


def test_every_column_is_read_and_none_is_needed() -> None:
    assert stated("kind,examples,source", "few-shot,4,net 3") == TableStatement("few-shot", 4, "net 3")
    assert stated("source", "net 3") == TableStatement(UNKNOWN, None, "net 3")
    assert stated("kind", "") == TableStatement()


def test_examples_alone_make_a_few_shot_attack_and_none_of_them_says_nothing_more() -> None:
    assert stated("examples", "2").kind == "few-shot"
    assert stated("examples", "0").kind == UNKNOWN
    assert stated("kind,examples", "adaptive,2") == TableStatement("adaptive", 2)


@pytest.mark.parametrize(
    ("header", "rows", "problem"),
    [
        ("kind", ("few-shot", "zero-shot"), "Its column kind must be the same in all rows"),
        ("kind", ("magic",), "There is no kind of attack 'magic'"),
        ("examples", ("5",), "Its column examples holds '5', but the pack holds 4 of each class"),
        ("examples", ("-1",), "Its column examples holds '-1'"),
        ("kind,examples", ("zero-shot,1",), "A zero-shot attack is not shown 1 examples"),
        ("kind,examples", ("few-shot,0",), "A few-shot attack is not shown 0 examples"),
    ],
)
def test_what_cannot_be_is_refused(header: str, rows: tuple[str, ...], problem: str) -> None:
    with pytest.raises(TableRefusedError, match=problem):
        stated(header, *rows)


def test_an_owner_may_say_that_it_learnt_more_and_never_less() -> None:
    assert set(LEARNT_MORE) | {UNKNOWN} == set(KINDS)
    for place, by_table in enumerate(LEARNT_MORE):
        for other, by_owner in enumerate(LEARNT_MORE):
            if other >= place:
                assert TableStatement(by_table).kind_beside(by_owner) == by_owner
            else:
                with pytest.raises(TableRefusedError, match=f"cannot be taken as {by_owner}"):
                    TableStatement(by_table).kind_beside(by_owner)
        assert TableStatement(by_table).kind_beside(UNKNOWN) == by_table
