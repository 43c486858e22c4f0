"""The errors of the attacker; every message says what to do."""

from __future__ import annotations


class AttackerError(Exception):
    """Base of every error that the attacker raises on purpose."""


class ConfigError(AttackerError, ValueError):
    """A setting that cannot be used."""


class DataError(AttackerError):
    """Photos or labels that no attacker can be trained or tested on."""


class PhotoError(DataError):
    """A photo that cannot be read; the message names the file."""


class LeakError(DataError):
    """The same source photo, or a near duplicate of it, in two roles."""


class WeightsError(AttackerError):
    """Weights that are missing, damaged or of another network."""


class ArchitectureError(AttackerError):
    """A network that is unknown, or that cannot be used as requested."""


class NoMapError(ArchitectureError):
    """A network without a spatial feature map: it can be trained, but has no attention maps.

    Parameters
    ----------
    reason
        Why it has none.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}; let another network come first to explain photos, or to design crops by")
        self.reason = reason


class NoRolloutError(ArchitectureError):
    """A network whose blocks do not all attend to the same tokens: it may have maps of other kinds."""


class SideError(ArchitectureError):
    """A network that does not accept photos of the requested size.

    Parameters
    ----------
    message
        What went wrong, and what to do.
    own_side
        Side in pixels of the photos that it does accept.
    """

    def __init__(self, message: str, own_side: int) -> None:
        super().__init__(message)
        self.own_side = own_side


class CheckpointError(AttackerError):
    """A run folder that is damaged, unfinished, or belongs to another run."""


class InUseError(CheckpointError):
    """A folder that another process writes in."""


class DivergedError(AttackerError):
    """A training whose loss is no longer finite."""


class DeviceError(AttackerError):
    """A requested device that is not available, or has too little memory."""


class OutOfMemoryError(DeviceError):
    """Too little memory; the message says what to lower."""


class StoppedError(AttackerError):
    """A job that was stopped by its caller's ``should_stop``; a training can be resumed."""
