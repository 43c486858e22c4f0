"""The machine's accuracy as a function of people's, as plain values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from stats.designs.interval_widths import Share


@dataclass(frozen=True)
class Stretch:
    """Stimuli that are about as hard for people; a stimulus is a photo at a level, and each weighs the same.

    Attributes
    ----------
    people, machine : accuracy on them
    gap : people minus machine on those stimuli
    n_stimuli, n_photos : in it; medians over the splits
    """

    people: Share
    machine: Share
    gap: Share
    n_stimuli: float
    n_photos: float


@dataclass(frozen=True)
class LevelPlace:
    """A level on the axis of people's accuracy.

    Attributes
    ----------
    crop_level : as in the table
    place : people and machine on the stimuli of the level that both judged
    loss : people's accuracy at the lightest level minus theirs here, each on its own stimuli
    """

    crop_level: float
    place: Stretch
    loss: float


@dataclass(frozen=True)
class DifficultyStudy:
    """Machine against people along people's own difficulty.

    Attributes
    ----------
    levels : from the level that is easiest for people to the hardest
    stretches : of single stimuli, from the hardest for people to the easiest; sorted by one half of the
        people and estimated from the other, both ways; medians over random halves
    splits, alpha, seed : how it was computed
    n_people, n_networks, n_stimuli : that count
    left_out : stimuli that only people or only the machine judged
    least_answers : people's answers to the stimulus that has fewest
    """

    levels: tuple[LevelPlace, ...]
    stretches: tuple[Stretch, ...]
    splits: int
    alpha: float
    seed: int
    n_people: int
    n_networks: int
    n_stimuli: int
    left_out: int
    least_answers: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)
