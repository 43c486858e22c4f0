"""`manage.py import_photos STUDY PATH`: a folder or zip file into a study, without the queue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from attacker.errors import DataError
from pipeline.intake.archive import open_source
from pipeline.intake.photo_import import ImportReport, import_photos
from study.models import Study


class Command(BaseCommand):
    """Import photos and print what came in and what was left out."""

    help = "Import photos (a folder or a zip file with one folder per class) into a study."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the study's code and the path."""
        parser.add_argument("study", help="The study's code, as in the participants' link.")
        parser.add_argument("path", type=Path, help="Folder or zip file.")

    def handle(self, *_: Any, **options: Any) -> None:
        """Import the photos; a problem that the researcher can mend is one line without a trace."""
        study = Study.objects.filter(code=options["study"]).first()
        if study is None:
            known = ", ".join(Study.objects.values_list("code", flat=True)) or "none yet"
            raise CommandError(f"No study has the code {options['study']!r}. Codes: {known}.")
        try:
            with tqdm(total=100, unit="%", desc="photos", disable=None) as bar:
                source = open_source(options["path"])
                report = import_photos(study, source, lambda share: bar.update(100 * share - bar.n))
        except DataError as error:
            raise CommandError(str(error)) from error
        self._print(report)

    def _print(self, report: ImportReport) -> None:
        for category, splits in report.imported.items():
            counts = ", ".join(f"{split} {count}" for split, count in sorted(splits.items()))
            self.stdout.write(f"{category}: {counts}")
        self.stdout.write(f"{report.total} photos imported; {report.near_duplicates} have near-duplicates.")
        for count, content in (
            (report.with_source, "the name of their source"),
            (report.with_collection, "the name of their collection"),
            (report.with_mask, "a mask of the subject"),
            (report.with_box, "a box of the subject"),
            (report.with_landmarks, "landmarks of a person"),
        ):
            if count:
                self.stdout.write(f"{count} came with {content}.")
        for entry in report.refused:
            self.stdout.write(str(entry))
