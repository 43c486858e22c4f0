"""`manage.py export_study STUDY`: all tables of a frozen version as one zip file, as on the desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pipeline.exports.dataset.psych_ds import ARCHIVE, dataset_zip
from pipeline.exports.files import FILES
from pipeline.management.chosen_study import chosen_study
from pipeline.management.written_pieces import write_pieces
from study.models import Study, StudyVersion
from study.models.people import Mode


class Command(BaseCommand):
    """Write the dataset and print where it lies."""

    help = "Export a frozen version as one zip file: a Psych-DS dataset with scripts for pandas and R."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the study's code, whose answers, which version, and the file."""
        parser.add_argument("study", help="The study's code, as in the participants' link.")
        parser.add_argument("--mode", choices=Mode.values, default=Mode.LIVE, help="Whose answers (live).")
        parser.add_argument("--version-number", type=int, metavar="N", help="The newest, if not given.")
        parser.add_argument(
            "--out", type=Path, help="The zip file; named after study and version, if not given."
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Write the file piece by piece; an unfinished one is removed."""
        study, mode = chosen_study(options["study"]), options["mode"]
        version = _version(study, options["version_number"])
        path: Path = options["out"] or Path(f"{study.code}-v{version.number}-{mode}-{ARCHIVE}")
        write_pieces(path, dataset_zip(version, mode, FILES))
        self.stdout.write(f"{path}: version {version.number}, {mode}")


def _version(study: Study, number: int | None) -> StudyVersion:
    version = study.version() if number is None else study.versions.filter(number=number).first()
    if version is None:
        numbers = ", ".join(map(str, study.versions.order_by("number").values_list("number", flat=True)))
        raise CommandError(f"{study.name!r} has no such frozen version; it has: {numbers or 'none yet'}.")
    return version
