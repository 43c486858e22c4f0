"""Packs of a study: stimuli of validation and test photos under names that say nothing about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated

import msgspec
from django.core.files.storage import default_storage

from attacker.errors import LeakError
from attacker.packs.manifest import Manifest, PackedStimulus, new_name, require_apart
from attacker.packs.pack_archive import Packed, pack_members, require_packed
from pipeline.brought.shown_examples import ExamplesRefusedError, draw_for, examples_of_pack
from pipeline.datasets import classes_of, levels_there_are, stimuli_at
from pipeline.models import PackedExampleRow, PackedStimulusRow, PredictionPack
from pipeline.queue.study_lock import locked
from study.asking.same_different import SAME_DIFFERENT
from study.asking.two_photos import TWO_PHOTOS
from study.models import Item, Study

OF_PAIRS = (TWO_PHOTOS, SAME_DIFFERENT)
PACKED = (Item.Split.VALIDATION, Item.Split.TEST)
QUESTION = "Which of the choices does the photo show?"


class PackRefusedError(ValueError):
    """A pack cannot be frozen, or what it holds has changed since; the message says what to do."""


class PackWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a pack shall hold beyond the stimuli.

    Attributes
    ----------
    level : the only one whose crops it asks about; None: all levels
    examples : how many labelled training photos of each class it shows
    seed : of their draw
    """

    level: int | None = None
    examples: Annotated[int, msgspec.Meta(ge=0)] = 0
    seed: Annotated[int, msgspec.Meta(ge=0)] = 0


EVERYTHING = PackWish()


def freeze_pack(study: Study, now: datetime, wish: PackWish = EVERYTHING) -> PredictionPack:
    """Freeze the present crops of all validation and test photos as a pack.

    Parameters
    ----------
    study
        Whose crops; a level that is cut later needs another pack.
    now
        When.
    wish
        Which level, and how many labelled examples.

    Raises
    ------
    PackRefusedError
        If no crops are made yet, people judge pairs of photos, or there are too few examples.
    """
    _require_possible(study, wish)
    levels = levels_there_are(study) if wish.level is None else [wish.level]
    with locked(study):
        stimuli = list(stimuli_at(study, levels, PACKED).exclude(sha256=""))
        if not stimuli:
            where = "" if wish.level is None else f" at level {wish.level}"
            raise PackRefusedError(
                f"There are no crops of validation and test photos{where} yet: start the loop."
            )
        pack = PredictionPack.objects.create(
            study=study, name=new_name(), choices=classes_of(study), size=len(stimuli), created_at=now,
            level=wish.level, shots=wish.examples, examples_seed=wish.seed,
        )  # fmt: skip
        rows = [
            PackedStimulusRow(pack=pack, stimulus=stimulus, name=new_name(), sha256=stimulus.sha256)
            for stimulus in stimuli
        ]
        PackedStimulusRow.objects.bulk_create(rows, batch_size=500)
        _show_examples(pack)
    return pack


def _require_possible(study: Study, wish: PackWish) -> None:
    if study.task in OF_PAIRS:
        raise PackRefusedError(
            "People judge two photos at once in this study; what a machine from outside answers about a pair "
            "is not settled yet, so there is no pack."
        )
    if wish.examples and wish.level is None:
        raise PackRefusedError(
            "Labelled examples are crops of the level that is asked about: name one level for this pack."
        )


def _show_examples(pack: PredictionPack) -> None:
    try:
        draw_for(pack)
        require_apart(manifest_of_pack(pack))
    except (ExamplesRefusedError, LeakError) as error:
        raise PackRefusedError(str(error)) from error


def manifest_of_pack(pack: PredictionPack) -> Manifest:
    """Return the manifest of a pack; whether its photos may leave is what the study's design says now."""
    named = PackedStimulusRow.objects.filter(pack=pack).order_by("name").values_list("name", "sha256")
    stimuli = tuple(PackedStimulus(*row) for row in named)
    may_leave = pack.study.photos_may_leave
    return Manifest(
        pack.name, QUESTION, tuple(pack.choices), stimuli, may_leave=may_leave,
        examples=examples_of_pack(pack), examples_seed=pack.examples_seed,
    )  # fmt: skip


def require_current(pack: PredictionPack) -> None:
    """Refuse a pack whose photos or classes are no longer those of the study.

    Raises
    ------
    PackRefusedError
    """
    hashes = [
        pair
        for rows in (PackedStimulusRow, PackedExampleRow)
        for pair in rows.objects.filter(pack=pack).values_list("sha256", "stimulus__sha256")
    ]
    whole = pack.size + pack.shots * len(pack.choices)
    changed = whole - len(hashes) + sum(packed != present for packed, present in hashes)
    if changed:
        raise PackRefusedError(
            f"{changed} of the {whole} packed photos were cut again or removed since pack {pack.name} "
            "was frozen: freeze another, and let the machine answer that."
        )
    if classes_of(pack.study) != pack.choices:
        raise PackRefusedError(f"The classes have changed since pack {pack.name} was frozen: freeze another.")


def files_of_pack(pack: PredictionPack) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of every file of a pack; see `attacker.packs.pack_archive`."""
    yield from pack_members(manifest_of_pack(pack), reader_of_pack(pack))


def reader_of_pack(pack: PredictionPack) -> Callable[[Packed], bytes]:
    """Return what reads the file of a stimulus or example; threads may call it, it knows no database.

    It raises PackError if the file is not the one that was packed.
    """
    file_of = {
        name: image
        for rows in (PackedStimulusRow, PackedExampleRow)
        for name, image in rows.objects.filter(pack=pack).values_list("name", "stimulus__image")
    }

    def read(packed: Packed) -> bytes:
        with default_storage.open(file_of[packed.name], "rb") as file:
            content: bytes = file.read()
        require_packed(packed, content)
        return content

    return read
