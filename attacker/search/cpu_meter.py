"""CPU-seconds of a search: those in its record, and those of the trial that is running."""

from __future__ import annotations

import time

from attacker.search.search_record import RecordFile


class CpuMeter:
    """Counts all threads of this process, and what earlier calls of the same search have recorded.

    Parameters
    ----------
    file
        The search's record. What is spent between two trials is counted with the second.
    """

    def __init__(self, file: RecordFile) -> None:
        self._file = file
        self._before, self._mark = file.record.unfinished, time.process_time()

    @property
    def of_this_trial(self) -> float:
        """CPU-seconds since the last trial ended."""
        return self._before + time.process_time() - self._mark

    @property
    def spent(self) -> float:
        """CPU-seconds of the whole search."""
        return sum(trial.cpu_seconds for trial in self._file.record.trials) + self.of_this_trial

    def note(self) -> None:
        """Write down what the unfinished trial has taken, for the case that this process is killed."""
        self._file.write(unfinished=self.of_this_trial)

    def restart(self) -> float:
        """Return the CPU-seconds of the trial that ends now, and count the next one's from 0."""
        seconds = self.of_this_trial
        self._before, self._mark = 0.0, time.process_time()
        return seconds
