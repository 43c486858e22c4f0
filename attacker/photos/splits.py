"""Who may stand where: groups of near-duplicate photos are never split between roles."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from attacker.errors import DataError, LeakError
from attacker.example import Example

_NAMED = 5


def require_disjoint(
    train: Sequence[Example], held_out: Sequence[Example], *, trained_before: Collection[str] = ()
) -> None:
    """Refuse a split that shares a group or a source photo, at whatever crop level.

    Parameters
    ----------
    train, held_out
        The two sides.
    trained_before
        Groups that earlier weights (a warm start) were trained on.

    Raises
    ------
    LeakError
        Naming some of what is shared.
    """
    groups = {example.group for example in train} | set(trained_before)
    items = {example.item for example in train}
    shared = sorted(
        {e.group for e in held_out if e.group in groups} | {e.item for e in held_out if e.item in items}
    )
    if shared:
        names = ", ".join(shared[:_NAMED]) + (" ..." if len(shared) > _NAMED else "")
        raise LeakError(
            f"{len(shared)} groups or source photos are trained on and held out: {names}; split by group"
        )


def require_no_shared_file(train_hashes: Sequence[str], held_out_hashes: Sequence[str]) -> None:
    """Refuse a split in which the very same file content stands on both sides.

    Raises
    ------
    LeakError
        With the number of such files.
    """
    shared = set(train_hashes) & set(held_out_hashes)
    if shared:
        raise LeakError(
            f"{len(shared)} identical files are trained on and held out; cluster duplicates before splitting"
        )


def require_enough(examples: Sequence[Example], classes: Sequence[str], least: int, role: str) -> None:
    """Refuse a role in which a class has too few source photos.

    Raises
    ------
    DataError
        Naming the classes, or a label outside them.
    """
    if len(classes) < 2:
        raise DataError(f"{len(classes)} classes: an attacker needs at least two to tell apart")
    outside = {example.label for example in examples} - set(range(len(classes)))
    if outside:
        raise DataError(f"labels {sorted(outside)} in {role} have no class; there are {len(classes)}")
    counts = [len({e.item for e in examples if e.label == label}) for label in range(len(classes))]
    scarce = [f"{name} ({count})" for name, count in zip(classes, counts, strict=True) if count < least]
    if scarce:
        raise DataError(f"too few photos to {role}: {', '.join(scarce)}; each class needs at least {least}")


def grouped_split(
    examples: Sequence[Example], shares: Sequence[float], seed: int
) -> tuple[tuple[Example, ...], ...]:
    """Split by group, each class in about the same shares.

    Parameters
    ----------
    examples
        Photos of all levels; all of a group land on one side.
    shares
        Share of each part; they sum to 1.
    seed
        Decides which groups go where.

    Returns
    -------
    tuple of tuple of Example
        One per share, examples in their original order.
    """
    if not np.isclose(sum(shares), 1.0):
        raise DataError(f"shares must sum to 1, not {sum(shares)}")
    part_of: dict[str, int] = {}
    random = np.random.default_rng(seed)
    for label in sorted({example.label for example in examples}):
        groups = sorted({example.group for example in examples if example.label == label} - set(part_of))
        bounds = np.round(np.cumsum(shares) * len(groups))
        for place, index in enumerate(random.permutation(len(groups))):
            part_of[groups[index]] = int(np.searchsorted(bounds, place, side="right"))
    return tuple(tuple(e for e in examples if part_of[e.group] == part) for part in range(len(shares)))
