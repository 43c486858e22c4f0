"""What a running training tells its caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from attacker.errors import StoppedError

Stage = Literal["features", "head", "finetune", "check", "curve", "done"]


@dataclass(frozen=True)
class Progress:
    """One report of a running job.

    Parameters
    ----------
    stage
        ``features`` (photos through the frozen layers), ``head``, ``finetune``, ``check`` (of attention),
        ``curve`` (runs of a learning curve) or ``done``.
    epoch, epochs
        Epochs finished in this stage, and the most there can be; photos instead of epochs in ``features`` and
        ``check``.
    fraction
        Share of the whole job that is done, in [0, 1], never falling.
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
    """Take a report and do nothing with it."""


def part_of(on_progress: Callable[[Progress], None], number: int, parts: int) -> Callable[[Progress], None]:
    """Return a listener to part `number` of a job of so many equal parts."""

    def pass_on(progress: Progress) -> None:
        on_progress(replace(progress, fraction=(number + progress.fraction) / parts))

    return pass_on


def never() -> bool:
    """Never ask a job to stop."""
    return False


# Where each stage begins and ends in the whole job; features are most of it when nothing is cached.
_SPANS: dict[Stage, tuple[float, float]] = {
    "features": (0.0, 0.4),
    "head": (0.4, 0.5),
    "finetune": (0.5, 1.0),
    "check": (0.4, 1.0),
    "curve": (0.0, 1.0),
    "done": (1.0, 1.0),
}


class Monitor:
    """Passes reports on with a fraction that never falls, and stops the job when asked to."""

    def __init__(
        self, on_progress: Callable[[Progress], None] = ignore, should_stop: Callable[[], bool] = never
    ) -> None:
        self._on_progress = on_progress
        self._should_stop = should_stop
        self._fraction = 0.0

    def check(self) -> None:
        """Raise `StoppedError` if the caller wants the job to end."""
        if self._should_stop():
            raise StoppedError("stopped on request; call again with the same run folder to go on")

    def report(self, progress: Progress) -> None:
        """Pass on `progress`, whose fraction is that of its own stage."""
        start, end = _SPANS[progress.stage]
        self._fraction = max(self._fraction, start + (end - start) * progress.fraction)
        self._on_progress(replace(progress, fraction=self._fraction))

    def photos(self, done: int, total: int) -> None:
        """Report photos passed through the frozen layers."""
        self.check()
        self.report(Progress("features", done, total, done / total))
