"""Which of the files that may go do go: by their age and by what they take together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a file that may go is, and what its loss costs."""

    FEATURES = "features"
    CHECKPOINTS = "checkpoints"
    NETWORKS = "networks"
    REMNANTS = "remnants"

    @property
    def says(self) -> str:
        """What such files are, and what follows once they are gone."""
        return _SAYS[self]


_SAYS = {
    Kind.FEATURES: "Cached features and copies of photos: made again when they are needed, which takes time.",
    Kind.CHECKPOINTS: "States of trainings that neither run nor wait: a retry begins with the first epoch.",
    Kind.NETWORKS: "Weights of networks of closed studies in which no job waits. Answers, records and "
    "verdicts stay; whatever asks such a network again needs it to be trained again.",
    Kind.REMNANTS: "What killed programs left: uploads and trainings that no row of the database knows.",
}
USUAL = (Kind.FEATURES, Kind.CHECKPOINTS, Kind.REMNANTS)  # networks go only where somebody says so


@dataclass(frozen=True)
class Deletable:
    """A file that may go, or several that are of use only together.

    Attributes
    ----------
    names : below the data directory, or in the store; in the order in which they go
    bytes : their size together
    changed : when one of them was written last
    study : code of the study that they belong to; empty where studies share it
    in_store : whether they lie in the store of files rather than in this machine's data directory
    """

    kind: Kind
    names: tuple[str, ...]
    bytes: int
    changed: datetime
    study: str = ""
    in_store: bool = False


class Wish(NamedTuple):
    """What is to go.

    Attributes
    ----------
    kinds : of these kinds
    older_than : not written for so long
    keep : of each kind the newest, up to so many bytes together, stay; None: all that is old enough goes
    """

    kinds: Sequence[Kind] = USUAL
    older_than: timedelta = timedelta(days=30)
    keep: int | None = None


def chosen(files: Iterable[Deletable], wish: Wish, now: datetime) -> list[Deletable]:
    """Return the files that go, oldest first.

    Examples
    --------
    >>> from datetime import UTC
    >>> now = datetime(2026, 3, 1, tzinfo=UTC)
    >>> days = [datetime(2026, 2, day, tzinfo=UTC) for day in (1, 9, 20)]
    >>> files = [Deletable(Kind.FEATURES, (f"{day:%d}",), 10, day) for day in days]
    >>> [file.names for file in chosen(files, Wish(older_than=timedelta(days=14)), now)]
    [('01',), ('09',)]
    >>> [file.names for file in chosen(files, Wish(older_than=timedelta(0), keep=20), now)]
    [('01',)]
    """
    newest_first = sorted(files, key=lambda file: file.changed, reverse=True)
    going: list[Deletable] = []
    for kind in wish.kinds:
        together = 0
        for file in (each for each in newest_first if each.kind == kind):
            together += file.bytes
            old = now - file.changed >= wish.older_than
            if old and (wish.keep is None or together > wish.keep):
                going.append(file)
    return sorted(going, key=lambda file: file.changed)


@dataclass(frozen=True)
class Sum:
    """Files of one kind: how many, their bytes together, and when the oldest and the newest were written."""

    kind: Kind
    files: int
    bytes: int
    oldest: datetime
    newest: datetime


def sums_of(files: Iterable[Deletable]) -> list[Sum]:
    """Return what the files of each kind come to, for the kinds that have any."""
    by_kind = {kind: [file for file in files if file.kind == kind] for kind in Kind}
    return [
        Sum(
            kind,
            sum(len(file.names) for file in own),
            sum(file.bytes for file in own),
            min(file.changed for file in own),
            max(file.changed for file in own),
        )
        for kind, own in by_kind.items()
        if own
    ]
