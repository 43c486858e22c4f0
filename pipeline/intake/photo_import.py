"""A folder or zip file of photos into the items of a study: all of it or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from django.db import transaction

from attacker.photos.class_folders import ClassFoldersError, LeftOut, Listing
from attacker.photos.splits import require_enough_groups, split_groups
from pipeline.intake.archive_rules import SourceRefusedError
from pipeline.intake.import_plan import ImportPlan, plan_of
from pipeline.intake.photo_reading import discard, read_photos
from pipeline.intake.photo_survey import Choices, ReadPhoto, Survey
from pipeline.intake.sidecar_files import Sidecars, StoredTables, read_sidecars
from pipeline.queue.study_lock import locked
from study.models import Category, Item, Study

SPLIT_SEED = 0
_READ = 0.95  # share of the whole import that is done once the photos are read
_BATCH = 200  # rows


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
    near_duplicates: int = 0  # photos that came in and share a group with another

    @property
    def total(self) -> int:
        """Number of photos that came in."""
        return sum(sum(splits.values()) for splits in self.imported.values())

    def to_dict(self) -> dict[str, Any]:
        """Return the report as a job stores it."""
        return asdict(self)


def import_photos(study: Study, source: Listing, on_progress: Callable[[float], object]) -> ImportReport:
    """Read and store all photos of class folders. Nothing is stored on an error.

    None of the study's crops may be made. `on_progress`, called with the share that is done, may raise to
    stop. Raises ClassFoldersError if there are fewer than two classes, no photo of a class can be used, or a
    table or mask cannot; SourceRefusedError if crops of the study are already made; TooFewPhotosError if a
    class cannot fill its splits.
    """
    require_no_crops(study)
    survey = read_photos(study, source, _step(on_progress, 0, _READ))
    try:
        return store_photos(study, survey, Choices.first(survey), _step(on_progress, _READ, 1.0))
    except BaseException:
        discard(survey.stored)
        raise


def store_photos(
    study: Study, survey: Survey, choices: Choices, on_progress: Callable[[float], object]
) -> ImportReport:
    """Store photos that were read, in the classes that were chosen; files of the others are deleted then.

    None of the study's crops may be made; on an error the survey's files stay. `on_progress`, called with the
    share that is done, may raise to stop. Raises ClassFoldersError, SourceRefusedError, TooFewPhotosError:
    see `require_usable`; also if a table cannot be used.
    """
    plan = plan_of(survey, choices)
    with locked(study):
        require_usable(study, survey, plan)
        sidecars = read_sidecars(StoredTables(survey.tables), plan.listed)
        existing = list(study.items.select_related("category"))
        splits = _splits(existing, plan)
        items = _create(study, plan, sidecars, splits, on_progress)
        taken = {str(file.name) for item in items for file in (item.photo, item.mask) if file}
        transaction.on_commit(lambda: discard([name for name in survey.stored if name not in taken]))
    return _report(items, plan.left_out, plan.near_duplicates({item.cluster for item in existing}))


def require_no_crops(study: Study) -> None:
    """Refuse more photos once crops are made of those that are there."""
    if study.levels.filter(stimuli__isnull=False).exists():
        raise SourceRefusedError(
            f"Crops of {study.name!r} are already made from its photos. Create a new study for more photos."
        )


def require_usable(study: Study, survey: Survey, plan: ImportPlan) -> None:
    """Refuse an import that would not give a study.

    Raises ClassFoldersError if there are fewer than two classes, or no photo of a class can be used;
    SourceRefusedError if crops of the study are already made, or photos came in since these were read;
    TooFewPhotosError if a class cannot fill its splits.
    """
    require_no_crops(study)
    if study.items.count() != survey.photos_before:
        raise SourceRefusedError("Photos of this study have changed since these were read: read them again.")
    if len(plan.classes) < 2:
        raise ClassFoldersError(
            f"{survey.title}: fewer than two classes found; put the photos into one folder per class "
            "(symbolic links are not followed)"
        )
    for name, entry in plan.empty:
        raise ClassFoldersError(
            f"{survey.title}: no photo of the class {name!r} can be used; put photos into its "
            f"folder, or remove it ({entry.name}: {entry.reason})"
        )
    require_enough_groups(*_classes_and_groups(list(study.items.select_related("category")), plan))


def _step(on_progress: Callable[[float], object], start: float, end: float) -> Callable[[float], object]:
    """Return what one step of the import reports its own progress to."""
    return lambda share: on_progress(start + (end - start) * share)


def _splits(existing: Sequence[Item], plan: ImportPlan) -> dict[str, str]:
    """Return the split of every cluster; photos that the study has already keep theirs."""
    taken = {item.cluster: item.split for item in existing}
    return split_groups(*_classes_and_groups(existing, plan), seed=SPLIT_SEED, taken=taken)


def _classes_and_groups(existing: Sequence[Item], plan: ImportPlan) -> tuple[list[str], list[str]]:
    """Return class and group of every photo, those of the study first."""
    classes = [item.category.name for item in existing] + [name for _, name in plan.photos]
    groups = [item.cluster for item in existing] + [photo.cluster for photo, _ in plan.photos]
    return classes, groups


def _create(
    study: Study,
    plan: ImportPlan,
    sidecars: Sidecars,
    splits: Mapping[str, str],
    on_progress: Callable[[float], object],
) -> list[Item]:
    categories = _categories(study, [name for name, count in plan.counts.items() if count])
    items = []
    for start in range(0, len(plan.photos), _BATCH):
        rows = [
            _item(categories[name], photo, sidecars, splits[photo.cluster])
            for photo, name in plan.photos[start : start + _BATCH]
        ]
        items += Item.objects.bulk_create(rows)
        on_progress(len(items) / len(plan.photos))
    return items


def _categories(study: Study, names: Sequence[str]) -> dict[str, Category]:
    categories = {category.name: category for category in study.categories.all()}
    for name in names:
        if name not in categories:
            categories[name] = Category.objects.create(study=study, name=name, position=len(categories))
    return categories


def _item(category: Category, photo: ReadPhoto, sidecars: Sidecars, split: str) -> Item:
    return Item(
        study=category.study,
        category=category,
        source_name=PurePosixPath(photo.name).name[:255],
        source_sha256=photo.sha256,
        source_bytes=photo.size,
        source_quantisation=photo.quantisation,
        origin=sidecars.sources.get(photo.name, ""),
        collection=sidecars.collections.get(photo.name, ""),
        photo=photo.stored,
        mask=photo.mask,
        width=photo.width,
        height=photo.height,
        cluster=photo.cluster,
        split=split,
        landmarks=sidecars.joints.get(photo.name),
        landmarks_by=sidecars.estimators.get(photo.name, "")[:120],
        box=sidecars.boxes.get(photo.name),
    )


def _report(items: Sequence[Item], left_out: Sequence[LeftOut], near_duplicates: int) -> ImportReport:
    imported: dict[str, Counter[str]] = {}
    for item in items:
        imported.setdefault(item.category.name, Counter())[item.split] += 1
    return ImportReport(
        imported={name: dict(splits) for name, splits in imported.items()},
        refused=list(left_out),
        with_landmarks=sum(item.landmarks is not None for item in items),
        with_source=sum(bool(item.origin) for item in items),
        with_collection=sum(bool(item.collection) for item in items),
        with_box=sum(item.box is not None for item in items),
        with_mask=sum(bool(item.mask) for item in items),
        near_duplicates=near_duplicates,
    )
