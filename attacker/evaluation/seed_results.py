"""What several seeds of one recipe say of the same photos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from attacker.evaluation.ensembles import ensemble
from attacker.evaluation.prediction import Predictions, predict
from attacker.example import Example
from attacker.photos.decoding import hashes_of
from attacker.progress import Progress, ignore, never, part_of
from attacker.training.trained import TrainedAttacker
from stats.inference.accuracy import Side, Threshold, accuracy
from stats.inference.estimates import Accuracy
from stats.machine.calibration_error import expected_calibration_error
from stats.machine.class_offsets import class_offsets
from stats.table.network_answers import network_answers

Floats = NDArray[np.float64]

_ALPHA = 0.05  # of the two-sided intervals


@dataclass(frozen=True)
class SeedResults:
    """What the seeds of one recipe say of the same test photos.

    Parameters
    ----------
    seeds
        Of the members, [R].
    members
        Answers, one per seed.
    shifts
        Class offsets of each member, float64 [K], refitted on validation photos.
    """

    seeds: tuple[int, ...]
    members: tuple[Predictions, ...]
    shifts: tuple[Floats, ...]

    @property
    def accuracies(self) -> Floats:
        """Balanced accuracy of each seed, float64 [R]."""
        return np.array([one.balanced_accuracy() for one in self.members])

    @property
    def accuracy(self) -> float:
        """Mean over seeds of the balanced accuracy."""
        return float(self.accuracies.mean())

    @property
    def spread(self) -> float | None:
        """Standard deviation over seeds of the balanced accuracy; None for one seed."""
        return float(self.accuracies.std(ddof=1)) if len(self.members) > 1 else None

    @property
    def corrected_accuracy(self) -> float:
        """Mean over seeds of the balanced accuracy with the refitted class offsets."""
        pairs = zip(self.members, self.shifts, strict=True)
        return float(np.mean([one.shifted(shift).balanced_accuracy() for one, shift in pairs]))

    @property
    def together(self) -> Predictions:
        """What the seeds say together; see `attacker.ensemble`."""
        return ensemble(self.members)

    def of_class(self, label: int) -> float:
        """Mean over seeds of the share of one class's photos that is right."""
        return float(np.mean([one.correct[one.labels == label].mean() for one in self.members]))

    def summary(self) -> str:
        """Return lines for a report: each seed, each class, and what all of it comes to."""
        names = self.members[0].classes
        together = self.together
        error = expected_calibration_error(together.logits, together.labels)
        return "\n".join(
            [
                *(f"seed {n}: {one:.3f}" for n, one in zip(self.seeds, self.accuracies, strict=True)),
                *(f"{name}: {self.of_class(label):.3f}" for label, name in enumerate(names)),
                f"balanced accuracy {_estimate_and_interval(self.members)} {self._of_what()}",
                f"with class offsets refitted on validation photos: {self.corrected_accuracy:.3f}",
                f"all seeds together: {_estimate_and_interval([together])}",
                f"calibration error of all together: {error:.3f}",
            ]
        )

    def _of_what(self) -> str:
        of = "one seed; more would tell how much luck it had"
        if self.spread is not None:
            of = f"mean of {len(self.seeds)} seeds, SD {self.spread:.3f}"
        return f"on {len(self.members[0].examples)} photos ({of})"


def measured_accuracy(members: Sequence[Predictions]) -> Accuracy:
    """Return the balanced accuracy of networks on the same photos, tested against chance.

    Interval and p are those that the verdict gives for the same answers: for new seeds and new photos where
    there are several networks, conditional on the network where there is one.

    Parameters
    ----------
    members
        Answers of one network or several to the same photos.
    """
    first = members[0]
    groups = [example.group for example in first.examples]
    answers = network_answers([member.correct for member in members], first.labels, groups)
    chance = Threshold(1 / len(first.classes), Side.ABOVE, _ALPHA, conditional=True)
    return accuracy(answers, chance, first.classes)


def _estimate_and_interval(members: Sequence[Predictions]) -> str:
    tested = measured_accuracy(members)
    return f"{tested.estimate:.3f} [{tested.ci_low:.3f}, {tested.ci_high:.3f}]"


def require_unseen(runs: Sequence[TrainedAttacker], examples: Sequence[Example]) -> None:
    """Refuse photos that one of the runs learned from, by their groups and by their files.

    Raises
    ------
    LeakError
        With their number.
    PhotoError
        If a file cannot be read.
    """
    contents = hashes_of(examples)
    for run in runs:
        run.require_unseen(examples, contents)


def evaluate_seeds(
    runs: Sequence[TrainedAttacker],
    test: Sequence[Example],
    validation: Sequence[Example],
    *,
    cache_dir: Path | None = None,
    on_progress: Callable[[Progress], None] = ignore,
    should_stop: Callable[[], bool] = never,
) -> SeedResults:
    """Put the same test photos to every seed.

    Parameters
    ----------
    runs
        Seeds of one recipe.
    test
        Photos that no run learned from.
    validation
        Photos on which class offsets are refitted: an attacker that calls everything by one name is not
        defeated, it is miscalibrated.
    cache_dir, on_progress, should_stop
        As in `attacker.train`.

    Raises
    ------
    LeakError
        If a run learned from a test photo, or from one that offsets are refitted on.
    """
    require_unseen(runs, [*validation, *test])
    asked = [(run, examples) for examples in (validation, test) for run in runs]
    answers = [
        predict(
            run,
            examples,
            cache_dir=cache_dir,
            on_progress=part_of(on_progress, number, len(asked)),
            should_stop=should_stop,
        )
        for number, (run, examples) in enumerate(asked)
    ]
    known, told = answers[: len(runs)], answers[len(runs) :]
    shifts = tuple(class_offsets(one.logits, one.labels) for one in known)
    return SeedResults(tuple(run.config.seed for run in runs), tuple(told), shifts)
