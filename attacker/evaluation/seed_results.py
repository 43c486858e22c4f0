"""Answers of several seeds of one config to the same photos, and their accuracy."""

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
    """Answers of the seeds of one config to the same test photos.

    Parameters
    ----------
    seeds
        The seeds, R of them.
    members
        Answers, one per seed.
    shifts
        Class offsets of each member, float64 [K], fitted on validation photos.

    Examples
    --------
    >>> results = evaluate_seeds(load_seeds(Path("run")), test_photos, validation_photos)  # doctest: +SKIP
    >>> print(results.summary())  # doctest: +SKIP
    """

    seeds: tuple[int, ...]
    members: tuple[Predictions, ...]
    shifts: tuple[Floats, ...]

    @property
    def accuracies(self) -> Floats:
        """Balanced accuracy of each seed, float64 [R]."""
        return np.array([answers.balanced_accuracy() for answers in self.members])

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
        """Mean over seeds of the balanced accuracy with class offsets."""
        pairs = zip(self.members, self.shifts, strict=True)
        return float(np.mean([answers.shifted(shift).balanced_accuracy() for answers, shift in pairs]))

    @property
    def together(self) -> Predictions:
        """The joint answers of all seeds; see `attacker.ensemble`."""
        return ensemble(self.members)

    def of_class(self, label: int) -> float:
        """Return the mean over seeds of the share of one class's photos that is predicted correctly."""
        return float(np.mean([answers.correct[answers.labels == label].mean() for answers in self.members]))

    def summary(self) -> str:
        """Return lines for a report: the accuracy of each seed, of each class, and of all together."""
        together = self.together
        error = expected_calibration_error(together.logits, together.labels)
        return "\n".join(
            [
                *(f"seed {n}: {share:.3f}" for n, share in zip(self.seeds, self.accuracies, strict=True)),
                *(f"{name}: {self.of_class(label):.3f}" for label, name in enumerate(together.classes)),
                f"balanced accuracy {_estimate_and_interval(self.members)} {self._sample()}",
                f"with class offsets refitted on validation photos: {self.corrected_accuracy:.3f}",
                f"all seeds together: {_estimate_and_interval([together])}",
                f"calibration error of all together: {error:.3f}",
            ]
        )

    def _sample(self) -> str:
        networks = "one seed; more would show how much results vary between seeds"
        if self.spread is not None:
            networks = f"mean of {len(self.seeds)} seeds, SD {self.spread:.3f}"
        return f"on {len(self.members[0].examples)} photos ({networks})"


def measured_accuracy(members: Sequence[Predictions]) -> Accuracy:
    """Return the balanced accuracy of networks on the same photos, tested against chance.

    Interval and p are those of the verdict on the same answers: for new seeds and new photos where there are
    several networks, conditional on the network where there is one.

    Parameters
    ----------
    members
        Answers of one network or several to the same photos.

    Returns
    -------
    Estimate in [0, 1], 95 % interval, and one-sided p of the null hypothesis of chance.

    Examples
    --------
    >>> measured_accuracy(results.members).ci_low  # doctest: +SKIP
    0.87
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
    """Raise an error if one of the runs was trained on any of the photos, by their groups or their files.

    Raises
    ------
    LeakError
        If a group or a file was trained on; the message says how many were.
    PhotoError
        If a file cannot be read.

    Examples
    --------
    >>> require_unseen(load_seeds(Path("run")), test_photos)  # doctest: +SKIP
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
    """Test every seed on the same photos.

    Parameters
    ----------
    test
        Photos that no run was trained on.
    validation
        Photos on which class offsets are fitted: an attacker that calls everything by one name is not
        defeated, it is miscalibrated.
    cache_dir, on_progress, should_stop
        As in `attacker.train`.

    Raises
    ------
    LeakError
        If a run was trained on a test photo, or on one that offsets are fitted on.
    PhotoError
        If a photo cannot be read.
    StoppedError
        If `should_stop` returned True.

    Examples
    --------
    >>> runs = load_seeds(Path("run"))  # doctest: +SKIP
    >>> evaluate_seeds(runs, test_photos, validation_photos).accuracy  # doctest: +SKIP
    0.91
    """
    require_unseen(runs, [*validation, *test])
    tasks = [(run, examples) for examples in (validation, test) for run in runs]
    answers = [
        predict(
            run,
            examples,
            cache_dir=cache_dir,
            on_progress=part_of(on_progress, number, len(tasks)),
            should_stop=should_stop,
        )
        for number, (run, examples) in enumerate(tasks)
    ]
    on_validation, on_test = answers[: len(runs)], answers[len(runs) :]
    shifts = tuple(class_offsets(known.logits, known.labels) for known in on_validation)
    return SeedResults(tuple(run.config.seed for run in runs), tuple(on_test), shifts)
