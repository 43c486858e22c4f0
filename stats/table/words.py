"""Words that stand for a missing value or for a truth value, one list of each for all tables and programs."""

from __future__ import annotations

import pandas as pd
from pandas.api.types import is_numeric_dtype

# Written by R, BIDS, Python, JavaScript, Excel, SQL and by nobody; in capitals or not.
MISSING_WORDS = frozenset({"", "na", "n/a", "nan", "null", "none", "undefined", "#n/a"})
# Excel writes TRUE in the language of the computer.
TRUTH_WORDS = {
    **dict.fromkeys(("1", "1.0", "true", "wahr", "vrai", "verdadero", "vero"), 1.0),
    **dict.fromkeys(("0", "0.0", "false", "falsch", "faux", "falso"), 0.0),
}


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


def truths(values: pd.Series) -> pd.Series:
    """Return 1.0 for a word that says yes, 0.0 for one that says no, and NaN for any other value.

    Examples
    --------
    >>> truths(pd.Series(["TRUE", "0", True, "wahr", "maybe"])).tolist()
    [1.0, 0.0, 1.0, 1.0, nan]
    """
    return values.astype(str).str.strip().str.lower().map(TRUTH_WORDS).astype(float)
