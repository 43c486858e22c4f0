"""A folder or zip file of photos into the items of a study: all of it or nothing."""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import transaction

from pipeline.intake.archive import Source, SourceFile, SourceRefused
from pipeline.intake.photo_file import PhotoRefused, encode_png, read_photo
from pipeline.intake.sidecar_files import Beside, Joints, read_beside
from pipeline.intake.splits import split_groups
from pipeline.storage import local_path
from study.models import Category, Item, Study
from study.tokens import new_token

if TYPE_CHECKING:
    from attacker.evaluation.nuisance import File

SPLIT_SEED = 0
MAXIMUM_NAME = 120
MAXIMUM_ORIGIN = 255


@dataclass
class ImportReport:
    """What came in, and what was refused and why."""

    imported: dict[str, dict[str, int]] = field(default_factory=dict)  # class -> split -> photos
    refused: list[tuple[str, str]] = field(default_factory=list)  # file, reason
    with_landmarks: int = 0  # photos whose person's joints came with them
    with_source: int = 0  # photos whose source came with them
    with_collection: int = 0  # photos whose collection came with them
    with_box: int = 0  # photos whose subject's box came with them
    near_duplicates: int = 0  # photos that share a group with another

    @property
    def total(self) -> int:
        return sum(sum(splits.values()) for splits in self.imported.values())

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class _Candidate:
    category: str
    name: str
    sha256: str
    file: File
    path: Path
    width: int
    height: int
    landmarks: Joints | None
    origin: str
    collection: str
    box: list[float] | None


def import_photos(study: Study, source: Source, on_progress: Callable[[float], None]) -> ImportReport:
    """Read all photos, group near-duplicates, split by group, store. Nothing is stored on an error.

    Raises
    ------
    SourceRefused
        If there are fewer than two classes, or the study's loop has already started.
    TooFewPhotos
        If a class cannot fill its splits.
    """
    _check_study(study)
    files = source.files()
    if len({file.category for file in files}) < 2:
        raise SourceRefused(
            "Fewer than two classes found: put the photos into one folder per class; links are not followed."
        )
    report = ImportReport()
    with tempfile.TemporaryDirectory(prefix="sweetspot-import-") as scratch:
        beside = read_beside(source, files)
        candidates = _read_all(study, source, files, beside, Path(scratch), report, on_progress)
        clusters = _clusters(study, candidates, report, on_progress)
        _store(study, candidates, clusters, report, on_progress)
    return report


def _check_study(study: Study) -> None:
    if study.levels.filter(stimuli__isnull=False).exists():
        raise SourceRefused(
            f"Crops of {study.name!r} are already made from its photos. Create a new study for more photos."
        )


def _read_all(
    study: Study,
    source: Source,
    files: Sequence[SourceFile],
    beside: Beside,
    scratch: Path,
    report: ImportReport,
    on_progress: Callable[[float], None],
) -> list[_Candidate]:
    known = set(study.items.values_list("source_sha256", flat=True))
    candidates: list[_Candidate] = []
    for number, file in enumerate(files):
        try:
            candidate = _read(source, file, beside, scratch / f"{number}.png", known)
        except PhotoRefused as refusal:
            report.refused.append((file.name, str(refusal)))
        else:
            known.add(candidate.sha256)
            candidates.append(candidate)
        on_progress(0.4 * (number + 1) / len(files))
    return candidates


def _read(source: Source, file: SourceFile, beside: Beside, target: Path, known: set[str]) -> _Candidate:
    if len(file.category) > MAXIMUM_NAME:
        raise PhotoRefused(f"the class name has over {MAXIMUM_NAME} characters")
    origin, collection = beside.sources.get(file.name, ""), beside.collections.get(file.name, "")
    if max(len(origin), len(collection)) > MAXIMUM_ORIGIN:
        raise PhotoRefused(f"the name of its source or collection has over {MAXIMUM_ORIGIN} characters")
    from attacker.evaluation.nuisance import File

    data = source.read(file)
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 in known:
        raise PhotoRefused("the same photo is already in this study")
    picture = read_photo(data)
    target.write_bytes(encode_png(picture))
    size = picture.width, picture.height
    joints, box = beside.joints.get(file.name), beside.boxes.get(file.name)
    return _Candidate(
        file.category, file.name, sha256, File.of(data), target, *size, joints, origin, collection, box
    )


