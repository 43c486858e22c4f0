"""Does the attacker learn from labels only? With shuffled labels it must fall to chance."""

from __future__ import annotations

from pipeline.checking.finding import Finding
from pipeline.checking.probe import accuracy_of, as_values, chance, in_percent, photos_of, probe
from pipeline.jobs import Claim
from study.models import Item, Level


def check_shuffle(level: Level, claim: Claim) -> Finding:
    """Train on each other's labels; more than chance would mean that photos leak into the test."""
    roles = photos_of(level)
    found = accuracy_of(probe(level.study, roles, claim, shuffle_labels=True), level.study)
    guess = chance(roles[Item.Split.TEST])
    leaks = found.ci_low > guess
    return Finding(
        {"accuracy": as_values(found), "chance": guess},
        f"With shuffled labels the probe reaches {in_percent(found)}, chance is {guess:.1%}: "
        + ("test photos leak into training." if leaks else "no leak shows."),
        concern=leaks,
    )
