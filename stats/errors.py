"""Errors of the statistics. Every message says what to do about it."""

from __future__ import annotations


class InputError(ValueError):
    """Something that a researcher handed in cannot be used as given."""


class TableError(InputError):
    """A table cannot be used; the message names the file, the row and the remedy."""


class CriteriaError(InputError):
    """Floor, ceiling, competence or alpha contradict each other or leave (0, 1)."""


class PilotRuleError(InputError):
    """No answers to a pilot could ever pass its rule, or a number of it is out of range."""


class CalibrationError(Exception):
    """A simulated error rate lies outside the range that the method page promises."""
