"""What a study takes on the disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.core.files.storage import default_storage

from pipeline.bundle.stored_files import crops_of, networks_of, papers_of, photos_of, poster_of, runs_folder
from study.models import Study


@dataclass(frozen=True)
class Size:
    """Files of one kind: how many, and their bytes together."""

    name: str
    files: int
    bytes: int


def sizes_of(study: Study) -> list[Size]:
    """Return what photos, crops, networks and papers of a study take; rows in the database apart."""
    networks = [path for path in runs_folder(study).rglob("*") if path.is_file()]
    in_store = _stored("Networks in the store", networks_of(study))
    papers = [poster for poster in [poster_of(study)] if poster.exists()]
    return [
        _stored("Photos and masks", photos_of(study)),
        _stored("Crops", crops_of(study)),
        _local("Networks and their records", networks),
        *([in_store] if in_store.files else []),
        _stored("PDF files for participants", papers_of(study)),
        _local("Picture of the newest analysis", papers),
    ]


def _stored(name: str, files: Iterable[str]) -> Size:
    sizes = [default_storage.size(file) for file in files if default_storage.exists(file)]
    return Size(name, len(sizes), sum(sizes))


def _local(name: str, paths: list[Path]) -> Size:
    return Size(name, len(paths), sum(path.stat().st_size for path in paths))
