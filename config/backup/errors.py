"""What a backup refuses."""

from __future__ import annotations


class BackupError(Exception):
    """A backup cannot be made, or cannot be restored; the message says what to do."""
