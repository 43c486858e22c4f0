"""The record beside a trained network, read without torch: where the web runs there may be none."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from attacker.errors import CheckpointError

RECORD, WEIGHTS, STATE = "model.json", "model.safetensors", "state.json"
OF_STATE = ("head-*", "finetune-*", "best-*", f"{STATE}.*")
FORMAT = 1
UNFINISHED = "{}: no finished run here; call train with this folder to start or continue it"
_NOT_USED = ("not installed", "none")  # what records say of packages, and of CUDA, that took no part


@dataclass(frozen=True)
class Learnt:
    """How much of a network a training changed.

    Attributes
    ----------
    tuning : "full", "lora" or "head"; see `attacker.config.AttackerConfig`
    trained, parameters : how many numbers were trained in the last stage, and how many the network has
    matrices, rank : how many matrices had adapters, and of which rank; 0 without adapters
    """

    tuning: str
    trained: int
    parameters: int
    matrices: int = 0
    rank: int = 0

    @property
    def words(self) -> str:
        """The same in words.

        Examples
        --------
        >>> Learnt("lora", 5_000, 200_000, matrices=48, rank=8).words
        '5,000 numbers trained beside 200,000 (2.5 %): adapters of rank 8 of 48 matrices, and the head'
        >>> Learnt("head", 3_000, 200_000).words
        '3,000 of 200,000 parameters trained (1.5 %): the head alone'
        """
        counts = f"{self.trained:,} of {self.parameters:,} parameters trained"
        share = f"({100 * self.trained / self.parameters:.1f} %)"
        if self.tuning == "lora":
            counts = f"{self.trained:,} numbers trained beside {self.parameters:,}"
            return f"{counts} {share}: adapters of rank {self.rank} of {self.matrices} matrices, and the head"
        what = "the head alone" if self.tuning == "head" else "the layers themselves"
        return f"{counts} {share}: {what}"


def is_finished(run_dir: Path) -> bool:
    """Return whether a folder holds a finished run.

    Examples
    --------
    >>> is_finished(Path("no-such-folder"))
    False
    """
    return (run_dir / RECORD).exists()


def is_of_unfinished(name: str) -> bool:
    """Return whether a file in the folder of a run belongs to its state between two epochs.

    Examples
    --------
    >>> files = "state.json", "best-head-0003.safetensors", "model.safetensors"
    >>> [is_of_unfinished(name) for name in files]
    [True, True, False]
    """
    return name == STATE or any(fnmatch(name.removeprefix("."), pattern) for pattern in OF_STATE)


def recorded_versions(run_dir: Path) -> dict[str, str]:
    """Return the versions of the packages that trained a finished run; nothing where there is no such run.

    Examples
    --------
    >>> recorded_versions(Path("no-such-folder"))
    {}
    """
    try:
        versions: dict[str, str] = facts_of(run_dir)["record"]["provenance"]["versions"]
    except (CheckpointError, KeyError, TypeError):
        return {}
    return {package: number for package, number in versions.items() if number not in _NOT_USED}


def recorded_learning(run_dir: Path) -> Learnt | None:
    """Return how much of its network a finished run trained; None where no record says it.

    Examples
    --------
    >>> recorded_learning(Path("no-such-folder")) is None
    True
    """
    try:
        return Learnt(**facts_of(run_dir)["record"]["provenance"]["learnt"])
    except (CheckpointError, KeyError, TypeError):
        return None


def facts_of(run_dir: Path) -> dict[str, Any]:
    """Return all that the record of a finished run says, as it was written.

    Raises
    ------
    CheckpointError
        If there is no finished run, or its record is damaged or of another format.

    Examples
    --------
    >>> facts_of(Path("no-such-folder"))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    CheckpointError: no-such-folder: no finished run here; call train with this folder to start or continue it
    """
    path = run_dir / RECORD
    try:
        facts: dict[str, Any] = json.loads(path.read_text())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CheckpointError(UNFINISHED.format(run_dir)) from error
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path}: damaged ({error}); restore it or train again") from error
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise CheckpointError(f"{path}: not a record of format {FORMAT}; restore it or train again")
    return facts
