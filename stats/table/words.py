"""Words that stand for a missing value or for a truth value, one list of each for all tables and programs."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
from pandas.api.types import is_numeric_dtype

# Written by R, BIDS, Python, JavaScript, Excel, SQL and by nobody; in capitals or not.
MISSING_WORDS = frozenset({"", "na", "n/a", "nan", "null", "none", "undefined", "#n/a"})
# Excel writes TRUE in the language of the computer.
TRUTH_WORDS = {
    **dict.fromkeys(("1", "1.0", "true", "wahr", "vrai", "verdadero", "vero"), 1.0),
    **dict.fromkeys(("0", "0.0", "false", "falsch", "faux", "falso"), 0.0),
}


NAMES_OF_CLASSES = frozenset({"category", "response", "target", "asked"})  # a class may be called "None"


def is_missing(values: pd.Series, words: frozenset[str] = MISSING_WORDS) -> pd.Series:
    """Return for each value whether it is missing: blank, or one of the words in any case.

    Parameters
    ----------
    values
        Cells of a table.
    words
        Words in lower case.

    Examples
    --------
    >>> is_missing(pd.Series(["null", "NA", None, "nap"])).tolist()
    [True, True, True, False]
    """
    if is_numeric_dtype(values):
        return values.isna()
    return values.isna() | values.astype(str).str.strip().str.lower().isin(words)


def blanked(values: pd.Series, known: Collection[str] = ()) -> pd.Series:
    """Return names with a blank where a word for missing stands that is not known as a name.

    Parameters
    ----------
    values
        Text, or names, see `stats.table.labels`.
    known
        Names that are none of these words here, such as the classes of the table.

    Examples
    --------
    >>> blanked(pd.Series(["film 1", "NA", "n/a"])).tolist()
    ['film 1', None, None]
    >>> blanked(pd.Series(["None", "NA"]), {"None"}).tolist()
    ['None', None]
    """
    different = pd.Series(values.dropna().unique()).astype(object)
    words = different[is_missing(different) & ~different.isin(list(known))]
    if words.empty:
        return values
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.remove_categories(words.tolist())
    return values.astype(object).where(~values.isin(words.tolist()), None)


def truths(values: pd.Series) -> pd.Series:
    """Return 1.0 for a word that says yes, 0.0 for one that says no, and NaN for any other value.

    Examples
    --------
    >>> truths(pd.Series(["TRUE", "0", True, "wahr", "maybe"])).tolist()
    [1.0, 0.0, 1.0, 1.0, nan]
    """
    return values.astype(str).str.strip().str.lower().map(TRUTH_WORDS).astype(float)
