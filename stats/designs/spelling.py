"""How far two words are apart: letters left out, put in, exchanged, or swapped with their neighbour."""

from __future__ import annotations


def distance(first: str, second: str, limit: int) -> int | None:
    """Return the number of slips between two words; None where there are more than the limit.

    Parameters
    ----------
    first, second
        Words.
    limit
        Slips that matter, at least 0.

    References
    ----------
    Damerau (1964), A technique for computer detection and correction of spelling errors, Commun. ACM 7
    (one slip is one letter left out, put in or exchanged, or two neighbours swapped).

    Examples
    --------
    >>> distance("dunk", "dnuk", 2), distance("dunk", "drunk", 2), distance("dunk", "shoot", 2)
    (1, 1, None)
    """
    if abs(len(first) - len(second)) > limit:
        return None
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, start=1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(second, start=1):
            slips = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != other))
            swapped = i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other
            row.append(min(slips, earlier[j - 2] + 1) if swapped else slips)
        if min(row) > limit:
            return None
    return row[-1] if row[-1] <= limit else None
