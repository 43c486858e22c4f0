"""Progress of a running job, and how its caller stops it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from attacker.errors import StoppedError

Stage = Literal["features", "head", "finetune", "check", "curve", "done"]


@dataclass(frozen=True)
class Progress:
    """The progress of a running job at one moment.

    Parameters
    ----------
    stage
        ``features`` (of photos, by the frozen layers), ``head``, ``finetune``, ``check`` (of attention),
        ``curve`` (runs of a learning curve) or ``done``.
    epoch, epochs
        Epochs finished in this stage, and their largest number; photos instead of epochs in ``features`` and
        ``check``, runs in ``curve``.
    fraction
        Share of the whole job that is done, in [0, 1]; it never falls.
    loss, train_accuracy, validation_accuracy, validation_loss
        Of the epoch just finished; accuracies are balanced over classes. None before the first epoch.
    """

    stage: Stage
    epoch: int
    epochs: int
    fraction: float
    loss: float | None = None
    train_accuracy: float | None = None
    validation_accuracy: float | None = None
    validation_loss: float | None = None


def ignore(_: Progress) -> None:
    """Do nothing with the progress of a job.

    Examples
    --------
    >>> ignore(Progress("done", epoch=1, epochs=1, fraction=1.0))
    """


def part_of(on_progress: Callable[[Progress], None], number: int, parts: int) -> Callable[[Progress], None]:
    """Return a listener to one of several equal parts of a job.

    Parameters
    ----------
    on_progress
        Listener to the whole job.
    number, parts
        Number of the part, from 0, and how many there are.

    Examples
    --------
    >>> shares = []
    >>> listen = part_of(lambda progress: shares.append(progress.fraction), number=1, parts=2)
    >>> listen(Progress("head", epoch=1, epochs=2, fraction=0.5))
    >>> shares
    [0.75]
    """

    def listen(progress: Progress) -> None:
        on_progress(replace(progress, fraction=(number + progress.fraction) / parts))

    return listen


def never() -> bool:
    """Return False: the job is not stopped.

    Examples
    --------
    >>> never()
    False
    """
    return False


# Start and end of each stage as shares of the whole job; features are most of it where nothing is cached.
_SPANS: dict[Stage, tuple[float, float]] = {
    "features": (0.0, 0.4),
    "head": (0.4, 0.5),
    "finetune": (0.5, 1.0),
    "check": (0.4, 1.0),
    "curve": (0.0, 1.0),
    "done": (1.0, 1.0),
}


class Monitor:
    """Passes progress on, with a fraction that never falls, and stops the job where its caller asks for it.

    Parameters
    ----------
    on_progress
        Gets the progress of the whole job.
    should_stop
        Returns whether the job is to be stopped.
    """

    def __init__(
        self, on_progress: Callable[[Progress], None] = ignore, should_stop: Callable[[], bool] = never
    ) -> None:
        self._on_progress = on_progress
        self._should_stop = should_stop
        self._fraction = 0.0

    def check(self) -> None:
        """Raise an error if the job is to be stopped.

        Raises
        ------
        StoppedError
            If `should_stop` returns True.
        """
        if self._should_stop():
            raise StoppedError("stopped on request; call again with the same run folder to continue")

    def report(self, progress: Progress) -> None:
        """Pass progress on; its fraction is that of its own stage."""
        start, end = _SPANS[progress.stage]
        self._fraction = max(self._fraction, start + (end - start) * progress.fraction)
        self._on_progress(replace(progress, fraction=self._fraction))

    def photos(self, done: int, total: int) -> None:
        """Report how many photos have passed through the frozen layers; stop it if asked to."""
        self.check()
        self.report(Progress("features", done, total, done / total))
