"""Numbers as a paper prints them (APA style): no zero before the point of a share, never a p of zero."""

from __future__ import annotations

import math

from scipy import special


def share(value: float | None, digits: int = 3) -> str:
    """Return an accuracy or another number that cannot exceed 1, as .934; a dash where undefined."""
    if value is None:
        return "–"
    return f"{value:.{digits}f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.{digits}f}"


def signed(value: float | None, digits: int = 3) -> str:
    """Return a difference or a correlation, with its sign."""
    if value is None:
        return "–"
    return ("+" if value >= 0 else "−") + share(abs(value), digits)


def number(value: float | None, digits: int = 2) -> str:
    """Return a number that may exceed 1."""
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "−")


def p_value(p: float | None) -> str:
    """Return "= .012", "< .001" or "> .999", to be put after a p."""
    if p is None:
        return "–"
    if p < 0.001:
        return "< .001"
    return "> .999" if p > 0.999 else f"= {share(p)}"


def p_cell(p: float | None) -> str:
    """Return a p for a table: exact to three digits, or "< .001"."""
    return p_value(p).removeprefix("= ")


def interval(low: float | None, high: float | None, digits: int = 3) -> str:
    """Return an interval of shares; a dash where it is undefined."""
    return "–" if low is None or high is None else f"[{share(low, digits)}, {share(high, digits)}]"


def signed_interval(low: float | None, high: float | None, digits: int = 3) -> str:
    """Return an interval of differences."""
    return "–" if low is None or high is None else f"[{signed(low, digits)}, {signed(high, digits)}]"


def number_interval(low: float | None, high: float | None, digits: int = 2) -> str:
    """Return an interval of numbers that may exceed 1."""
    return "–" if low is None or high is None else f"[{number(low, digits)}, {number(high, digits)}]"


def t_statistic(estimate: float, se: float, threshold: float) -> float:
    """Return t of the test on the logit scale, as `accuracy.logit_t` computes it; positive above."""
    distance = float(special.logit(estimate) - special.logit(threshold))
    return distance * estimate * (1 - estimate) / se


def count(n: int | None, one: str, many: str) -> str:
    """Return "1 person" or "18 people"; photos that counts do not tell are said to be untold."""
    if n is None:
        return f"{many} not told"
    return f"{n} {one if n == 1 else many}"


def percent(alpha: float) -> str:
    """Return the confidence of an interval, as "95 %"."""
    confidence = 100 * (1 - alpha)
    whole = math.isclose(confidence, round(confidence), abs_tol=1e-9)
    return f"{confidence:.0f} %" if whole else f"{confidence:.3g} %"
