"""Does the attacker learn from labels only? With shuffled labels it must fall to chance."""

from __future__ import annotations

from pipeline.checks.probe import accuracy_of, as_values, chance, in_percent, photos_of, probe
from pipeline.checks.result import Finding
from pipeline.queue.claims import Claim
from stats.inference.estimates import Accuracy
from study.models import Item, Level

SEEDS = 12  # a head on shuffled labels is right on a fifth of the photos, or on half: few tell little
SURELY = 3.0  # standard errors above chance: each level is checked, and none should cry wolf


def check_shuffle(level: Level, claim: Claim) -> Finding:
    """Train on each other's labels: more than chance would mean that something else tells the classes.

    It is no test of photos that stand on both sides: a twin would carry a shuffled label too. Those are
    refused before any training (`attacker.photos.splits`).
    """
    roles = photos_of(level)
    found = accuracy_of(probe(level.study, roles, claim, SEEDS, shuffle_labels=True), level.study)
    guess = chance(roles[Item.Split.TEST])
    told = _surely_above(found, guess)
    return Finding(
        {"accuracy": as_values(found), "chance": guess},
        f"With shuffled labels the probe reaches {in_percent(found)}, chance is {guess:.1%}: "
        + ("something besides their labels tells it the classes." if told else "it learns from labels only."),
        concern=told,
    )


def _surely_above(found: Accuracy, guess: float) -> bool:
    """Seeds that all answer alike have no standard error, but an interval: right every time is no chance."""
    if found.se is None:
        return found.ci_low is not None and found.ci_low > guess
    return found.estimate - guess > SURELY * found.se
