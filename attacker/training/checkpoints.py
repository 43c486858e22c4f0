"""The state of an unfinished run: written atomically, never pickled, verified when read."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save
from torch import Tensor

from attacker.errors import CheckpointError
from attacker.features.cache import write_atomically
from attacker.file_hash import file_sha256
from attacker.training.record_file import OF_STATE, STATE
from attacker.training.trained import Epoch

Tensors = dict[str, Tensor]
_ADVICE = "delete the run folder and train again"
# Small networks have many epochs a second, and each state that is written waits for the disk.
SAVED_EVERY = 10.0  # seconds; so much training is lost at most where a process is killed, or one epoch


@dataclass
class RunState:
    """The state of a run between two epochs.

    It holds no state of random numbers: each epoch draws its own from (seed, stage, epoch).

    Parameters
    ----------
    stage, epoch
        The next epoch to run.
    best
        The best epoch so far.
    history
        All epochs so far.
    current
        Trainable tensors and the optimizer's at the start of the next epoch; empty before a stage's first.
    best_tensors
        Trainable tensors of the best epoch.
    ran_on
        Devices and precisions that epochs ran on, in their order.
    """

    stage: str
    epoch: int = 0
    best: Epoch | None = None
    history: list[Epoch] = field(default_factory=list)
    current: Tensors = field(default_factory=dict)
    best_tensors: Tensors = field(default_factory=dict)
    ran_on: list[str] = field(default_factory=list)


class NoCheckpoints:
    """Saves nothing: for runs that are so short that they are repeated rather than resumed."""

    def save(self, state: RunState) -> None:
        """Do nothing."""


class Checkpoints:
    """Saves and restores the `RunState` of a run folder.

    A JSON file names the files of tensors and their hashes. It is replaced last, which makes the new state
    the valid one.

    Parameters
    ----------
    run_dir
        Created where it is missing.
    identity
        Hash of everything that decides the run's result; a state of another identity is refused.

    Raises
    ------
    CheckpointError
        If the folder cannot be created.
    """

    def __init__(self, run_dir: Path, identity: str) -> None:
        try:
            run_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CheckpointError(
                f"{run_dir}: no folder for a run ({error.strerror}); give another"
            ) from error
        self._folder, self._identity = run_dir, identity
        self._best_file: tuple[Epoch, set[str], list[str]] | None = None
        self._saved_at = time.monotonic()

    def save(self, state: RunState) -> None:
        """Write `state` to disk, unless one was written just now, and delete the files that it replaces."""
        if time.monotonic() - self._saved_at < SAVED_EVERY:
            return
        self._write_state(state)
        self._saved_at = time.monotonic()

    def _write_state(self, state: RunState) -> None:
        name = f"{state.stage}-{state.epoch:04d}.safetensors"
        files = {"current": self._write(name, state.current), "best": self._best(name, state)}
        facts = {"identity": self._identity, "files": files, **_facts_of(state)}
        text = json.dumps(facts, indent=1).encode()
        write_atomically(self._folder / STATE, lambda file: file.write(text), durable=True)
        self._drop_all_but({entry[0] for entry in files.values()})

    def restore(self) -> RunState | None:
        """Return the saved state, or None where there is none.

        Raises
        ------
        CheckpointError
            If it is damaged or belongs to another run.
        """
        path = self._folder / STATE
        if not path.exists():
            return None
        facts = self._facts(path)
        try:
            return self._state(facts)
        except (KeyError, TypeError, ValueError) as error:
            raise CheckpointError(f"{path}: incomplete ({error}); {_ADVICE}") from error

    def _state(self, facts: dict[str, Any]) -> RunState:
        best = Epoch(**facts["best"]) if facts["best"] else None
        best_tensors = self._read(facts["files"]["best"])
        if best is not None:
            self._best_file = (best, set(best_tensors), facts["files"]["best"])
        return RunState(
            facts["stage"],
            facts["epoch"],
            best,
            [Epoch(**epoch) for epoch in facts["history"]],
            self._read(facts["files"]["current"]),
            best_tensors,
            facts.get("ran_on", ["unknown"]),  # checkpoints of older versions do not say
        )

    def clear(self) -> None:
        """Delete the state of a finished run."""
        (self._folder / STATE).unlink(missing_ok=True)
        self._drop_all_but(set())

    def _facts(self, path: Path) -> dict[str, Any]:
        try:
            facts: dict[str, Any] = json.loads(path.read_text())
        except ValueError as error:
            raise CheckpointError(f"{path}: damaged ({error}); {_ADVICE}") from error
        if not isinstance(facts, dict):
            raise CheckpointError(f"{path}: damaged (no object); {_ADVICE}")
        require_same_run(facts.get("identity"), self._identity, self._folder)
        return facts

    def _best(self, name: str, state: RunState) -> list[str]:
        """Write the best tensors if they are new, or more than before: fine-tuning adds layers."""
        if self._best_file is None or self._best_file[:2] != (state.best, set(state.best_tensors)):
            entry = self._write(f"best-{name}", state.best_tensors)
            if state.best is None:
                return entry
            self._best_file = (state.best, set(state.best_tensors), entry)
        return self._best_file[2]

    def _write(self, name: str, tensors: Tensors) -> list[str]:
        content = save({key: tensor.detach().cpu().contiguous() for key, tensor in tensors.items()})
        write_atomically(self._folder / name, lambda file: file.write(content), durable=True)
        return [name, file_sha256(self._folder / name)]

    def _read(self, entry: list[str]) -> Tensors:
        name, expected = entry
        path = self._folder / name
        if not path.exists() or file_sha256(path) != expected:
            raise CheckpointError(f"{path}: missing or checksum mismatch; {_ADVICE}")
        return load_file(path)

    def _drop_all_but(self, names: set[str]) -> None:
        unfinished = tuple(f".{pattern}" for pattern in OF_STATE)  # what a killed process was writing
        for pattern in OF_STATE + unfinished:
            for path in self._folder.glob(pattern):
                if path.name not in names:
                    path.unlink(missing_ok=True)


def _facts_of(state: RunState) -> dict[str, Any]:
    return {
        "stage": state.stage,
        "epoch": state.epoch,
        "best": asdict(state.best) if state.best else None,
        "history": [asdict(epoch) for epoch in state.history],
        "ran_on": state.ran_on,
    }


def require_same_run(identity: object, expected: str, run_dir: Path) -> None:
    """Raise an error if a run folder belongs to a run of another config or other photos.

    Raises
    ------
    CheckpointError
        If the identities differ.

    Examples
    --------
    >>> require_same_run("0f", "0f", Path("run"))
    >>> require_same_run("0f", "1e", Path("run"))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    CheckpointError: run holds a run of other settings or photos; give a new run folder
    """
    if identity != expected:
        raise CheckpointError(f"{run_dir} holds a run of other settings or photos; give a new run folder")
