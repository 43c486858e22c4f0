"""`manage.py bundle_study STUDY`: a whole study in one file, for another installation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pipeline.bundle.bundle_manifest import BundleError
from pipeline.bundle.bundle_stream import bundle_stream
from pipeline.management.chosen_study import chosen_study
from pipeline.management.written_pieces import write_pieces


class Command(BaseCommand):
    """Write the bundle and print where it lies."""

    help = "Write a whole study into one file, which another installation imports and re-analyses."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the study's code and the file."""
        parser.add_argument("study", help="The study's code, as in the participants' link.")
        parser.add_argument("--out", type=Path, help="The file; if not given, named after the study.")

    def handle(self, *_: Any, **options: Any) -> None:
        """Write the file piece by piece; an unfinished one is removed."""
        study = chosen_study(options["study"])
        path: Path = options["out"] or Path(f"{study.code}-bundle.zip")
        try:
            write_pieces(path, bundle_stream(study))
        except BundleError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{path}: {study.name}")
