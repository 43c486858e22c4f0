"""`manage.py describe_columns`: write the columns of the exported tables into docs/data.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from pipeline.exports.dataset.data_dictionary import with_columns


class Command(BaseCommand):
    help = "Write the columns of the exported tables, as they are declared, into docs/data.md."

    def handle(self, *_: Any, **_options: Any) -> None:
        """Replace the part of the page between its markers."""
        page = Path(settings.BASE_DIR) / "docs" / "data.md"
        page.write_text(with_columns(page.read_text(encoding="utf-8")), encoding="utf-8")
        self.stdout.write(f"{page} written")
