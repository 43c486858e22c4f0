"""Which blocks, and which rounds of practice, belong to which part of a session."""

from __future__ import annotations

from study import counterbalancing


def blocks_of_parts(blocks: int, parts: int) -> list[range]:
    """Return the numbers of the blocks of each part, counted from 1; earlier parts have one more, if any.

    Examples
    --------
    >>> blocks_of_parts(5, 2)
    [range(1, 4), range(4, 6)]
    """
    first, ranges = 1, []
    for size in counterbalancing.split_evenly(blocks, parts):
        ranges.append(range(first, first + size))
        first += size
    return ranges


def part_of_block(block: int, ranges: list[range]) -> int:
    """Return the part to which a block belongs, counted from 1.

    Examples
    --------
    >>> part_of_block(4, blocks_of_parts(5, 2))
    2
    """
    return next(part for part, blocks in enumerate(ranges, start=1) if block in blocks)


def reminder_round(part: int, practice_rounds: int) -> int:
    """Return the round of practice that reminds people at the beginning of a later part.

    Rounds up to the most that the design allows are those of the first part, so that the number of a round
    tells its part.
    """
    return practice_rounds + part - 1


def part_of_practice(round_number: int, practice_rounds: int) -> int:
    """Return the part to which a round of practice belongs.

    Examples
    --------
    >>> part_of_practice(2, 2), part_of_practice(reminder_round(3, 2), 2)
    (1, 3)
    """
    return max(1, round_number - practice_rounds + 1)
