"""A folder or zip file of photos into the items of a study: all of it or nothing."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from attacker.photos.class_folders import LeftOut, Listing
from attacker.photos.splits import require_enough_groups, split_groups
from pipeline.intake.archive import SourceRefusedError
from pipeline.intake.grouping import group_photos
from pipeline.intake.incoming import Candidate, read_candidates
from study.models import Category, Item, Study
from study.tokens import new_token

SPLIT_SEED = 0
_READ, _GROUPED, _STORED = 0.4, 0.8, 1.0  # shares of the whole import that are done after each step


@dataclass(frozen=True)
class ImportReport:
    """What came in, and what was left out and why."""

    imported: dict[str, dict[str, int]]  # class -> split -> photos
    refused: list[LeftOut]
    # Reports that earlier versions stored may lack some of these.
    with_landmarks: int = 0  # photos whose person's joints came with them
    with_source: int = 0  # photos whose source came with them
    with_collection: int = 0  # photos whose collection came with them
    with_box: int = 0  # photos whose subject's box came with them
    with_mask: int = 0  # photos whose subject's mask came with them
    near_duplicates: int = 0  # photos that share a group with another

    @property
    def total(self) -> int:
        """Number of photos that came in."""
        return sum(sum(splits.values()) for splits in self.imported.values())

    def to_dict(self) -> dict[str, Any]:
        """Return the report as a job stores it."""
        return asdict(self)


def import_photos(study: Study, source: Listing, on_progress: Callable[[float], object]) -> ImportReport:
    """Read all photos, group near-duplicates, split by group, store. Nothing is stored on an error.

    Parameters
    ----------
    study
        The study; none of its crops may be made.
    source
        A folder or zip file; see `pipeline.intake.archive.open_source`.
    on_progress
        Called with the share that is done, in [0, 1]; may raise to stop.

    Raises
    ------
    ClassFoldersError
        If there are fewer than two classes, no photo of a class can be used, or a table or mask cannot.
    SourceRefusedError
        If crops of the study are already made.
    TooFewPhotosError
        If a class cannot fill its splits.
    """
    _require_no_crops(study)
    existing = list(study.items.select_related("category"))
    with tempfile.TemporaryDirectory(prefix="sweetspot-import-") as scratch:
        read, left_out = read_candidates(source, Path(scratch), _step(on_progress, 0, _READ))
        known = {item.source_sha256 for item in existing}
        new = [candidate for candidate in read if candidate.sha256 not in known]
        left_out += [
            LeftOut(candidate.name, "the same photo is already in this study")
            for candidate in read
            if candidate.sha256 in known
        ]
        grouping = group_photos(existing, new, _step(on_progress, _READ, _GROUPED))
        placed = [candidate for candidate in new if candidate.sha256 in grouping.clusters]
        splits = _splits(existing, placed, grouping.clusters)
        items = _store(study, placed, grouping.clusters, splits, _step(on_progress, _GROUPED, _STORED))
    return _report(items, [*left_out, *grouping.left_out], grouping.near_duplicates)


def _require_no_crops(study: Study) -> None:
    if study.levels.filter(stimuli__isnull=False).exists():
        raise SourceRefusedError(
            f"Crops of {study.name!r} are already made from its photos. Create a new study for more photos."
        )


def _step(on_progress: Callable[[float], object], start: float, end: float) -> Callable[[float], object]:
    """Return what one step of the import reports its own progress to."""
    return lambda share: on_progress(start + (end - start) * share)


def _splits(
    existing: Sequence[Item], placed: Sequence[Candidate], clusters: Mapping[str, str]
) -> dict[str, str]:
    """Return the split of every cluster; photos that the study has already keep theirs."""
    classes = [item.category.name for item in existing] + [candidate.category for candidate in placed]
    groups = [item.cluster for item in existing] + [clusters[candidate.sha256] for candidate in placed]
    require_enough_groups(classes, groups)
    taken = {item.cluster: item.split for item in existing}
    return split_groups(classes, groups, seed=SPLIT_SEED, taken=taken)


def _store(
    study: Study,
    candidates: Sequence[Candidate],
    clusters: Mapping[str, str],
    splits: Mapping[str, str],
    on_progress: Callable[[float], object],
) -> list[Item]:
    items: list[Item] = []
    try:
        with transaction.atomic():
            categories = _categories(study, sorted({candidate.category for candidate in candidates}))
            for candidate in candidates:
                cluster = clusters[candidate.sha256]
                items.append(_item(categories[candidate.category], candidate, cluster, splits[cluster]))
                on_progress(len(items) / len(candidates))
    except BaseException:
        for item in items:  # the rows are rolled back; their files must not stay behind
            for file in filter(None, (item.photo, item.mask)):
                file.storage.delete(str(file.name))
        raise
    return items


def _categories(study: Study, names: Sequence[str]) -> dict[str, Category]:
    categories = {category.name: category for category in study.categories.all()}
    for name in names:
        if name not in categories:
            categories[name] = Category.objects.create(study=study, name=name, position=len(categories))
    return categories


def _item(category: Category, candidate: Candidate, cluster: str, split: str) -> Item:
    picture = candidate.picture
    item = Item(
        study=category.study,
        category=category,
        source_name=Path(candidate.name).name[:255],
        source_sha256=candidate.sha256,
        source_bytes=picture.file.size,
        source_quantisation=picture.file.quantisation,
        origin=candidate.origin,
        collection=candidate.collection,
        width=picture.width,
        height=picture.height,
        cluster=cluster,
        split=split,
        landmarks=candidate.landmarks,
        landmarks_by=candidate.landmarks_by[:120],
        box=candidate.box,
    )
    item.photo.save(f"{new_token()}.png", ContentFile(picture.path.read_bytes()), save=False)
    if candidate.mask:
        item.mask.save(f"{new_token()}.png", ContentFile(candidate.mask.read_bytes()), save=False)
    item.save()
    return item


def _report(items: Sequence[Item], left_out: list[LeftOut], near_duplicates: int) -> ImportReport:
    imported: dict[str, Counter[str]] = {}
    for item in items:
        imported.setdefault(item.category.name, Counter())[item.split] += 1
    return ImportReport(
        imported={name: dict(splits) for name, splits in imported.items()},
        refused=left_out,
        with_landmarks=sum(item.landmarks is not None for item in items),
        with_source=sum(bool(item.origin) for item in items),
        with_collection=sum(bool(item.collection) for item in items),
        with_box=sum(item.box is not None for item in items),
        with_mask=sum(bool(item.mask) for item in items),
        near_duplicates=near_duplicates,
    )
