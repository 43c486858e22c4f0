"""CPU-seconds of a search: those in its record, and those of the trial that is running."""

from __future__ import annotations

from collections.abc import Callable

from attacker.search.record_on_disk import RecordFile


class CpuMeter:
    """Counts what this process uses, and what earlier calls of the same search have recorded.

    Parameters
    ----------
    file
        The search's record. What is spent between two trials counts with the second.
    clock
        CPU-seconds of this process, of all its threads.
    """

    def __init__(self, file: RecordFile, clock: Callable[[], float]) -> None:
        self._file, self._clock = file, clock
        self.trial, self._before, self._mark = "", 0.0, clock()

    @property
    def of_this_trial(self) -> float:
        """CPU-seconds of the trial, in calls that were stopped or killed too."""
        return self._before + self._clock() - self._mark

    @property
    def spent(self) -> float:
        """CPU-seconds of the whole search."""
        noted = self._file.record.unfinished.get(self.trial, 0.0)
        return self._file.record.cpu_seconds - noted + self.of_this_trial

    def begin(self, trial: str) -> None:
        """Count what follows with a trial, by its name."""
        self.trial, self._before = trial, self._file.record.unfinished.get(trial, 0.0)

    def note(self) -> None:
        """Write down what the unfinished trial has taken, for the case that this process is killed."""
        self._before, self._mark = self.of_this_trial, self._clock()
        self._file.write(unfinished={**self._file.record.unfinished, self.trial: self._before})

    def end(self) -> float:
        """Return the CPU-seconds of the trial that has ended."""
        seconds = self.of_this_trial
        self._before, self._mark = 0.0, self._clock()
        return seconds
