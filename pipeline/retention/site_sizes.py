"""What the whole site takes, on the disk and in a store elsewhere: by what it is, and by study."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.files.storage import Storage, default_storage

from pipeline.shared_runs import IN_STORE
from study.models import Item, Stimulus, Study

_PLACES = {
    "media/items": "Photos",
    "media/masks": "Masks of subjects",
    "media/stimuli": "Crops",
    "media/uploads": "Uploads that wait",
    "runs": "Networks and their records",
    "cache": "Cached features and copies",
    "log": "Logs",
}
OTHER = "Everything else, the database of one machine included"
ELSEWHERE = "In the store elsewhere: photos, masks, crops, uploads, networks"


class Place(NamedTuple):
    """What files are, how many, and their bytes together."""

    name: str
    files: int
    bytes: int


class StudySize(NamedTuple):
    """What the photos, crops and networks of a study take, in bytes."""

    study: Study
    bytes: int


def places() -> list[Place]:
    """Return what this machine's data directory holds, by what it is, and what a store elsewhere does."""
    files: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for name, size in _sizes_below(Path(settings.SWEETSPOT_VAR)):
        label = next((label for place, label in _PLACES.items() if name.startswith(f"{place}/")), OTHER)
        files[label] += 1
        sizes[label] += size
    if not _is_folder(default_storage):
        elsewhere = [size for _, size in _sizes_in_bucket(default_storage)]
        files[ELSEWHERE], sizes[ELSEWHERE] = len(elsewhere), sum(elsewhere)
    labels = (*_PLACES.values(), OTHER, ELSEWHERE)
    return [Place(label, files[label], sizes[label]) for label in labels if files[label]]


def study_sizes(studies: Iterable[Study]) -> list[StudySize]:
    """Return the size of each study, the largest first: its files in the store, and its networks here."""
    stored, sizes = dict(_stored_sizes()), Counter[int]()
    for study, photo, mask in Item.objects.values_list("study", "photo", "mask").iterator(2000):
        sizes[study] += stored.get(photo, 0) + stored.get(mask, 0)
    crops = Stimulus.of_any_kind.values_list("item__study", "image")
    for study, crop in crops.iterator(2000):
        sizes[study] += stored.get(crop, 0)
    runs = Path(settings.SWEETSPOT_VAR) / "runs"
    by_code: Counter[str] = Counter()
    for name, size in _sizes_below(runs):
        by_code[name.partition("/")[0]] += size
    for name, size in stored.items():
        if name.startswith(IN_STORE):
            by_code[name.removeprefix(IN_STORE).partition("/")[0]] += size
    each = (StudySize(study, sizes[study.pk] + by_code[study.code]) for study in studies)
    return sorted(each, key=lambda size: size.bytes, reverse=True)


def _stored_sizes() -> Iterator[tuple[str, int]]:
    """Iterate over names and sizes in the store."""
    if _is_folder(default_storage):
        yield from _sizes_below(Path(default_storage.path("")))
    else:
        yield from _sizes_in_bucket(default_storage)


def _is_folder(store: Storage) -> bool:
    try:
        store.path("")
    except NotImplementedError:
        return False
    return True


def _sizes_in_bucket(store: Any) -> Iterator[tuple[str, int]]:
    """Iterate over names and sizes in a bucket of S3, which tells a thousand of them in each answer.

    Other stores tell no sizes but file by file, which over a network would take minutes: they count as empty.
    """
    if hasattr(store, "bucket"):
        within = f"{store.location.strip('/')}/".lstrip("/")
        for file in store.bucket.objects.filter(Prefix=within):
            yield file.key.removeprefix(within), file.size


def _sizes_below(folder: Path) -> Iterator[tuple[str, int]]:
    """Iterate over the names below a folder and their sizes; what goes meanwhile is passed over."""
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in names):
            try:
                yield path.relative_to(folder).as_posix(), path.lstat().st_size
            except FileNotFoundError:
                continue
