"""The files that may go: found on this machine and in the store, judged by the rows of the database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from attacker.training.record_file import STATE, WEIGHTS, is_of_unfinished
from pipeline.models import AttackerRun, AttackSearch, Job, PhotoImport
from pipeline.retention.choosing import Deletable, Kind
from pipeline.searches.search_photos import folder_name
from study.models import Study

_BEING_WRITTEN = timedelta(days=1)  # what is younger may belong to a program that still writes it
_CACHE, _COPIES, _RUNS, _UPLOADS = "cache", "cache/files", "runs", "uploads"


class _Known(NamedTuple):
    """What the database says of a run: its study, whether that is at rest, and whether its job has ended."""

    study: str
    at_rest: bool
    has_ended: bool


def deletable_files() -> list[Deletable]:
    """Return all files that may go, whatever their age."""
    return [*_features(), *_of_runs(), *_lost_uploads()]


def _features() -> Iterator[Deletable]:
    """Return what is cached, without what may just be written, or be a copy that a job has open."""
    for path in _files_below(_root() / _CACHE):
        in_use = path.name.startswith(".") or path.parent == _root() / _COPIES
        yield from (file for file in _local(Kind.FEATURES, path) if not in_use or _is_old(file.changed))


def _of_runs() -> Iterator[Deletable]:
    known, searched = _known_runs(), _searches_that_go_on()
    for folder in sorted((_root() / _RUNS).glob("*/*/")):
        if (folder.parent.name, folder.name) in searched:
            continue
        run = known.get(folder.name)
        paths = sorted(_files_below(folder))
        if run is None or run.study != folder.parent.name:
            remnants = (file for path in paths for file in _local(Kind.REMNANTS, path))
            yield from (file for file in remnants if _is_old(file.changed))
        else:
            yield from _of_run(run, paths)


def _of_run(run: _Known, paths: list[Path]) -> Iterator[Deletable]:
    state = [path for path in paths if is_of_unfinished(path.name)]
    if state and run.has_ended:
        first = sorted(state, key=lambda path: path.name != STATE)  # without it the others are no state
        yield from _local(Kind.CHECKPOINTS, *first, study=run.study)
    for path in paths:
        if path.name == WEIGHTS and run.at_rest:
            yield from _local(Kind.NETWORKS, path, study=run.study)


def _known_runs() -> dict[str, _Known]:
    """Return what is known of each run, by the name of its folder."""
    busy = set(Job.objects.unfinished().values_list("study_id", flat=True))
    rows = AttackerRun.objects.values_list("pk", "study_id", "study__code", "study__status", "job__state")
    return {
        f"run-{pk}": _Known(
            code, status == Study.Status.CLOSED and study not in busy, state not in Job.UNFINISHED
        )
        for pk, study, code, status, state in rows
    }


def _searches_that_go_on() -> set[tuple[str, str]]:
    """Return study and folder of searches that have not ended well: what they trained is not lost yet."""
    rows = AttackSearch.objects.exclude(job__state=Job.State.SUCCEEDED)
    return {(code, folder_name(level)) for code, level in rows.values_list("study__code", "level")}


def _lost_uploads() -> Iterator[Deletable]:
    if not default_storage.exists(_UPLOADS):
        return
    known = set(PhotoImport.objects.values_list("upload", flat=True))
    for name in (f"{_UPLOADS}/{each}" for each in default_storage.listdir(_UPLOADS)[1]):
        changed = default_storage.get_modified_time(name)
        if name not in known and _is_old(changed):
            yield Deletable(Kind.REMNANTS, (name,), default_storage.size(name), changed, in_store=True)


def _is_old(changed: datetime) -> bool:
    return timezone.now() - changed > _BEING_WRITTEN


def _local(kind: Kind, *paths: Path, study: str = "") -> Iterator[Deletable]:
    """Return files of this machine as one that may go; nothing if one of them has just gone by itself."""
    try:
        states = [path.stat() for path in paths]
    except FileNotFoundError:
        return
    names = tuple(str(path.relative_to(_root())) for path in paths)
    changed = datetime.fromtimestamp(max(state.st_mtime for state in states), UTC)
    yield Deletable(kind, names, sum(state.st_size for state in states), changed, study)


def _files_below(folder: Path) -> Iterator[Path]:
    """Iterate over regular files; links are not followed."""
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in names):
            if path.is_file() and not path.is_symlink():
                yield path


def _root() -> Path:
    return Path(settings.SWEETSPOT_VAR)
