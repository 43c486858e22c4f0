"""Why the stack would not start, or could not go on. Each message says what to do."""

from __future__ import annotations


class StackError(RuntimeError):
    """A reason to end that the person at the terminal can do something about."""


class AlreadyRunningError(StackError):
    """Another stack holds this var directory."""


class PortTakenError(StackError):
    """Another program listens on the port."""


class NotReadyError(StackError):
    """A part did not become ready in time, or ended while it was starting."""


class CrashLoopError(StackError):
    """A part keeps dying."""
