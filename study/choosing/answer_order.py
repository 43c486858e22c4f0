"""The order of the answers on the screen: one for a person, or another in each of their blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from study.counterbalancing import shuffled

PER_PERSON, PER_BLOCK, WHERE_LONG = "person", "block", "long"
SHORT_LIST = 9  # answers that have one key each; longer lists are searched, and what stands late costs time

T = TypeVar("T")


def changes_between_blocks(rule: str, answers: int) -> bool:
    """Return whether a rule gives this number of answers another order in each block."""
    return rule == PER_BLOCK or (rule == WHERE_LONG and answers > SHORT_LIST)


def orders_of_blocks(order: Sequence[T], blocks: int, seed: int) -> list[list[T]]:
    """Return an order for each block, such that each answer stands at each place about equally often.

    The orders are rows of a cyclic Latin square: the first block has the order itself, as practice has; fewer
    blocks than answers take rows as far from each other as can be; more begin anew.

    Examples
    --------
    >>> orders_of_blocks("abcd", 2, seed=1)
    [['a', 'b', 'c', 'd'], ['c', 'd', 'a', 'b']]
    """
    rows = min(blocks, len(order))
    turns = [block % rows * len(order) // rows for block in range(blocks)]
    return [[*order[turn:], *order[:turn]] for turn in [*turns[:1], *shuffled(turns[1:], seed)]]
