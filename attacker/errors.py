"""Everything that can go wrong, each error saying what to do about it."""

from __future__ import annotations


class AttackerError(Exception):
    """Base of every error that the attacker raises on purpose."""


class ConfigError(AttackerError, ValueError):
    """A setting that cannot be used."""


class DataError(AttackerError):
    """Examples that no attacker can be trained or tested on."""


class PhotoError(DataError):
    """A photo that cannot be read; the message names the file."""


class LeakError(DataError):
    """The same source photo, or a near duplicate of it, stands on both sides of a split."""


class WeightsError(AttackerError):
    """Pretrained weights that are missing, damaged or of another network."""


class ArchitectureError(AttackerError):
    """A network that is unknown, or that cannot do what is asked of it."""


class NoMapError(ArchitectureError):
    """A network without a spatial feature map; it can attack, but nobody can see where it looks."""


class SideError(ArchitectureError):
    """A network that refuses photos of the size asked for."""


class CheckpointError(AttackerError):
    """A run folder that is damaged, unfinished, or belongs to another run."""


class DivergedError(AttackerError):
    """A training whose numbers are no longer finite."""


class DeviceError(AttackerError):
    """The device asked for is not there, or has not enough memory."""


class OutOfMemoryError(DeviceError):
    """What was asked needs more memory than there is; the message says what to lower."""


class StoppedError(AttackerError):
    """The caller's ``should_stop`` said so; the run folder can be resumed."""
