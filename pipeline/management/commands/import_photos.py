"""`manage.py import_photos STUDY PATH`: a folder or zip file into a study, without the queue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from attacker.errors import DataError
from pipeline.intake.archive import open_source
from pipeline.intake.class_layouts import Layout
from pipeline.intake.import_plan import ImportPlan, plan_of
from pipeline.intake.photo_import import ImportReport, require_no_crops, store_photos
from pipeline.intake.photo_reading import discard, read_photos
from pipeline.intake.photo_survey import Choices, ClassChoice, Survey
from pipeline.management.chosen_study import chosen_study
from study.models import Study


class Command(BaseCommand):
    """Import photos and print what came in and what was left out."""

    help = "Import photos (a folder or a zip file with one folder per class) into a study."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the study's code and the path."""
        parser.add_argument("study", help="The study's code, as in the participants' link.")
        parser.add_argument("path", type=Path, help="Folder or zip file.")
        parser.add_argument(
            "--preview", action="store_true", help="Say what would be imported; import nothing."
        )
        parser.add_argument(
            "--layout", choices=sorted(Layout), help="Where classes are told, if not guessed."
        )
        parser.add_argument("--encoding", help="Of the names in a zip file that does not state it.")
        parser.add_argument(
            "--class", dest="classes", action="append", metavar="FOUND[=NAME]",
            help="Use only the classes named, in this order; under one NAME they are one class.",
        )  # fmt: skip

    def handle(self, *_: Any, **options: Any) -> None:
        """Import the photos; a problem that the researcher can mend is one line without a trace."""
        study = chosen_study(options["study"])
        try:
            self._import(study, options)
        except DataError as error:
            raise CommandError(str(error)) from error

    def _import(self, study: Study, options: dict[str, Any]) -> None:
        require_no_crops(study)
        with tqdm(total=100, unit="%", desc="photos", disable=None) as bar:
            source = open_source(options["path"], options["encoding"])
            survey = read_photos(study, source, lambda share: bar.update(100 * share - bar.n))
        try:
            choices = _choices(survey, options)
            if options["preview"]:
                discard(survey.stored)
                self._print_plan(plan_of(survey, choices))
            else:
                self._print(store_photos(study, survey, choices, lambda _: None))
        except BaseException:
            discard(survey.stored)
            raise

    def _print_plan(self, plan: ImportPlan) -> None:
        for category, count in plan.counts.items():
            self.stdout.write(f"{category}: {count} photos would come in")
        for sentence in plan.two_classes:
            self.stdout.write(f"alike, but in two classes: {sentence}")
        for name in plan.unmatched:
            self.stdout.write(f"no such file: {name}")
        for entry in plan.left_out:
            self.stdout.write(str(entry))

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


def _choices(survey: Survey, options: dict[str, Any]) -> Choices:
    """Return what the options say about classes; those that no file names are refused."""
    layout = Layout(options["layout"]) if options["layout"] else None
    first = Choices.first(survey, layout)
    if not options["classes"]:
        return first
    pairs = [text.partition("=") for text in options["classes"]]
    unknown = {name for name, _, _ in pairs} - {choice.in_files for choice in first.classes}
    if unknown:
        known = ", ".join(choice.in_files for choice in first.classes)
        raise DataError(f"no file is in the class {min(unknown)!r}; the classes are {known}")
    used = [ClassChoice(in_files, name or in_files) for in_files, _, name in pairs]
    named = {choice.in_files for choice in used}
    others = [
        ClassChoice(choice.in_files, choice.name, is_used=False)
        for choice in first.classes
        if choice.in_files not in named
    ]
    return Choices(first.layout, (*used, *others))
