"""What the loop knows about a level, and whether the machine failed there and could still improve."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.loop.prospects import Prospect, gain_of_last_round


class Pilot(StrEnum):
    """How far the pilot is."""

    NONE = "none"  # the design has none
    TO_OPEN = "to open"
    OPEN = "open"
    CLOSED = "closed"  # and its crops are not taken yet
    CHOSEN = "chosen"

    @property
    def is_ahead(self) -> bool:
        """Whether crops are still to be chosen, so that no attacker is worth training yet."""
        return self not in (Pilot.NONE, Pilot.CHOSEN)


@dataclass(frozen=True)
class LevelFacts:
    """What the database knows about one level."""

    number: int
    rendered: bool = False
    awaits_review: bool = False
    tested: bool = False  # by the attackers of earlier levels
    designed: bool = False  # a designer was trained through this level
    rounds: tuple[tuple[float, ...], ...] = ()  # per retraining round, validation accuracy per seed
    alone: float = 0.0  # validation accuracy of the attack that enters the verdict, mean over its seeds
    best: float = 0.0  # of the strongest by any means: class offsets refitted, all its seeds together
    lacks_networks: int | None = None  # first round without some seeds or architectures of the study
    lacks_ensembles: int | None = None  # first round whose architectures are not averaged
    prospect: Prospect | None = None
    lacks_checks: tuple[str, ...] = ()  # kinds of the checks that are missing, or outdated
    lacks_baselines: tuple[str, ...] = ()  # of them, those that every level gets, failed or not


@dataclass(frozen=True)
class Rules:
    """The parts of the study's design that the loop obeys."""

    ceiling: float
    epsilon: float
    max_rounds: int
    minimum_levels: int
    designers_apart: bool = False  # networks of their own decide where to cut, not the attackers


def fails_alone(level: LevelFacts, rules: Rules) -> bool:
    """Return whether the attack that enters the verdict stays below the ceiling, on validation photos."""
    return level.alone < rules.ceiling


def has_fallen(level: LevelFacts, rules: Rules) -> bool:
    """Return whether attacks by any means do; a merely biased one is not defeated."""
    return max(level.alone, level.best) < rules.ceiling


def is_exhausted(level: LevelFacts, rules: Rules) -> bool:
    """Return whether learning curve and last retraining both show that the machine cannot improve.

    The curve must bound the gain of twice the photos below epsilon, and the last retraining must not have
    gained significantly. A retraining that failed is no proof by itself: it may have gone wrong. Nor is the
    curve of a quicker recipe that falls short of the attack by epsilon.
    """
    gain = gain_of_last_round(level.rounds)
    flat = level.prospect is not None and level.prospect.high < rules.epsilon
    return flat and not (gain and gain.is_significant) and speaks_for_the_attack(level, rules)


def speaks_for_the_attack(level: LevelFacts, rules: Rules) -> bool:
    """Return whether there is a learning curve, of a recipe as strong as the attack that counts."""
    return level.prospect is not None and level.prospect.speaks_for(level.alone, rules.epsilon)
