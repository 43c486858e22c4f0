"""`manage.py import_bundle_file FILE --owner NAME`: a study of another installation, all of it or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from pipeline.bundle.bundle_manifest import BundleError
from pipeline.bundle.import_bundle import import_bundle
from pipeline.bundle.opened_bundle import opened
from study.models import Study


class Command(BaseCommand):
    """Import a bundle and print what came in."""

    help = "Import a study from the bundle of another installation."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the file, whose study it becomes, and another name for it."""
        parser.add_argument("file", type=Path, help="The bundle.")
        parser.add_argument(
            "--owner", required=True, help="User name of the researcher whose study it becomes."
        )
        parser.add_argument("--name", default="", help="For the study here, if not the one that it has.")

    def handle(self, *_: Any, **options: Any) -> None:
        """Check the whole file, then store it; a refusal is one line without a trace."""
        users = get_user_model().objects
        owner = users.filter(username=options["owner"]).first()
        if owner is None:
            raise CommandError(f"Nobody here has the user name {options['owner']!r}.")
        try:
            study = _imported(options["file"], owner, options["name"])
        except (BundleError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{study.name}: /desk/{study.code}/, closed to participants.")


def _imported(path: Path, owner: Any, name: str) -> Study:
    with path.open("rb") as file, tqdm(total=200, unit="%", disable=None) as bar:

        def show(share: float) -> None:
            bar.update(100 * share - bar.n)

        with opened(file, show) as bundle:
            return import_bundle(bundle, owner, name, lambda share: show(1 + share))
