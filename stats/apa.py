"""Numbers as a paper prints them, in APA style: no zero before the point of a share, never a p of zero.

Every page, table, figure and sentence of the product prints its numbers through this module, so that the same
number reads the same everywhere. What is undefined prints as a dash.

References
----------
American Psychological Association (2020), Publication Manual, 7th edition, section 6.36.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal

UNDEFINED = "–"


def share(value: float | None, digits: int = 3) -> str:
    """Return an accuracy or another number that cannot exceed 1.

    Examples
    --------
    >>> share(0.93421), share(1.0), share(0.5, 2), share(None)
    ('.934', '1.000', '.50', '–')
    """
    if value is None:
        return UNDEFINED
    sign, size = ("−" if value < 0 else ""), f"{abs(value):.{digits}f}"
    return sign + size.removeprefix("0")


def threshold(value: float) -> str:
    """Return a share that was set, not measured, such as a floor: all of its digits, at least two.

    Examples
    --------
    >>> threshold(0.8), threshold(0.825)
    ('.80', '.825')
    """
    decimals = -int(Decimal(f"{value:g}").as_tuple().exponent)
    return share(value, max(2, decimals))


def signed(value: float | None, digits: int = 3) -> str:
    """Return a difference of shares or a correlation, with its sign.

    Examples
    --------
    >>> signed(0.05), signed(-0.1204), signed(None)
    ('+.050', '−.120', '–')
    """
    if value is None:
        return UNDEFINED
    return ("+" if value >= 0 else "−") + share(abs(value), digits)


def number(value: float | None, digits: int = 2) -> str:
    """Return a number that may exceed 1.

    Examples
    --------
    >>> number(0.5), number(-12.345), number(431.4, 0)
    ('0.50', '−12.35', '431')
    """
    return UNDEFINED if value is None else f"{value:.{digits}f}".replace("-", "−")


def level_name(level: float) -> str:
    """Return a crop level as it was numbered.

    Examples
    --------
    >>> level_name(2.0), level_name(0.25)
    ('2', '0.25')
    """
    return f"{level:g}"


def levels_listed(levels: Iterable[float]) -> str:
    """Return crop levels in one list, or that there is none.

    Examples
    --------
    >>> levels_listed([1, 2.0]), levels_listed([])
    ('level 1, 2', 'no level')
    """
    names = ", ".join(map(level_name, levels))
    return f"level {names}" if names else "no level"


def p_value(p: float | None) -> str:
    """Return a p with its relation, to be put after the letter in a sentence.

    Examples
    --------
    >>> p_value(0.0123), p_value(0.00034), p_value(1.0)
    ('= .012', '< .001', '> .999')
    """
    if p is None:
        return UNDEFINED
    if p < 0.001:
        return "< .001"
    return "> .999" if p > 0.999 else f"= {share(p)}"


def p_cell(p: float | None) -> str:
    """Return a p for the cell of a table, whose header holds the letter.

    Examples
    --------
    >>> p_cell(0.0123), p_cell(0.00034), p_cell(None)
    ('.012', '< .001', '–')
    """
    return p_value(p).removeprefix("= ")


def degrees_of_freedom(df: float | None) -> str:
    """Return degrees of freedom: whole ones as they are, those of Satterthwaite with one decimal.

    Examples
    --------
    >>> degrees_of_freedom(19.0), degrees_of_freedom(23.46), degrees_of_freedom(None)
    ('19', '23.5', '–')
    """
    whole = df is not None and float(df).is_integer()
    return number(df, 0 if whole else 1)


def t_test(t: float, df: float) -> str:
    """Return a t statistic with its degrees of freedom.

    Examples
    --------
    >>> t_test(-2.3, 23.46)
    't(23.5) = −2.30'
    """
    return f"t({degrees_of_freedom(df)}) = {number(t)}"


def interval(low: float | None, high: float | None, digits: int = 3) -> str:
    """Return an interval of shares.

    Examples
    --------
    >>> interval(0.9, 0.9634), interval(None, 0.5)
    ('[.900, .963]', '–')
    """
    return UNDEFINED if low is None or high is None else f"[{share(low, digits)}, {share(high, digits)}]"


def signed_interval(low: float | None, high: float | None, digits: int = 3) -> str:
    """Return an interval of differences of shares.

    Examples
    --------
    >>> signed_interval(-0.02, 0.113)
    '[−.020, +.113]'
    """
    return UNDEFINED if low is None or high is None else f"[{signed(low, digits)}, {signed(high, digits)}]"


def number_interval(low: float | None, high: float | None, digits: int = 2) -> str:
    """Return an interval of numbers that may exceed 1.

    Examples
    --------
    >>> number_interval(412.3, 560.0, 0)
    '[412, 560]'
    """
    return UNDEFINED if low is None or high is None else f"[{number(low, digits)}, {number(high, digits)}]"


def estimate(value: float, low: float | None, high: float | None, digits: int = 3) -> str:
    """Return a share with its interval.

    Examples
    --------
    >>> estimate(0.934, 0.9, 0.963)
    '.934 [.900, .963]'
    """
    return f"{share(value, digits)} {interval(low, high, digits)}"


def count(n: int | None, singular: str, plural: str) -> str:
    """Return how many there are of a thing; photos are unknown where the data are counts.

    Examples
    --------
    >>> count(1, "person", "people"), count(18, "person", "people"), count(None, "photo", "photos")
    ('1 person', '18 people', 'photos unknown')
    """
    if n is None:
        return f"{plural} unknown"
    return f"{n} {singular if n == 1 else plural}"


def percent(alpha: float) -> str:
    """Return the confidence of an interval from its two-sided error rate.

    Examples
    --------
    >>> percent(0.05), percent(0.025)
    ('95 %', '97.5 %')
    """
    confidence = 100 * (1 - alpha)
    whole = math.isclose(confidence, round(confidence), abs_tol=1e-9)
    return f"{confidence:.0f} %" if whole else f"{confidence:.3g} %"


def sentence(clause: str) -> str:
    """Return a clause as a sentence: with a capital letter and a full stop, where it has no end yet.

    Examples
    --------
    >>> sentence("only 2 people took part"), sentence("It can still improve."), sentence("does it?")
    ('Only 2 people took part.', 'It can still improve.', 'Does it?')
    """
    end = "" if clause.endswith((".", "?")) else "."
    return f"{clause[:1].upper()}{clause[1:]}{end}"
