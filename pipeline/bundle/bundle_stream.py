"""A study as a bundle, written while it is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import chain

from django.core.files.storage import default_storage
from django.db.models import Max, Min

from pipeline.bundle.bundle_manifest import (
    FORMAT,
    MANIFEST,
    README,
    BundledFile,
    BundleError,
    BundleManifest,
    schema_here,
    software_here,
)
from pipeline.bundle.bundle_tables import TABLES, tables_of
from pipeline.bundle.row_values import line_of
from pipeline.bundle.stored_files import content_of, crops_of, papers_of, photos_of
from pipeline.exports.zip_stream import Member, encoded, zip_stream
from pipeline.models import Loop
from pipeline.shared_runs import fetched_run
from study.models import Study

RECORDS = ".json"  # of a network: what it was trained with; its weights stay behind
TEXT = """# {name}

A whole study of Sweetspot {software}: settings, photos, crops, networks with their answers (not their
weights), frozen versions and people's answers, without ids of platforms. Another installation reads it on its
page of studies ("Import a bundle"), or with `manage.py import_bundle_file FILE --owner NAME`, and analyses it
to the same verdict.

`{manifest}` lists every file with its SHA-256, `rows` has one file per table, `files` the photos and crops.
"""


def bundle_stream(study: Study) -> Iterator[bytes]:
    """Iterate over the bytes of a study's bundle.

    Raises BundleError if the study is not at rest; the message says what to do.
    """
    require_rest(study)
    return zip_stream(_members(study))


def require_rest(study: Study) -> None:
    """Refuse a study that changes while it is read."""
    is_looping = Loop.objects.filter(study=study, state=Loop.State.RUNNING).exists()
    if is_looping or study.jobs.unfinished().exists():
        raise BundleError(
            f"{study.name!r} is being worked on: let its jobs end or stop them, then bundle it."
        )


def _members(study: Study) -> Iterator[Member]:
    files: dict[str, BundledFile] = {}
    for member, stored_as in chain([(_readme(study), "")], _rows(study), _stored(study), _records(study)):
        if member.name in files:
            continue  # a photo that two rows share
        yield Member(member.name, _noted(member, stored_as, files), member.is_packed)
    manifest = BundleManifest(
        format=FORMAT,
        software=software_here(),
        schema=schema_here(),
        study=study.name,
        code=study.code,
        numbers=_numbers(study),
        files=files,
    )
    yield Member(MANIFEST, [manifest.to_json()])


def _noted(member: Member, stored_as: str, files: dict[str, BundledFile]) -> Iterator[bytes]:
    """Hand on the content of a member, and note its size and hash at its end."""
    size, sha256 = 0, hashlib.sha256()
    for piece in member.pieces:
        size += len(piece)
        sha256.update(piece)
        yield piece
    files[member.name] = BundledFile(size, sha256.hexdigest(), stored_as)


def _readme(study: Study) -> Member:
    """Return what a reader needs who has the file and nothing else."""
    text = TEXT.format(name=study.name, software=software_here(), manifest=MANIFEST)
    return Member(README, [text.encode()])


def _rows(study: Study) -> Iterator[tuple[Member, str]]:
    for table, rows in tables_of(study):
        lines = (line_of(table, row) for row in rows.iterator(chunk_size=1000))
        yield Member(f"rows/{table.name}.jsonl", encoded(lines)), ""


def _stored(study: Study) -> Iterator[tuple[Member, str]]:
    names: Iterable[str] = chain(photos_of(study), crops_of(study), sorted(papers_of(study)))
    for name in names:
        if not default_storage.exists(name):
            raise BundleError(
                f"The file {name} of {study.name!r} is missing: restore it from a backup first."
            )
        yield Member(f"files/{name}", content_of(name), is_packed=True), name


def _records(study: Study) -> Iterator[tuple[Member, str]]:
    """Iterate over what each network was trained with, by the number of its run."""
    for run in study.attacker_runs.order_by("pk"):
        for path in sorted(fetched_run(run, RECORDS).glob(f"*{RECORDS}")):
            yield Member(f"runs/{run.pk}/{path.name}", [path.read_bytes()]), ""


def _numbers(study: Study) -> tuple[int, int]:
    """Return the least and the largest number of a row."""
    spans = [table.rows(study).order_by().aggregate(low=Min("pk"), high=Max("pk")) for table in TABLES]
    lows = [span["low"] for span in spans if span["low"] is not None]
    return min(lows), max(span["high"] or 0 for span in spans)
