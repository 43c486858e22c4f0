"""A table of answers is taken whole or not at all, and says everything that is wrong with it."""

from __future__ import annotations

import pytest

from attacker.packs.answer_table import read_answers
from attacker.packs.manifest import Manifest, PackedStimulus
from attacker.packs.pack_archive import blank_table
from attacker.packs.packed_answers import AnswerTable, Form, State
from attacker.packs.table_problems import TableRefusedError

NO_SHARES = "rows whose probabilities are negative or do not sum to 1"
NAMES = ("00", "11", "22")
PACK = Manifest(
    "p", "Which sport?", ("dunk", "high jump"), tuple(PackedStimulus(name, name * 4) for name in NAMES)
)


def taken(header: str, *answers: str) -> AnswerTable:
    """Return what is read of a table with these answers to the stimuli of the pack, in its order."""
    rows = [f"{name},{name * 4},{answer}" for name, answer in zip(NAMES, answers, strict=True)]
    return read_answers("\n".join([f"stimulus,sha256,{header}", *rows]).encode(), PACK)


def problems(header: str, *answers: str) -> tuple[str, ...]:
    with pytest.raises(TableRefusedError) as refusal:
        taken(header, *answers)
    return refusal.value.problems


def choices(table: AnswerTable) -> list[int | None]:
    return [answer.choice for answer in table.answers]


def test_labels() -> None:
    table = taken("label", "dunk", "high jump", " dunk ")
    assert (table.form, choices(table)) == (Form.LABEL, [0, 1, 0])
    assert [answer.logits for answer in table.answers] == [(), (), ()]


def test_probabilities_become_logits_with_the_same_softmax() -> None:
    table = taken("prob_high jump,prob_dunk", "0.9,0.1", "0.25,0.75", "0,1")
    assert choices(table) == [1, 0, 0]
    assert table.answers[0].logits == pytest.approx((-2.30259, -0.10536))


def test_logits_are_rounded_as_those_of_networks_that_are_trained_here() -> None:
    table = taken("logit_dunk,logit_high jump", "1.23456789,0", "-3,2", "0,0")
    assert choices(table) == [0, 1, 0]  # a tie goes to the first choice
    assert table.answers[0].logits == (1.23457, 0.0)


def test_texts_get_their_class_by_a_rule_that_never_sees_the_right_one() -> None:
    table = taken("text", "A high-jump!", "a dunk or a high jump", "a rabbit")
    assert choices(table) == [1, None, None]
    assert table.states == {State.ANSWERED: 1, State.OFF_LIST: 1, State.SEVERAL: 1}
    assert table.answers[2].text == "a rabbit"


def test_a_refusal_is_a_state_of_its_own() -> None:
    table = taken("label,refused", "dunk,0", ",1", "dunk,")
    assert choices(table) == [0, None, 0]
    assert table.states == {State.ANSWERED: 2, State.REFUSED: 1}
    assert problems("label,refused", "dunk,0", "dunk,1", "dunk,2") == (
        "1 rows that are refused and answered at once: line 3.",
        "1 cells of refused that are neither 0 nor 1: line 4 ('2').",
    )


def test_a_column_may_say_how_each_answer_ended() -> None:
    table = taken("label,state", "dunk,answered", ",empty", ",off-list")
    assert choices(table) == [0, None, None]
    assert table.states == {State.ANSWERED: 1, State.OFF_LIST: 1, State.EMPTY: 1}
    assert problems("label,state,refused", "dunk,empty,", ",asleep,", ",several,1") == (
        "1 rows that are empty and answered at once: line 2.",
        "1 cells of state that are none of answered, refused, off-list, several, empty: line 3 ('asleep').",
        "1 rows whose state and refused contradict each other: line 4 ('several').",
    )


