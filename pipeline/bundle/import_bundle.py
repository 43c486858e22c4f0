"""A bundle into this installation: all of it or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any, cast

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from pipeline.bundle.bundle_manifest import BundleError
from pipeline.bundle.bundle_tables import TABLES, BundledTable
from pipeline.bundle.opened_bundle import OpenedBundle
from pipeline.bundle.row_values import row_of
from pipeline.datasets import run_directory
from pipeline.models import AttackerRun
from pipeline.shared_runs import share_run
from study.models import Study, StudyVersion
from study.tokens import new_token

BATCH = 500
Edit = Callable[[Model], Model]


def import_bundle(
    bundle: OpenedBundle, owner: Any, name: str = "", on_progress: Callable[[float], None] = lambda _: None
) -> Study:
    """Store a study with all that its bundle holds, closed to participants.

    Without a `name` it has its own. `on_progress` is called with the share that is stored. Raises BundleError
    if the study, or another one of its name, is here already; nothing is stored then.
    """
    steps = import_steps(bundle, owner, name)
    while True:
        try:
            on_progress(next(steps))
        except StopIteration as end:
            return cast(Study, end.value)


def import_steps(bundle: OpenedBundle, owner: Any, name: str = "") -> Generator[float, None, Study]:
    """Do what `import_bundle` does, and yield the share that is stored; who stops early stores nothing.

    Files come first, then the rows, in one transaction.
    """
    name = name or bundle.manifest.study
    _require_no_collision(bundle, name)
    file_names: dict[str, str] = {}
    try:
        for share in _store_files(bundle, file_names):
            yield share / 2
        with transaction.atomic():
            by = _free_numbers(bundle)
            edit = partial(_taken_over, owner=owner, name=name, by=by)
            for share in _store_rows(bundle, by, file_names, edit):
                yield (1 + share) / 2
            study = Study.objects.get(code=bundle.manifest.code)
            _store_records(bundle, by)
    except BaseException:
        for stored in file_names.values():
            default_storage.delete(stored)
        shutil.rmtree(Path(settings.SWEETSPOT_VAR) / "runs" / bundle.manifest.code, ignore_errors=True)
        raise
    return study


def _taken_over(row: Model, owner: Any, name: str, by: int) -> Model:
    """Return a row as it is here: a study is its importer's and is closed, a version knows its origin."""
    if isinstance(row, Study):
        row.owner, row.name = owner, name
        row.status = Study.Status.CLOSED if row.is_open else row.status
    if isinstance(row, StudyVersion):
        row.renumbered_by += by
    return row


def _require_no_collision(bundle: OpenedBundle, name: str) -> None:
    same = Study.objects.filter(code=bundle.manifest.code).first()
    if same is not None:
        raise BundleError(
            f"This study is here already, as {same.name!r} ({same.code}): a second copy would count its "
            "people twice. Delete it first, or import the bundle on another installation."
        )
    if Study.objects.filter(name=name).exists():
        raise BundleError(f"Another study here is called {name!r}: give the imported one another name.")


def _store_files(bundle: OpenedBundle, file_names: dict[str, str]) -> Iterator[float]:
    """Store photos and crops under new names, and note these; yield the share that is stored."""
    files = list(bundle.stored())
    for done, (name, stored_as) in enumerate(files, start=1):
        place = PurePosixPath(stored_as)
        keeps_name = place.parent.name == "information"  # its name is the hash of its content
        if keeps_name and default_storage.exists(stored_as):
            continue
        target = stored_as if keeps_name else f"{place.parent.name}/{new_token()}{place.suffix}"
        with bundle.archive.open(name) as content:
            file_names[stored_as] = default_storage.save(target, File(content))
        yield done / len(files)


def _free_numbers(bundle: OpenedBundle) -> int:
    """Return what to add to the numbers of rows so that all are free: nothing where they are."""
    low, high = bundle.manifest.numbers
    managers = [table.model._base_manager for table in TABLES]
    if not any(manager.filter(pk__range=(low, high)).exists() for manager in managers):
        return 0
    largest = (manager.order_by("-pk").values_list("pk", flat=True).first() for manager in managers)
    return max(number or 0 for number in largest)


def _store_rows(bundle: OpenedBundle, by: int, file_names: dict[str, str], edit: Edit) -> Iterator[float]:
    """Store the rows of every table; yield the share of their bytes that is stored."""
    total, done = sum(map(bundle.bytes_of, TABLES)) or 1, 0
    for table in TABLES:
        lines = bundle.lines(table)
        while batch := list(islice(lines, BATCH)):
            _store(table, [edit(row_of(table, line, by, file_names)) for line in batch])
            done += sum(map(len, batch))
            yield done / total
    with connection.cursor() as cursor:  # numbers that were given do not move a sequence
        for statement in connection.ops.sequence_reset_sql(no_style(), [table.model for table in TABLES]):
            cursor.execute(statement)


def _store(table: BundledTable, rows: list[Model]) -> None:
    """Store rows with the times that they have: fields that take the present time are set again."""
    fields = table.model._meta.concrete_fields
    dated = [field.name for field in fields if getattr(field, "auto_now_add", False)]
    times = {row.pk: {name: getattr(row, name) for name in dated} for row in rows}
    manager = table.model._base_manager
    manager.bulk_create(rows)
    for pk, values in times.items() if dated else ():
        manager.filter(pk=pk).update(**values)


def _store_records(bundle: OpenedBundle, by: int) -> None:
    """Write what each network was trained with into the folder of its run."""
    for number, file, name in bundle.records():
        run = AttackerRun.objects.select_related("study").get(pk=number + by)
        folder = run_directory(run)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(bundle.archive.read(name))
        share_run(run, AttackerRun.objects.filter(pk=run.pk))
