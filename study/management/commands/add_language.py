"""Add a language to participants' pages, or bring its catalogue up to date."""

from __future__ import annotations

import gettext
import shutil
import subprocess
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import locale
from django.conf.locale import LANG_INFO
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import to_locale

from study.languages.catalogues import Catalogue, read_catalogue, write_catalogue
from study.languages.messages import messages_for
from study.languages.offered import CATALOGUES, CHECKED_BY, ORIGINAL

SHOWN = 5


class Command(BaseCommand):
    help = (
        "Add a language to participants' pages, or bring it up to date: write its catalogue of all texts. "
        "Once each is translated, run it again, and the site offers the language from its next start."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="The language's code, such as it, pt-br or zh-hans.")
        parser.add_argument("--checked-by", help="The person who has read every text of this language.")
        parser.add_argument("--folder", type=Path, default=CATALOGUES, help="Where catalogues are.")

    def handle(self, *_args: Any, **options: Any) -> None:
        code = options["code"].lower()
        if code not in LANG_INFO or "name_local" not in LANG_INFO[code] or code == ORIGINAL:
            raise CommandError(f"Django knows no other language {code!r}: see django.conf.locale.LANG_INFO.")
        path = options["folder"] / to_locale(code) / "LC_MESSAGES" / "django.po"
        catalogue = (read_catalogue(path) if path.exists() else _new_catalogue(code)).of(messages_for(code))
        catalogue.header[CHECKED_BY] = options["checked_by"] or catalogue.header.get(CHECKED_BY, "")
        made = (
            f"checked by {catalogue.header[CHECKED_BY]}" if catalogue.header[CHECKED_BY] else "machine-made"
        )
        write_catalogue(path, catalogue, f"{LANG_INFO[code]['name']}; {made}.")
        self._compile(path, code, catalogue)

    def _compile(self, path: Path, code: str, catalogue: Catalogue) -> None:
        problems = list(catalogue.problems())
        if problems:
            shown = "\n".join(problems[:SHOWN])
            more = len(problems) - SHOWN
            and_more = f"\nand {more} more" if more > 0 else ""
            raise CommandError(f"{path} is not complete. Mend it, then run this again.\n{shown}{and_more}")
        compile_catalogue(path)
        self.stdout.write(f"{LANG_INFO[code]['name']} is complete: the site offers it from its next start.")


def compile_catalogue(path: Path) -> None:
    """Compile a catalogue for the site, by the tool of GNU gettext."""
    tool = shutil.which("msgfmt")
    if tool is None:
        raise CommandError("There is no msgfmt here: install GNU gettext.")
    command = [tool, "--check-format", "-o", str(path.with_suffix(".mo")), str(path)]
    made = subprocess.run(command, check=False, capture_output=True, text=True)
    if made.returncode:
        raise CommandError(f"msgfmt refuses {path}:\n{made.stderr}")


def _new_catalogue(code: str) -> Catalogue:
    """Return an empty catalogue with the language's plural forms, as Django's own catalogue has them."""
    own = Path(locale.__file__).parent / to_locale(code) / "LC_MESSAGES" / "django.mo"
    with own.open("rb") as stored:
        plurals = gettext.GNUTranslations(stored).info()["plural-forms"]
    return Catalogue(
        {
            "Language": to_locale(code),
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
            "Plural-Forms": plurals,
            CHECKED_BY: "",
        }
    )
