"""`manage.py reset_second_factor NAME`: for who has lost the authenticator and the backup codes."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pipeline.accounts.second_factor import remove


class Command(BaseCommand):
    """Take the second factor away from an account."""

    help = "Remove the second factor of an account, whose password alone logs in then. Make sure who asks."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare whose it is."""
        parser.add_argument("name", help="User name of the account.")

    def handle(self, *_: Any, **options: Any) -> None:
        """Remove it, and say what the account needs now."""
        name = options["name"]
        account = get_user_model().objects.filter(username=name).first()
        if account is None:
            raise CommandError(f"Nobody here has the user name {name!r}.")
        if not remove(account, account, "the second factor was reset at the server"):
            raise CommandError(f"{name} has no second factor.")
        self.stdout.write(f"{name} logs in with the password alone, and can set up another second factor.")