def _clusters(
    study: Study,
    candidates: list[_Candidate],
    report: ImportReport,
    on_progress: Callable[[float], None],
) -> dict[str, str]:
    """Cluster of every new photo by its hash, near-duplicates and parts of one picture together.

    Photos that would join two splits are refused.
    """
    from attacker.photos.duplicates import near_duplicate_groups

    existing = list(study.items.all())
    paths = [local_path(item.photo, item.source_sha256) for item in existing]
    origins = [item.origin or None for item in existing] + [one.origin or None for one in candidates]
    paths += [one.path for one in candidates]
    groups = near_duplicate_groups(
        paths, sources=origins, on_progress=lambda share: on_progress(0.4 + 0.4 * share)
    )
    held: dict[int, list[Item]] = defaultdict(list)
    for item, group in zip(existing, groups, strict=False):
        held[group].append(item)
    named: dict[int, str] = {}
    clusters: dict[str, str] = {}
    for candidate, group in zip(list(candidates), groups[len(existing) :], strict=True):
        if len({item.split for item in held[group]}) > 1:
            report.refused.append((candidate.name, "belongs to photos that stand in two different splits"))
            candidates.remove(candidate)
            continue
        fallback = held[group][0].cluster if held[group] else candidate.sha256
        clusters[candidate.sha256] = named.setdefault(group, fallback)
    sizes = Counter(groups)
    report.near_duplicates = sum(size for size in sizes.values() if size > 1)
    return clusters


def _store(
    study: Study,
    candidates: list[_Candidate],
    clusters: dict[str, str],
    report: ImportReport,
    on_progress: Callable[[float], None],
) -> None:
    existing = list(study.items.select_related("category"))
    splits = split_groups(
        [item.category.name for item in existing] + [candidate.category for candidate in candidates],
        [item.cluster for item in existing] + [clusters[candidate.sha256] for candidate in candidates],
        seed=SPLIT_SEED,
        taken={item.cluster: item.split for item in existing},
    )
    stored: list[Item] = []
    try:
        with transaction.atomic():
            categories = _categories(study, sorted({candidate.category for candidate in candidates}))
            for number, candidate in enumerate(candidates):
                cluster = clusters[candidate.sha256]
                stored.append(
                    _store_one(study, categories[candidate.category], candidate, cluster, splits[cluster])
                )
                report.with_landmarks += candidate.landmarks is not None
                report.with_source += bool(candidate.origin)
                report.with_collection += bool(candidate.collection)
                report.with_box += candidate.box is not None
                counts = report.imported.setdefault(candidate.category, {})
                counts[splits[cluster]] = counts.get(splits[cluster], 0) + 1
                on_progress(0.8 + 0.2 * (number + 1) / len(candidates))
    except BaseException:
        for item in stored:  # the rows are rolled back; their files must not stay behind
            item.photo.storage.delete(str(item.photo.name))
        raise


def _categories(study: Study, names: list[str]) -> dict[str, Category]:
    found = {category.name: category for category in study.categories.all()}
    for name in names:
        if name not in found:
            found[name] = Category.objects.create(study=study, name=name, position=len(found))
    return found


def _store_one(study: Study, category: Category, candidate: _Candidate, cluster: str, split: str) -> Item:
    item = Item(
        study=study,
        category=category,
        source_name=Path(candidate.name).name[:255],
        source_sha256=candidate.sha256,
        source_bytes=candidate.file.size,
        source_quantisation=candidate.file.quantisation,
        origin=candidate.origin,
        collection=candidate.collection,
        width=candidate.width,
        height=candidate.height,
        cluster=cluster,
        split=split,
        landmarks=candidate.landmarks,
        box=candidate.box,
    )
    item.photo.save(f"{new_token()}.png", ContentFile(candidate.path.read_bytes()), save=False)
    item.save()
    return item
