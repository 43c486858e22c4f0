"""Which photos are learned from, validated on and tested on: always whole groups of near-duplicates.

The website and ``python -m attacker`` split by `split_groups`: with the same photos and seed, a photo has the
same role in both.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from attacker.errors import DataError, LeakError
from attacker.example import Example

SHARES: Mapping[str, float] = {"train": 0.5, "validation": 0.15, "test": 0.2, "design": 0.15}
MINIMUM: Mapping[str, int] = {"train": 10, "validation": 3, "test": 4, "design": 3}  # groups of each class

_NAMED = 5


class TooFewPhotosError(DataError):
    """A class with fewer groups of photos than its splits need."""


def split_groups(
    classes: Sequence[str], groups: Sequence[str], *, seed: int, taken: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Give every group of photos one split, each class in about the shares of `SHARES`.

    Parameters
    ----------
    classes, groups
        Class and group of every photo, of equal length. A group is a set of near-duplicates, or of photos
        from one source; all its photos share a split.
    seed
        The same photos and seed give the same splits, in whatever order the photos come.
    taken
        Splits that groups already have; they are kept.

    Returns
    -------
    The split of each group. A class with fewer groups than `MINIMUM` asks for may lack a split; see
    `require_enough_groups`.

    Examples
    --------
    >>> groups = [f"photo {number}" for number in range(20)]
    >>> splits = split_groups(["dunk"] * 20, groups, seed=0)
    >>> sorted(Counter(splits.values()).items())
    [('design', 3), ('test', 4), ('train', 10), ('validation', 3)]
    """
    splits = dict(taken or {})
    for name, sizes in sorted(_group_sizes(classes, groups).items()):
        _fill(splits, sizes, np.random.default_rng([seed, *name.encode()]))
    return splits


def require_enough_groups(classes: Sequence[str], groups: Sequence[str]) -> None:
    """Refuse photos of which a class cannot fill its splits.

    Parameters
    ----------
    classes, groups
        Class and group of every photo, of equal length.

    Raises
    ------
    TooFewPhotosError
        Naming the first such class, and how many photos it lacks.

    Examples
    --------
    >>> require_enough_groups(["dunk"] * 3, ["a", "a", "b"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    attacker.photos.splits.TooFewPhotosError: The class 'dunk' has 2 different photos (near-duplicates...
    """
    needed = sum(MINIMUM.values())
    for name, sizes in sorted(_group_sizes(classes, groups).items()):
        if len(sizes) < needed:
            raise TooFewPhotosError(
                f"The class {name!r} has {len(sizes)} different photos (near-duplicates count once); "
                f"{needed} are needed: add {needed - len(sizes)} more, or leave the class out."
            )


def hold_out(
    examples: Sequence[Example], share: float, seed: int
) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    """Divide the photos of one split into those that are learned from and those that are validated on.

    Parameters
    ----------
    examples
        Photos of all levels; all of a group land on one side.
    share
        Of each class's groups that is held out, in [0, 1].
    seed
        Decides which groups are held out.

    Returns
    -------
    Learned from and held out, examples in their original order.

    Raises
    ------
    DataError
        If the share is not in [0, 1].

    Examples
    --------
    >>> from pathlib import Path
    >>> examples = [Example(Path(f"{n}.png"), 0, str(n), 0, str(n)) for n in range(8)]
    >>> learned, held_out = hold_out(examples, 0.25, seed=0)
    >>> len(learned), len(held_out)
    (6, 2)
    """
    if not 0 <= share <= 1:
        raise DataError(f"the share that is held out must be in [0, 1], not {share}")
    learned: set[str] = set()
    seen: set[str] = set()
    random = np.random.default_rng(seed)
    for label in sorted({example.label for example in examples}):
        groups = sorted({example.group for example in examples if example.label == label} - seen)
        seen.update(groups)
        chosen = random.permutation(len(groups))[: round((1 - share) * len(groups))]
        learned.update(groups[index] for index in chosen)
    return (
        tuple(example for example in examples if example.group in learned),
        tuple(example for example in examples if example.group not in learned),
    )


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

    Examples
    --------
    >>> from pathlib import Path
    >>> whole = Example(Path("whole.png"), 0, "photo 1", 0, "scene 1")
    >>> crop = Example(Path("crop.png"), 0, "photo 1", 1, "scene 1")
    >>> require_disjoint([whole], [crop])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    attacker.errors.LeakError: 2 groups or source photos are trained on and held out: photo 1, scene 1...
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
    """Refuse a split in which the same file content is on both sides.

    Parameters
    ----------
    train_hashes, held_out_hashes
        Content hash of each file of the two sides.

    Raises
    ------
    LeakError
        With the number of such files.

    Examples
    --------
    >>> require_no_shared_file(["a1", "b2"], ["c3"])
    """
    shared = set(train_hashes) & set(held_out_hashes)
    if shared:
        raise LeakError(
            f"{len(shared)} identical files are trained on and held out; cluster duplicates before splitting"
        )


def require_enough(examples: Sequence[Example], classes: Sequence[str], least: int, role: str) -> None:
    """Refuse a role in which a class has too few source photos.

    Parameters
    ----------
    examples
        Photos of the role, at any level.
    classes
        Names of the classes; an example's label is an index into them.
    least
        Source photos that each class needs.
    role
        What the photos are for, as the error says it after "too few photos to".

    Raises
    ------
    DataError
        Naming the classes, or a label outside them.

    Examples
    --------
    >>> from pathlib import Path
    >>> example = Example(Path("1.png"), 0, "1", 0, "1")
    >>> require_enough([example], ("dunk", "shoot"), 1, "train")
    Traceback (most recent call last):
    attacker.errors.DataError: too few photos to train: shoot (0); each class needs at least 1
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


def _group_sizes(classes: Sequence[str], groups: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return the photos in each group, under the class that most of the group's photos belong to."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for name, group in zip(classes, groups, strict=True):
        votes[group][name] += 1
    by_class: dict[str, dict[str, int]] = {name: {} for name in classes}
    for group, counts in votes.items():
        by_class[counts.most_common(1)[0][0]][group] = counts.total()
    return by_class


def _fill(splits: dict[str, str], sizes: Mapping[str, int], random: np.random.Generator) -> None:
    """Hand out new groups in random order, each to the split that is furthest behind its share of the photos.

    One large group may fill a share by itself: the last groups go to the splits that are short of some.
    """
    photos: Counter[str] = Counter()
    missing = Counter(MINIMUM)
    for group in sizes.keys() & splits.keys():
        photos[splits[group]] += sizes[group]
        missing[splits[group]] -= 1
    new = random.permutation(sorted(sizes.keys() - splits.keys())).tolist()
    for left, group in zip(range(len(new), 0, -1), new, strict=True):
        short = +missing  # splits with fewer groups than they need
        open_splits = list(short) if left <= short.total() else list(SHARES)
        split = max(open_splits, key=lambda name: SHARES[name] * (photos.total() + 1) - photos[name])
        splits[group] = split
        photos[split] += sizes[group]
        missing[split] -= 1
