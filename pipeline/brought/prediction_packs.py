"""Packs of a study: stimuli of validation and test photos under names that say nothing about them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from attacker.packs.manifest import Manifest, PackedStimulus, new_name
from attacker.packs.pack_archive import Packed, pack_members
from pipeline.datasets import classes_of, levels_there_are, stimuli_at
from pipeline.models import PackedStimulusRow, PredictionPack
from pipeline.queue.study_lock import locked
from study.asking.same_different import SAME_DIFFERENT
from study.asking.two_photos import TWO_PHOTOS
from study.models import Item, Stimulus, Study

OF_PAIRS = (TWO_PHOTOS, SAME_DIFFERENT)
PACKED = (Item.Split.VALIDATION, Item.Split.TEST)
QUESTION = "Which of the choices does the photo show?"


class PackRefusedError(ValueError):
    """A pack cannot be frozen, or what it holds has changed since; the message says what to do."""


def freeze_pack(study: Study, now: datetime) -> PredictionPack:
    """Freeze the present crops of all validation and test photos as a pack.

    Parameters
    ----------
    study
        Whose crops; a level that is cut later needs another pack.
    now
        When.

    Raises
    ------
    PackRefusedError
        If no crops are made yet, or people judge pairs of photos.
    """
    if study.task in OF_PAIRS:
        raise PackRefusedError(
            "People judge two photos at once in this study; what a machine from outside answers about a pair "
            "is not settled yet, so there is no pack."
        )
    with locked(study):
        stimuli = list(stimuli_at(study, levels_there_are(study), PACKED).exclude(sha256=""))
        if not stimuli:
            raise PackRefusedError("There are no crops of validation and test photos yet: start the loop.")
        pack = PredictionPack.objects.create(
            study=study, name=new_name(), choices=classes_of(study), size=len(stimuli), created_at=now
        )
        rows = [
            PackedStimulusRow(pack=pack, stimulus=stimulus, name=new_name(), sha256=stimulus.sha256)
            for stimulus in stimuli
        ]
        PackedStimulusRow.objects.bulk_create(rows, batch_size=500)
    return pack


def manifest_of_pack(pack: PredictionPack) -> Manifest:
    """Return the manifest of a pack; whether its photos may leave is what the study's design says now."""
    named = PackedStimulusRow.objects.filter(pack=pack).order_by("name").values_list("name", "sha256")
    stimuli = tuple(PackedStimulus(*row) for row in named)
    may_leave = pack.study.photos_may_leave
    return Manifest(pack.name, QUESTION, tuple(pack.choices), stimuli, may_leave=may_leave)


def require_current(pack: PredictionPack) -> None:
    """Refuse a pack whose photos or classes are no longer those of the study.

    Raises
    ------
    PackRefusedError
    """
    rows = PackedStimulusRow.objects.filter(pack=pack).values_list("sha256", "stimulus__sha256")
    hashes = list(rows)
    changed = pack.size - len(hashes) + sum(packed != present for packed, present in hashes)
    if changed:
        raise PackRefusedError(
            f"{changed} of the {pack.size} packed photos were cut again or removed since pack {pack.name} "
            "was frozen: freeze another, and let the machine answer that."
        )
    if classes_of(pack.study) != pack.choices:
        raise PackRefusedError(f"The classes have changed since pack {pack.name} was frozen: freeze another.")


def files_of_pack(pack: PredictionPack) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of every file of a pack; see `attacker.packs.pack_archive`."""
    rows = PackedStimulusRow.objects.filter(pack=pack).values_list("name", "stimulus")
    stimulus_of = dict(rows)

    def read(packed: Packed) -> bytes:
        with Stimulus.objects.get(pk=stimulus_of[packed.name]).image.open("rb") as file:
            content: bytes = file.read()
        return content

    yield from pack_members(manifest_of_pack(pack), read)
