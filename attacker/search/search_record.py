"""The record of a search: every trial that was finished, and the time that it took."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from attacker.config import AttackerConfig
from attacker.errors import CheckpointError
from attacker.features.cache import write_atomically
from attacker.search.recipes import Recipe

RECORD = "search.json"
FORMAT = "sweetspot attack search 1"


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One recipe, tried on one level.

    Attributes
    ----------
    level : that was attacked
    settings, lighter : the recipe
    share : of the training photos that it learned from, in (0, 1]
    seed : of its training
    accuracies : on validation photos, balanced over classes, of its level and the lighter ones, by level
    loss : on validation photos of its level, in nats, balanced over classes
    epochs : that were trained, of all stages
    cpu_seconds : that it took, features included where no earlier trial had left them in the cache
    failed : why it has no accuracy; empty if it has
    """

    level: int
    settings: dict[str, Any]
    lighter: bool
    share: float
    seed: int
    accuracies: dict[int, float] = {}
    loss: float = 0.0
    epochs: int = 0
    cpu_seconds: float = 0.0
    failed: str = ""

    @property
    def recipe(self) -> Recipe:
        """The recipe that was tried."""
        return Recipe(AttackerConfig.from_dict(self.settings), self.lighter)

    @property
    def accuracy(self) -> float:
        """Accuracy on validation photos of its own level."""
        return self.accuracies[self.level]

    @property
    def rank(self) -> tuple[float, float]:
        """By which recipes are chosen: accuracy, and where that is equal, the lower loss."""
        return self.accuracy, -self.loss


class Team(msgspec.Struct, frozen=True):
    """Networks of several recipes that answer together, by the mean of their log probabilities.

    Attributes
    ----------
    level : that is attacked
    members : keys of the recipes
    accuracy : on validation photos of the level, balanced over classes
    """

    level: int
    members: tuple[str, ...]
    accuracy: float


class SearchRecord(msgspec.Struct, frozen=True):
    """What a search has done so far.

    Attributes
    ----------
    identity : hash of everything that decides what is found
    seen : roles of the photos that were read
    trials : in the order in which they ended
    teams : one for each level whose search has ended
    unfinished : CPU-seconds spent on the trial that has not ended
    format : of the file
    """

    identity: str
    seen: tuple[str, ...] = ("train", "validation")
    trials: tuple[Trial, ...] = ()
    teams: tuple[Team, ...] = ()
    unfinished: float = 0.0
    format: str = FORMAT

    @property
    def cpu_seconds(self) -> float:
        """CPU-seconds that were spent, on trials that have not ended too."""
        return sum(trial.cpu_seconds for trial in self.trials) + self.unfinished

    def of(self, level: int, share: float | None = None) -> tuple[Trial, ...]:
        """Return the trials on one level that have an accuracy, of one share of the photos or of all."""
        return tuple(
            trial
            for trial in self.trials
            if trial.level == level and share in (None, trial.share) and not trial.failed
        )

    def trial_of(self, level: int, recipe: Recipe, share: float) -> Trial | None:
        """Return the trial of a recipe, a failed one too; None if it has not ended."""
        same = (t for t in self.trials if (t.level, t.share) == (level, share) and t.recipe == recipe)
        return next(same, None)


class RecordFile:
    """The record on disk: replaced as a whole, so that a killed search leaves the last one.

    Parameters
    ----------
    folder
        Of the search; created where it is missing.
    identity
        A function that returns the plan's identity.

    Raises
    ------
    CheckpointError
        If the folder holds another search, or its record is damaged.
    """

    def __init__(self, folder: Path, identity: Callable[[], str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / RECORD
        self.record = SearchRecord(identity())
        if self._path.exists():
            self.record = self._read(self.record.identity)

    def write(self, **changes: Any) -> None:
        """Change the record, and write it."""
        self.record = msgspec.structs.replace(self.record, **changes)
        text = msgspec.json.format(msgspec.json.encode(self.record), indent=1)
        write_atomically(self._path, lambda file: file.write(text), durable=True)

    def _read(self, identity: str) -> SearchRecord:
        record = read_record(self._path.parent)
        if record.identity != identity:
            raise CheckpointError(
                f"{self._path.parent} holds a search of other photos, levels or settings; give another folder"
            )
        return record


def read_record(folder: Path) -> SearchRecord:
    """Return the record of a search.

    Raises
    ------
    CheckpointError
        If there is none, or it is damaged.

    Examples
    --------
    >>> read_record(Path("no-such-folder"))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    CheckpointError: no-such-folder/search.json: no record of a search; run `python -m attacker search` first
    """
    path = folder / RECORD
    try:
        record = msgspec.json.decode(path.read_bytes(), type=SearchRecord)
    except FileNotFoundError as error:
        raise CheckpointError(
            f"{path}: no record of a search; run `python -m attacker search` first"
        ) from error
    except msgspec.DecodeError as error:
        raise CheckpointError(
            f"{path}: damaged ({error}); restore it, or delete the folder and search again"
        ) from error
    if record.format != FORMAT:
        raise CheckpointError(
            f"{path}: not a record of the format {FORMAT!r}; delete the folder and search again"
        )
    return record
