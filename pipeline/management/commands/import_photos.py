"""`manage.py import_photos STUDY PATH`: a folder or zip file into a study, without the queue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from pipeline.intake.archive import SourceRefused, open_source
from pipeline.intake.photo_import import ImportReport, import_photos
from pipeline.intake.splits import TooFewPhotos
from study.models import Study


class Command(BaseCommand):
    help = "Import photos (a folder or a zip file with one folder per class) into a study."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("study", help="The study's code, as in the participants' link.")
        parser.add_argument("path", type=Path, help="Folder or zip file.")

    def handle(self, *_: Any, **options: Any) -> None:
        study = Study.objects.filter(code=options["study"]).first()
        if study is None:
            known = ", ".join(Study.objects.values_list("code", flat=True)) or "none yet"
            raise CommandError(f"No study has the code {options['study']!r}. Codes: {known}.")
        try:
            report = self._import(study, options["path"])
        except (SourceRefused, TooFewPhotos) as refusal:
            raise CommandError(str(refusal)) from refusal
        self._tell(report)

    def _import(self, study: Study, path: Path) -> ImportReport:
        with tqdm(total=100, unit="%", desc="photos", disable=None) as bar:

            def on_progress(share: float) -> None:
                bar.update(100 * share - bar.n)

            return import_photos(study, open_source(path), on_progress)

    def _tell(self, report: ImportReport) -> None:
        for category, splits in report.imported.items():
            counts = ", ".join(f"{split} {count}" for split, count in sorted(splits.items()))
            self.stdout.write(f"{category}: {counts}")
        self.stdout.write(f"{report.total} photos imported; {report.near_duplicates} have near-duplicates.")
        if report.with_source:
            self.stdout.write(f"{report.with_source} came with the name of their source.")
        if report.with_collection:
            self.stdout.write(f"{report.with_collection} came with the name of their collection.")
        if report.with_box:
            self.stdout.write(f"{report.with_box} came with a box of the subject.")
        if report.with_landmarks:
            self.stdout.write(f"{report.with_landmarks} came with landmarks of a person.")
        for name, reason in report.refused:
            self.stdout.write(f"refused {name}: {reason}")
