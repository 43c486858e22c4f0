"""`manage.py free_space`: what may go from a full disk by age or size, shown, and deleted by `--delete`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.template.defaultfilters import filesizeformat

from pipeline.retention.choosing import USUAL, Deletable, Kind, Wish, sums_of
from pipeline.retention.freeing import free, would_go
from pipeline.retention.site_sizes import places

GIGABYTE = 1e9


class Command(BaseCommand):
    """List files that can be made again or serve nothing any more, and delete them with --delete."""

    help = "List what may go from the disk of this machine and from the store; delete it with --delete."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what is to go."""
        parser.add_argument(
            "--kind", action="append", choices=list(Kind),
            help=f"Of what; may be said several times. Without: {', '.join(USUAL)}.",
        )  # fmt: skip
        parser.add_argument(
            "--older-than", type=float, metavar="DAYS",
            help="Not written for so many days. Without: 30, and with --keep of any age.",
        )  # fmt: skip
        parser.add_argument(
            "--keep",
            type=float,
            metavar="GB",
            help="Of each kind the newest stay, up to so many GB together.",
        )
        parser.add_argument("--files", action="store_true", help="Name each file.")
        parser.add_argument("--delete", action="store_true", help="Delete them.")

    def handle(self, *_: Any, **options: Any) -> None:
        """List or delete."""
        wish, deletes = _wish(options), options["delete"]
        if not deletes:
            self._print_places()
        files = free(wish) if deletes else would_go(wish)
        if options["files"]:
            for name in (name for file in files for name in file.names):
                self.stdout.write(name)
        self._print_sums(files, "are deleted" if deletes else "would go")
        if files and not deletes:
            self.stdout.write("Nothing was deleted. The same command with --delete deletes these.")

    def _print_places(self) -> None:
        there = places()
        for place in there:
            self.stdout.write(f"{place.name}: {place.files} files, {_size(place.bytes)}")
        self.stdout.write(f"Together: {_size(sum(place.bytes for place in there))}")

    def _print_sums(self, files: list[Deletable], verb: str) -> None:
        for each in sums_of(files):
            dates = f"{each.oldest:%Y-%m-%d} to {each.newest:%Y-%m-%d}"
            self.stdout.write(
                f"{each.kind}: {each.files} files, {_size(each.bytes)}, of {dates}, {verb}. {each.kind.says}"
            )
        if not files:
            self.stdout.write("Nothing is old or large enough to go.")


def _wish(options: dict[str, Any]) -> Wish:
    days, gigabytes = options["older_than"], options["keep"]
    kinds = [Kind(kind) for kind in options["kind"] or USUAL]
    if days is None:
        days = Wish().older_than.days if gigabytes is None else 0
    return Wish(kinds, timedelta(days=days), None if gigabytes is None else int(gigabytes * GIGABYTE))


def _size(size: int) -> str:
    return str(filesizeformat(size)).replace("\xa0", " ")
