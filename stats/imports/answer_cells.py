"""Cells of answers: lists of one, words that mean no answer, and numbers with a decimal comma."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Collection, Mapping

import pandas as pd

from stats.errors import TableError
from stats.table.words import is_missing

BRACKETS = {"[]", "{}"}
LIST_OF_ONE = re.compile(r"""^\[\s*(?:'[^']*'|"[^"]*"|[-+.\d]+|[Tt]rue|[Ff]alse)\s*\]$""")
COMMA = re.compile(r"^\s*[-+]?\d+,\d+\s*$")
THOUSANDS = re.compile(r"^\s*[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?\s*$")


def unlisted(values: pd.Series, keep: Collection[str], several: str | None, column: str) -> pd.Series:
    """Return cells without the brackets of a list of one, or the name of a form's one field; empty is blank.

    Parameters
    ----------
    values
        Cells as text.
    keep
        Names of classes; a cell that is one of them is no list and no form.
    several
        "first" or "last": which counts of a list of several.
    column
        Where the cells come from, for the error.

    Raises
    ------
    TableError
        When a list has several entries and nobody has said which counts.

    Examples
    --------
    >>> cells = pd.Series(["['golf']", "[]", "[0.61]", "golf", "['a', 'b']"], dtype=object)
    >>> unlisted(cells, (), "last", "mouse.clicked_name").tolist()
    ['golf', None, '0.61', 'golf', 'b']
    >>> unlisted(pd.Series(['{"Q0": "dunk"}', '{"Q0": ["dunk"]}', "{}"]), (), None, "response").tolist()
    ['dunk', 'dunk', None]
    """
    lists = {
        cell: _entry(cell, several, column)
        for cell in values.dropna().unique()
        if cell[:1] + cell[-1:] in BRACKETS and cell not in keep
    }
    if not lists:
        return values
    return pd.Series([lists.get(cell, cell) for cell in values], index=values.index, dtype=object)


def without_brackets(values: pd.Series) -> pd.Series:
    """Return the entries of a column that holds nothing but lists of one, and any other column as it is.

    Parameters
    ----------
    values
        Cells as text, of a column that is no answer.

    Examples
    --------
    >>> without_brackets(pd.Series(["['a.png']", None, '["b.png"]'], dtype=object)).tolist()
    ['a.png', None, 'b.png']
    >>> without_brackets(pd.Series(["[a]", "b"])).tolist()
    ['[a]', 'b']
    """
    cells = values.dropna()
    if cells.empty or not cells.iloc[0].startswith("[") or not cells.str.match(LIST_OF_ONE).all():
        return values
    entries = {cell: _entry(cell, None, str(values.name)) for cell in cells.unique()}
    return pd.Series([entries.get(cell, cell) for cell in values], index=values.index, dtype=object)


def _entry(cell: str, several: str | None, column: str) -> str | None:
    """Return the one entry of a list, or the one field of a form, which may be a list itself."""
    try:
        entries = json.loads(cell)
    except ValueError:
        try:
            entries = ast.literal_eval(cell)
        except (ValueError, SyntaxError):
            return cell
    if isinstance(entries, dict):
        entries = list(entries.values())
    if not isinstance(entries, list):
        return cell
    if len(entries) > 1 and several is None:
        raise TableError(
            f"{column}: {cell} holds several answers to one trial; say which counts: --several first or last"
        )
    if not entries:
        return None
    entry = entries[-1 if several == "last" else 0]
    if isinstance(entry, list | dict):
        return _entry(json.dumps(entry), several, column)
    return None if entry is None else str(entry)


def no_answer(values: pd.Series, classes: Collection[str], words: frozenset[str]) -> pd.Series:
    """Return whether a cell is no answer: blank, or a word for missing that is no class of this table.

    Parameters
    ----------
    values
        Answers.
    classes
        Declared classes of the whole table.
    words
        Words for missing, in small letters.

    Examples
    --------
    >>> cells = pd.Series(["dunk", "None", "na", None])
    >>> no_answer(cells, {"dunk", "None"}, frozenset({"none", "na"})).tolist()
    [False, False, True, True]
    """
    return values.isna() | (is_missing(values, words) & ~values.isin(list(classes)))


def commas(values: pd.Series) -> Counter[str]:
    """Count the numbers with a comma that can only be a decimal comma, and those it could also group.

    Examples
    --------
    >>> sorted(commas(pd.Series(["0,54", "1,204", "612"])).items())
    [('decimal', 1), ('either', 1)]
    """
    cells = values.dropna().astype(str)
    cells = cells[cells.str.contains(",", regex=False)]
    either = cells.str.match(THOUSANDS)
    decimal = cells.str.match(COMMA) & ~either
    return +Counter(decimal=int(decimal.sum()), either=int(either.sum()))


def numerals(values: pd.Series, decimal: str) -> pd.Series:
    """Return numbers as text with a decimal point.

    Parameters
    ----------
    values
        Cells as text.
    decimal
        "," if commas are decimal commas, "." if they group thousands.

    Examples
    --------
    >>> numerals(pd.Series(["0,54", "612"]), ",").tolist(), numerals(pd.Series(["1,204"]), ".").tolist()
    (['0.54', '612'], ['1204'])
    """
    cells = values.astype(object)
    written = cells.map(lambda cell: isinstance(cell, str) and "," in cell)
    if not written.any():
        return values
    plain = cells[written].str.replace(",", "." if decimal == "," else "", regex=False)
    return cells.where(~written, plain)


def recoded(values: pd.Series, answers: Mapping[str, str]) -> pd.Series:
    """Return answers with recorded keys or buttons as classes.

    Examples
    --------
    >>> recoded(pd.Series(["d", "dunk"]), {"d": "dunk"}).tolist()
    ['dunk', 'dunk']
    """
    if not answers:
        return values
    return pd.Series([answers.get(cell, cell) for cell in values], index=values.index, dtype=object)
