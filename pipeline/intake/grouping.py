"""Groups of near-duplicate photos, over those that a study has already and those that are to come in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from attacker.photos.class_folders import LeftOut
from pipeline.intake.incoming import Candidate
from pipeline.storage import local_path
from study.models import Item


@dataclass(frozen=True)
class Grouping:
    """The groups of new photos.

    Parameters
    ----------
    clusters
        Name of each new photo's group, by the hash of its file; near duplicates and parts of one picture
        share a group.
    left_out
        New photos that would join two splits.
    near_duplicates
        Photos, old and new, that share a group with another.
    """

    clusters: dict[str, str]
    left_out: list[LeftOut]
    near_duplicates: int


def group_photos(
    existing: Sequence[Item], candidates: Sequence[Candidate], on_progress: Callable[[float], object]
) -> Grouping:
    """Group new photos with each other and with those of the study, whose groups keep their names.

    Parameters
    ----------
    existing
        Photos of the study.
    candidates
        New photos; their files are none of the study's.
    on_progress
        Called with the share that is done, in [0, 1]; may raise to stop.
    """
    numbers = _group_numbers(existing, candidates, on_progress)
    members: dict[int, list[Item]] = defaultdict(list)
    for item, number in zip(existing, numbers, strict=False):
        members[number].append(item)
    names = {number: items[0].cluster for number, items in members.items()}
    clusters: dict[str, str] = {}
    left_out = []
    for candidate, number in zip(candidates, numbers[len(existing) :], strict=True):
        if len({item.split for item in members[number]}) > 1:
            left_out.append(LeftOut(candidate.name, "shows the same as photos of two different splits"))
        else:
            clusters[candidate.sha256] = names.setdefault(number, candidate.sha256)
    sizes = Counter(numbers).values()
    return Grouping(clusters, left_out, near_duplicates=sum(size for size in sizes if size > 1))


def _group_numbers(
    existing: Sequence[Item], candidates: Sequence[Candidate], on_progress: Callable[[float], object]
) -> list[int]:
    """Return the number of each photo's group, those of the study first."""
    from attacker.photos.duplicates import group_fingerprints
    from attacker.photos.fingerprints import fingerprints_of_files

    origins = [item.origin for item in existing] + [candidate.origin for candidate in candidates]
    stored = fingerprints_of_files([local_path(item.photo, item.source_sha256) for item in existing])
    return group_fingerprints(
        [*stored, *(candidate.picture.fingerprint for candidate in candidates)],
        sources=[origin or None for origin in origins],
        on_progress=on_progress,
    )
