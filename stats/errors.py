"""What can be wrong with what a researcher hands in. Every message says what to do about it."""

from __future__ import annotations


class InputError(ValueError):
    """The analysis cannot start: the table or the criteria are not usable as given."""


class TableError(InputError):
    """A table of trials cannot be used; the message names the file, the row and the remedy."""


class CriteriaError(InputError):
    """Floor, ceiling, competence or alpha contradict each other or leave (0, 1)."""
