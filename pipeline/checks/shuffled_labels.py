"""Does the attacker learn from labels only? Trained on shuffled labels, it must fall to chance."""

from __future__ import annotations

from pipeline.checks.probe import accuracy_of, accuracy_text, chance, photos_of, probe
from pipeline.checks.result import Finding
from pipeline.checks.result_types import AccuracyNumbers, ShuffleResult
from pipeline.queue.claims import Claim
from stats.apa import share
from stats.inference.estimates import Accuracy
from study.models import Item, Level

SEEDS = 12  # heads on shuffled labels differ widely: one may be right on a fifth of the photos, one on half
STANDARD_ERRORS = 3.0  # above chance to be a concern; each level is checked, and false alarms must be rare


def check_shuffle(level: Level, claim: Claim) -> Finding:
    """Train a probe on shuffled labels, and see whether it does better than guessing.

    Photos that stand on both sides of the split are not detected here: a twin would carry a shuffled label
    too. Those are refused before any training (`attacker.photos.splits`).
    """
    roles = photos_of(level)
    answers = probe(level.study, roles, claim, SEEDS, shuffle_labels=True)
    return Finding(shuffle_result(accuracy_of(answers, level.study), chance(roles[Item.Split.TEST])))


def shuffle_result(accuracy: Accuracy, guess: float) -> ShuffleResult:
    """Return what an accuracy with shuffled labels says: a concern if it is surely above guessing."""
    leaks = _is_surely_above(accuracy, guess)
    verdict = (
        "something other than the labels gives the classes away" if leaks else "it learns from labels only"
    )
    return ShuffleResult(
        summary=f"With shuffled labels the probe reaches {accuracy_text(accuracy)}, "
        f"chance is {share(guess)}: {verdict}.",
        concern=leaks,
        accuracy=AccuracyNumbers.of(accuracy),
        chance=guess,
    )


def _is_surely_above(accuracy: Accuracy, guess: float) -> bool:
    """Compare with chance; seeds that all answer alike have no standard error, but an interval."""
    if accuracy.se is None:
        return accuracy.ci_low > guess
    return accuracy.estimate - guess > STANDARD_ERRORS * accuracy.se
