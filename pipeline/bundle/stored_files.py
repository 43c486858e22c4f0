"""The files of a study: those of its rows, and what its networks and analyses left beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage

from pipeline.shared_runs import files_of, stored_name
from study.design import pdf_name
from study.models import Stimulus, Study, StudyVersion


def photos_of(study: Study) -> Iterator[str]:
    """Iterate over the names of the stored photos, and of the masks that came with them."""
    for photo, mask in study.items.order_by("pk").values_list("photo", "mask").iterator(2000):
        yield from filter(None, (photo, mask))


def crops_of(study: Study) -> Iterator[str]:
    """Iterate over the names of the stored crops and candidates."""
    crops = Stimulus.of_any_kind.filter(item__study=study).order_by("pk")
    yield from filter(None, crops.values_list("image", flat=True).iterator(2000))


def papers_of(study: Study) -> set[str]:
    """Return the names of the PDF files that participants of any version may read."""
    versions = StudyVersion.of_any_stage.filter(study=study)
    hashes = {study.information_pdf_sha256, *(each.design.information_pdf_sha256 for each in versions)}
    return {pdf_name(sha256) for sha256 in hashes if sha256}


def networks_of(study: Study) -> Iterator[str]:
    """Iterate over the names of the stored files of networks, where the store has no paths."""
    for run in study.attacker_runs.select_related("study").order_by("pk"):
        yield from (stored_name(run, name, sha256) for name, sha256 in files_of(run).items())


def runs_folder(study: Study) -> Path:
    """Return the folder of all networks of a study on this machine."""
    return Path(settings.SWEETSPOT_VAR) / "runs" / study.code


def poster_of(study: Study) -> Path:
    """Return the picture of the newest analysis."""
    return Path(settings.SWEETSPOT_VAR) / "posters" / f"{study.code}.png"


def content_of(name: str, piece: int = 1 << 18) -> Iterator[bytes]:
    """Iterate over the content of a stored file."""
    with default_storage.open(name) as stored:
        yield from stored.chunks(piece)
