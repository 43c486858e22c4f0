"""The machine that counts in a frozen version: its answers as they were, whatever is trained later."""

from __future__ import annotations

import hashlib
import zlib
from typing import Any

import msgspec
from django.db import models

from pipeline.models.run_records import SearchSummary
from study.models import StudyVersion


class MachineAnswer(msgspec.Struct, frozen=True, array_like=True):
    """One network's answer to one stimulus, with what a table says about both."""

    prediction: int
    run: int
    architecture: str
    seed: int
    trained_through: int
    round: int
    stimulus: int
    split: str
    level: int
    shown: dict[str, Any]  # columns of the stimulus
    response: str
    correct: bool
    logits: list[float]


class Cell(msgspec.Struct, frozen=True, array_like=True):
    """A cell of the attack matrix, and the runs that it shows."""

    trained_through: int
    tested_at: int
    runs: list[int]


class OutsideAnswer(msgspec.Struct, frozen=True, array_like=True):
    """An answer of a machine from outside to one stimulus, with what a table says about both."""

    answer: int
    stimulus: int
    split: str
    level: int
    shown: dict[str, Any]  # columns of the stimulus
    state: str
    response: str | None
    place: int | None  # of the response among the classes
    label: int  # place of the true class
    correct: bool
    logits: list[float]  # empty where its owner gave none
    seconds: float | None = None  # that it took; None where that is not known
    cost: float | None = None  # the same


class OutsideMachine(msgspec.Struct, frozen=True, omit_defaults=True):
    """A machine from outside: what its owner says of it, and what it answered."""

    number: int
    name: str
    kind: str
    trained_through: int | None
    trained_on: str
    source: str
    form: str
    pack: str
    table_sha256: str
    taken_at: str
    validated: dict[int, float]  # balanced accuracy on validation photos, by level
    answers: list[OutsideAnswer]
    examples: int | None = None  # labelled photos of each class that it was shown


class Machine(msgspec.Struct, frozen=True, omit_defaults=True):
    """All attackers of a study with their answers, and which of them count where.

    Machines from outside, the levels at which one of them counts, adapters and searches are left out where
    there are none: a study without any has the same bytes, and the same hash, as before there could be any.
    """

    answers: list[MachineAnswer]
    counting: dict[int, list[int]]  # runs of the strongest attack, by level
    cells: list[Cell]
    trained_with: dict[str, list[str]]  # versions by package
    outside: list[OutsideMachine] = []
    overruled: dict[int, int] = {}  # number of the machine from outside that counts there, by level
    learnt: dict[str, str] = {}  # how much of each architecture, where it was adapters or the head alone
    searched: dict[int, str] = {}  # name of the recipe that a search found, by run
    searches: dict[int, SearchSummary] = {}  # for a stronger attack, by level

    def pack(self) -> bytes:
        """Return the machine in the form in which it is stored; equal machines give equal bytes."""
        return msgspec.msgpack.encode(self)


class Remarks(msgspec.Struct, frozen=True):
    """What a report says about the machine: why its training ended, and what to know before trusting it."""

    loop_ended: str
    cautions: list[str]


class FrozenMachineError(ValueError):
    """What is stored of a frozen machine is not what was frozen."""


class FrozenMachine(models.Model):
    """What a version's tables and analyses take for the machine, once and for all."""

    version = models.OneToOneField(StudyVersion, on_delete=models.CASCADE, related_name="machine")
    packed = models.BinaryField(help_text="Attackers and answers, packed and compressed.")
    remarks = models.JSONField(help_text="Why the loop ended, and cautions about the machine.")

    class Meta:
        verbose_name = "frozen machine"

    def __str__(self) -> str:
        return f"machine of {self.version}"

    @classmethod
    def store(cls, version: StudyVersion, packed: bytes, remarks: Remarks) -> FrozenMachine:
        """Keep a packed machine with its version, whose configuration holds its hash."""
        return cls.objects.create(
            version=version, packed=zlib.compress(packed), remarks=msgspec.to_builtins(remarks)
        )

    def read(self) -> Machine:
        """Return the machine as it was frozen.

        Raises FrozenMachineError if its hash is not that of the version's configuration.
        """
        packed = zlib.decompress(bytes(self.packed))
        if hash_of(packed) != self.version.frozen.machine:
            raise FrozenMachineError(
                f"The answers of the machine that {self.version} was frozen with were changed in the "
                "database: restore them from a backup before analysing or exporting."
            )
        return msgspec.msgpack.decode(packed, type=Machine)


def hash_of(packed: bytes) -> str:
    """Return the SHA-256 of a packed machine."""
    return hashlib.sha256(packed).hexdigest()
