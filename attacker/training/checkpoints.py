"""The state of an unfinished run: written whole or not at all, never pickled, checked when read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save
from torch import Tensor

from attacker.errors import CheckpointError
from attacker.features.cache import write_atomically
from attacker.networks.weights import file_sha256
from attacker.training.trained import Epoch

Tensors = dict[str, Tensor]
_STATE = "state.json"
_AGAIN = "delete the run folder and train again"


@dataclass
class RunState:
    """Where a run stands between two epochs.

    Random numbers need no place here: they are drawn anew each epoch from (seed, stage, epoch).

    Parameters
    ----------
    stage, epoch
        The next epoch to run.
    best
        The best epoch so far.
    history
        All epochs so far.
    current
        Trainable tensors and the optimizer's, as the next epoch finds them; empty before a stage's first.
    best_tensors
        Trainable tensors of the best epoch.
    ran_on
        Devices and precisions that epochs ran on, in the order they took over.
    """

    stage: str
    epoch: int = 0
    best: Epoch | None = None
    history: list[Epoch] = field(default_factory=list)
    current: Tensors = field(default_factory=dict)
    best_tensors: Tensors = field(default_factory=dict)
    ran_on: list[str] = field(default_factory=list)


class Checkpoints:
    """Saves and restores `RunState` in a run folder.

    The JSON file names the tensor files and their hashes and is replaced last: it is the commit.
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

    def save(self, state: RunState) -> None:
        """Make `state` durable and drop what it replaces."""
        name = f"{state.stage}-{state.epoch:04d}.safetensors"
        files = {"current": self._write(name, state.current), "best": self._best(name, state)}
        facts = {
            "identity": self._identity,
            "stage": state.stage,
            "epoch": state.epoch,
            "best": asdict(state.best) if state.best else None,
            "history": [asdict(epoch) for epoch in state.history],
            "files": files,
            "ran_on": state.ran_on,
        }
        text = json.dumps(facts, indent=1).encode()
        write_atomically(self._folder / _STATE, lambda file: file.write(text), durable=True)
        self._drop_all_but({entry[0] for entry in files.values()})

    def restore(self) -> RunState | None:
        """Return the saved state, None where there is none.

        Raises
        ------
        CheckpointError
            If it is damaged or of another run.
        """
        path = self._folder / _STATE
        if not path.exists():
            return None
        facts = self._facts(path)
        try:
            return self._state(facts)
        except (KeyError, TypeError, ValueError) as error:
            raise CheckpointError(f"{path}: incomplete ({error}); {_AGAIN}") from error

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
            facts.get("ran_on", ["unknown"]),  # checkpoints of older versions do not tell
        )

    def clear(self) -> None:
        """Remove the state of a finished run."""
        (self._folder / _STATE).unlink(missing_ok=True)
        self._drop_all_but(set())

    def _facts(self, path: Path) -> dict[str, Any]:
        try:
            facts: dict[str, Any] = json.loads(path.read_text())
        except ValueError as error:
            raise CheckpointError(f"{path}: damaged ({error}); {_AGAIN}") from error
        if not isinstance(facts, dict):
            raise CheckpointError(f"{path}: damaged (no object); {_AGAIN}")
        require_same_run(facts.get("identity"), self._identity, self._folder)
        return facts

    def _best(self, name: str, state: RunState) -> list[str]:
        """Write the best tensors only when there is a new best, or more of them: fine-tuning adds layers."""
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
            raise CheckpointError(f"{path}: missing or checksum mismatch; {_AGAIN}")
        return load_file(path)

    def _drop_all_but(self, kept: set[str]) -> None:
        patterns = ("head-*", "finetune-*", "best-*", f"{_STATE}.*")
        unfinished = tuple(f".{pattern}" for pattern in patterns)  # what a killed process was writing
        for path in (found for pattern in patterns + unfinished for found in self._folder.glob(pattern)):
            if path.name not in kept:
                path.unlink(missing_ok=True)


def require_same_run(found: object, expected: str, run_dir: Path) -> None:
    """Refuse to go on with a run of another config or other photos.

    Raises
    ------
    CheckpointError
        If the identities differ.
    """
    if found != expected:
        raise CheckpointError(f"{run_dir} holds a run of other settings or photos; give a new run folder")
