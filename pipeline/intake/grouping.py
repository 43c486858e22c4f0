"""Groups of near-duplicate photos, over those that a study has already and those that are to come in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from attacker.photos.class_photos import Photo
from pipeline.storage import local_path
from study.models import Item

if TYPE_CHECKING:
    from attacker.photos.fingerprints import Fingerprint


class Fingerprinted(Protocol):
    """What is known of a new photo's picture."""

    @property
    def fingerprint(self) -> Fingerprint:
        """What of it is compared with other photos."""
        ...


def group_photos(
    existing: Sequence[Item],
    new: Sequence[Photo[Fingerprinted]],
    sources: Sequence[str],
    on_progress: Callable[[float], object],
) -> dict[str, str]:
    """Return the name of each new photo's group, by the hash of its file.

    Near duplicates and parts of one picture share a group, with each other and with photos of the study,
    whose groups keep their names. Photos that would join two splits have none.

    No file of the `new` photos is one of the study's; `sources` are the pictures that they were taken from,
    empty where unknown. `on_progress`, called with the share that is done, may raise to stop.
    """
    numbers = _group_numbers(existing, new, sources, on_progress)
    members: dict[int, list[Item]] = defaultdict(list)
    for item, number in zip(existing, numbers, strict=False):
        members[number].append(item)
    names = {number: items[0].cluster for number, items in members.items()}
    clusters: dict[str, str] = {}
    for photo, number in zip(new, numbers[len(existing) :], strict=True):
        if len({item.split for item in members[number]}) < 2:
            clusters[photo.sha256] = names.setdefault(number, photo.sha256)
    return clusters


def _group_numbers(
    existing: Sequence[Item],
    new: Sequence[Photo[Fingerprinted]],
    sources: Sequence[str],
    on_progress: Callable[[float], object],
) -> list[int]:
    """Return the number of each photo's group, those of the study first."""
    from attacker.photos.duplicates import group_fingerprints
    from attacker.photos.fingerprints import fingerprints_of_files

    origins = [*(item.origin for item in existing), *sources]
    stored = fingerprints_of_files([local_path(item.photo, item.source_sha256) for item in existing])
    return group_fingerprints(
        [*stored, *(photo.made.fingerprint for photo in new)],
        sources=[origin or None for origin in origins],
        on_progress=on_progress,
    )
