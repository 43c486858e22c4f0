"""The record beside a trained network, read without torch: where the web runs there may be none."""

from __future__ import annotations

import json
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from attacker.errors import CheckpointError

RECORD, WEIGHTS, STATE = "model.json", "model.safetensors", "state.json"
OF_STATE = ("head-*", "finetune-*", "best-*", f"{STATE}.*")
FORMAT = 1
UNFINISHED = "{}: no finished run here; call train with this folder to start or continue it"
_NOT_USED = ("not installed", "none")  # what records say of packages, and of CUDA, that took no part


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