def test_everything_that_is_wrong_is_said_at_once() -> None:
    table = b"stimulus,sha256,label\n00,beef,dunk\n11,11111111,dink\n11,11111111,dunk\n33,33333333,dunk\n"
    with pytest.raises(TableRefusedError) as refusal:
        read_answers(table, PACK)
    assert refusal.value.problems == (
        "1 rows whose sha256 is not that of the packed photo: line 2 (00).",
        "1 labels that are no choice (dunk, high jump): line 3 ('dink').",
        "1 stimuli with a second row: line 4 (11, as line 3).",
        "1 rows of stimuli that the pack does not have: line 5 (33).",
        "1 stimuli without a row: 22.",
    )


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        (
            ("0.5,0.6", "1,0", "1,0"),
            "rows whose probabilities are negative or do not sum to 1: line 2 ('1.1')",
        ),
        (
            ("1.5,-0.5", "1,0", "1,0"),
            "rows whose probabilities are negative or do not sum to 1: line 2 ('1')",
        ),
        (("nan,1", "1,0", "1,0"), "rows with a number that is not finite: line 2 ('nan, 1')"),
        (("x,1", "1,0", "1,0"), "rows with a cell that is no number: line 2 ('x, 1')"),
        ((",", "1,0", "1,0"), "rows without an answer: line 2"),
    ],
)
def test_probabilities_that_are_none_are_refused(answers: tuple[str, ...], problem: str) -> None:
    assert problems("prob_dunk,prob_high jump", *answers) == (f"1 {problem}.",)


def test_probabilities_may_be_rounded() -> None:
    assert choices(taken("prob_dunk,prob_high jump", "0.3333,0.6666", "1,0", "1,0")) == [1, 0, 0]


@pytest.mark.parametrize(
    ("header", "answer", "problem"),
    [
        ("label,text", "dunk,dunk", "It has label and text: give label, or text, or prob_ or logit_ for"),
        ("note", "dunk", "It has no answers"),
        ("prob_dunk", "1", "The column 'prob_high jump' is missing."),
        ("label,note", "dunk,well", "The column 'note' is not known."),
        ("label,label", "dunk,dunk", "Its column label stands twice."),
        ("label", "dunk,dunk", "Its line 2 has too many or few cells."),
    ],
)
def test_a_header_that_leaves_open_what_is_meant_is_refused(header: str, answer: str, problem: str) -> None:
    assert problems(header, answer, answer, answer)[0].startswith(problem)


def test_what_is_no_table_is_refused_in_words() -> None:
    for content in (b"PK\x03\x04\xff", b"stimulus,label\n00,dunk\n"):
        with pytest.raises(TableRefusedError, match=r"no CSV table in UTF-8|lacks the column sha256"):
            read_answers(content, PACK)


def test_a_blank_table_is_refused_as_unanswered_and_one_of_a_spreadsheet_is_taken() -> None:
    blank = blank_table(PACK)
    with pytest.raises(TableRefusedError, match="3 rows without an answer: line 2, line 3, line 4"):
        read_answers(blank.encode(), PACK)
    filled = "\r\n".join(["\ufeffstimulus,sha256,label", *(f"{row}dunk" for row in blank.split()[1:])])
    assert choices(read_answers(filled.encode(), PACK)) == [0, 0, 0]


def test_seconds_and_cost_are_read_for_any_state_and_a_blank_cell_is_not_known() -> None:
    table = taken("label,state,seconds,cost", "dunk,answered,0.75,0.002", ",refused,1.5,0", "dunk,answered,,")
    assert [(answer.seconds, answer.cost) for answer in table.answers] == [
        (0.75, 0.002),
        (1.5, 0.0),
        (None, None),
    ]
    assert (table.seconds_known, table.costs_known) == (2, 2)
    without = taken("label", "dunk", "dunk", "dunk")
    assert (without.seconds_known, without.costs_known) == (0, 0)


def test_a_cost_that_is_no_amount_is_told_by_its_line() -> None:
    assert problems("label,seconds,cost", "dunk,1,-0.1", "dunk,inf,0", "dunk,soon,0") == (
        "1 cells of cost that are no number from 0 on: line 2 ('-0.1').",
        "2 cells of seconds that are no number from 0 on: line 3 ('inf'), line 4 ('soon').",
    )
