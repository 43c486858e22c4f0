"""A table of typed answers with the class of each answer, and everything that was decided on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from stats.designs.text_scoring import Scored, Step, TextRule
from stats.errors import TableError
from stats.table.design_columns import RESPONSE_TEXT, TEXT_RULE
from stats.table.parse import refuse
from stats.table.words import is_missing

LISTED = 20
GIVEN_A_CLASS = (Step.CLASS, Step.SYNONYM, Step.PHRASE, Step.SPELLING)  # from the strictest on


@dataclass(frozen=True)
class Decided:
    """Answers that were decided alike.

    Attributes
    ----------
    text : as it was typed first
    classes : what it was given, or could mean
    trials : how many
    """

    text: str
    classes: tuple[str, ...]
    trials: int


@dataclass(frozen=True)
class ScoredTable:
    """Typed answers with their classes.

    Attributes
    ----------
    table : the rows as they came, with `response`, `correct`, `response_status`, `response_text`, `text_rule`
    trials, right : typed answers by step, and how many of them name the class of their photo
    decided : the different answers of each step, the commonest first
    """

    table: pd.DataFrame
    trials: dict[Step, int]
    right: dict[Step, int]
    decided: dict[Step, tuple[Decided, ...]]

    def shares(self) -> list[tuple[Step, float]]:
        """Return the share of all trials that would be right if no later step counted, by step."""
        total = sum(self.trials.values())
        right = 0
        shares = []
        for step in GIVEN_A_CLASS:
            right += self.right.get(step, 0)
            shares.append((step, right / total))
        return shares


def scored_table(
    table: pd.DataFrame, rule: TextRule, *, text: str = "response", category: str = "category"
) -> ScoredTable:
    """Score the typed answers of a table.

    A blank is no answer and counts as wrong; an answer that fits no class, or several, is wrong. Rows of
    networks, and rows that were broken off, stay as they are.

    Parameters
    ----------
    table
        Cells as text, one row per trial.
    rule
        By which answers are given their class.
    text, category
        Columns with what was typed and with the photo's class.

    Raises
    ------
    TableError
        When a column is missing or no row holds a typed answer.

    Examples
    --------
    >>> rows = pd.DataFrame({"category": ["dunk", "shoot", "dunk"], "response": ["Dnuk", "hoop", None]})
    >>> scored = scored_table(rows, TextRule(("dunk", "shoot"), slips=0.25))
    >>> scored.table[["response", "correct", "text_rule"]].to_dict("list")
    {'response': ['dunk', 'hoop', None], 'correct': [1, 0, 0], 'text_rule': ['spelling', 'no class', 'blank']}
    """
    missing = [name for name in (text, category) if name not in table]
    if missing:
        raise TableError(f"the table has no column {', '.join(missing)}; name it (--text, --category)")
    typed = _typed(table)
    without_class = typed & is_missing(table[category], frozenset({""}))
    if without_class.any():
        refuse(table, without_class, category, "must name the class of every photo")
    answers = table[text].astype(object).where(table[text].notna(), None)
    known = {answer: rule.score(answer) for answer in answers[typed].unique()}
    if not any(scored.step is not Step.BLANK for scored in known.values()):
        raise TableError(f"no row has a typed answer in the column {text}")
    scored = [known[answer] for answer in answers[typed]]
    result = _with_answers(table, answers[typed], scored, category)
    right = result.loc[typed, "correct"].astype(bool).to_numpy()
    steps = pd.Series([each.step for each in scored], index=answers[typed].index)
    return ScoredTable(
        result,
        dict(Counter(each.step for each in scored)),
        dict(Counter(each.step for each, is_right in zip(scored, right, strict=True) if is_right)),
        {step: tuple(_decided(answers[typed][steps == step], known)) for step in Step},
    )


def _typed(table: pd.DataFrame) -> pd.Series:
    """Return which rows are a person's, and not broken off or timed out."""
    typed = pd.Series(True, index=table.index)
    if "agent_type" in table:
        typed &= table["agent_type"] == "human"
    if "response_status" in table:
        status = table["response_status"]
        typed &= is_missing(status) | status.isin(["answered", "cant_tell"])
    return typed


def _with_answers(
    table: pd.DataFrame, typed: pd.Series, scored: Sequence[Scored], category: str
) -> pd.DataFrame:
    """Return the table with its answers, in the rows that hold one."""
    blank = [each.step is Step.BLANK for each in scored]
    words = [
        None if nothing else each.response or answer
        for each, answer, nothing in zip(scored, typed, blank, strict=True)
    ]
    truth = table.loc[typed.index, category]
    columns = {
        "response": words,
        "correct": [int(word == name) for word, name in zip(words, truth, strict=True)],
        "response_status": ["cant_tell" if nothing else "answered" for nothing in blank],
        RESPONSE_TEXT.name: typed.tolist(),
        TEXT_RULE.name: [each.step.value for each in scored],
    }
    result = table.copy()
    for name, values in columns.items():
        cells = result[name].astype(object) if name in result else pd.Series(index=result.index, dtype=object)
        cells[typed.index] = values
        result[name] = cells.where(cells.notna(), None)
    return result


def _decided(answers: Iterable[str | None], known: dict[str | None, Scored]) -> Iterator[Decided]:
    """Count the different answers, the commonest first and then in alphabetical order."""
    for answer, trials in sorted(Counter(answers).items(), key=lambda pair: (-pair[1], str(pair[0]))):
        yield Decided(answer or "", known[answer].classes, trials)
