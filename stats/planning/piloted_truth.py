"""The truth of simulated studies with a pilot: where people and machine are on photos that come through.

Photos differ, and so do the windows of a photo. The rule of the pilot lets the easier ones through, so the
accuracy of interest is that on photos that a pilot would let through, chosen windows and all. Locations on
the logit scale are solved so that it is exactly what a scenario says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import optimize, special

from stats.planning.pilot_rule import PilotRule
from stats.planning.simulated_studies import NODES, PEOPLE, SEEDS, WEIGHTS
from stats.table.arrays import FloatArray

RULE = PilotRule(floor=0.6, certainty=0.8, least_answers=6)
WINDOWS, ASKED = 2, 6  # windows of a photo at a level, answers to each
WINDOW_SD = 0.5  # windows of a photo differ, in logits
PEOPLE_GAIN, MACHINE_GAIN = 0.8, 0.4  # what the next window, which shows more, makes easier
SHARED = 0.5  # correlation of what is easy for people and for the machine
DRAWN = 20_000  # photos over which a truth is averaged
SWEEPS, NEAR = 50, 1e-4  # of the search for locations, in logits


@dataclass(frozen=True)
class Effects:
    """What makes photos easy, in logits.

    Attributes
    ----------
    photo, own : (J,) float
        Of the photo for people, and of the photo for the machine alone.
    window : (J, L, C) float
        Of each window at each cropped level, for people.
    """

    photo: FloatArray
    window: FloatArray
    own: FloatArray

    @classmethod
    def draw(cls, rng: np.random.Generator, photos: int, n_levels: int) -> Effects:
        """Draw the effects of new photos; their spread is stratified, so that an average is exact early."""
        order = rng.permutation(photos)
        photo = special.ndtri((order + rng.random(photos)) / photos) if photos == DRAWN else None
        return cls(
            PEOPLE.photo * (rng.normal(size=photos) if photo is None else photo),
            rng.normal(0, WINDOW_SD, (photos, n_levels, WINDOWS)),
            rng.normal(size=photos),
        )

    def for_people(self) -> FloatArray:
        """Return how easy each window is for people, (J, L, C)."""
        return self.photo[:, None, None] + self.window + PEOPLE_GAIN * np.arange(WINDOWS)

    def for_machine(self) -> FloatArray:
        """Return how easy each window is for the machine, (J, L, C)."""
        photo = SEEDS.photo * (SHARED * self.photo / PEOPLE.photo + np.sqrt(1 - SHARED**2) * self.own)
        spread = np.broadcast_to(photo[:, None, None], self.window.shape)
        ease: FloatArray = spread + MACHINE_GAIN * np.arange(WINDOWS)
        return ease


@dataclass(frozen=True)
class World:
    """Where people and machine are, by level, level 0 first, in logits; and how many photos come through."""

    people: FloatArray
    machine: FloatArray
    survival: float


def world(people: Sequence[float], machine: Sequence[float], rng: np.random.Generator) -> World:
    """Solve for the locations at which photos that come through the pilot have these accuracies.

    Parameters
    ----------
    people, machine : (L,) float
        Accuracies over new observers and over photos that a pilot lets through, level 0 first.
    rng
        Source of the photos that are averaged over.

    Examples
    --------
    >>> import numpy as np
    >>> there = world([0.97, 0.85], [0.95, 0.5], np.random.default_rng(0))
    >>> bool(0.5 < there.survival < 0.95), bool(there.people[0] > there.people[1])
    (True, True)
    """
    effects = Effects.draw(rng, DRAWN, len(people) - 1)
    ease = effects.for_people()
    places = _solved_places(ease, people[1:])
    taken = _taken(ease + places[:, None])
    through = taken.sum(2).prod(1)
    weights = _weights(taken)
    machine_ease, spread = effects.for_machine(), SEEDS.agent
    attacked = [
        _location(machine[level + 1], machine_ease[:, level], weights[:, level], spread)
        for level in range(len(places))
    ]
    whole = _location(people[0], effects.photo, through, PEOPLE.agent)
    whole_machine = _location(machine[0], machine_ease[:, 0, 0], through, spread)
    return World(np.array([whole, *places]), np.array([whole_machine, *attacked]), float(through.mean()))


def _marginal(ease: FloatArray, spread: float) -> FloatArray:
    """Return the mean accuracy over observers who differ by a spread, for any array of ease."""
    marginal: FloatArray = np.interp(ease, *_marginal_table(spread))
    return marginal


@cache
def _marginal_table(spread: float) -> tuple[FloatArray, FloatArray]:
    grid = np.linspace(-16, 16, 1601)
    return grid, special.expit(grid[:, None] + spread * NODES) @ WEIGHTS / WEIGHTS.sum()


def _passing(accuracy: FloatArray) -> FloatArray:
    """Return the chance that a window passes which this share of people recognises."""
    chances: FloatArray = np.interp(accuracy, *_passing_table())
    return chances


@cache
def _passing_table() -> tuple[FloatArray, FloatArray]:
    grid = np.linspace(0, 1, 401)
    return grid, np.array([RULE.chance_to_pass(share, ASKED) for share in grid])


def _taken(ease: FloatArray) -> FloatArray:
    """Return the chance that each window is taken, (J, L, C): it passes, and none before it does."""
    passing = _passing(_marginal(ease, PEOPLE.agent))
    failed = np.cumprod(1 - passing, axis=-1)
    none_before = np.concatenate([np.ones_like(failed[..., :1]), failed[..., :-1]], axis=-1)
    taken: FloatArray = passing * none_before
    return taken


def _weights(taken: FloatArray) -> FloatArray:
    """Return the chance that a window is taken and its photo comes through at all other levels, (J, L, C)."""
    through = taken.sum(2)
    others = np.stack(
        [np.delete(through, level, axis=1).prod(1) for level in range(through.shape[1])], axis=1
    )
    weights: FloatArray = taken * others[..., None]
    return weights


def _solved_places(ease: FloatArray, wanted: Sequence[float]) -> FloatArray:
    """Return the location of each cropped level; they depend on each other, as photos drop at any of them."""
    places = np.array([special.logit(share) for share in wanted])
    for _ in range(SWEEPS):
        before = places.copy()
        for level, share in enumerate(wanted):
            through = np.delete(_taken(ease + places[:, None]).sum(2), level, axis=1).prod(1)
            places[level] = _place_of_level(ease[:, level], through, share)
        if np.abs(places - before).max() < NEAR:
            break
    return places


def _place_of_level(ease: FloatArray, through: FloatArray, wanted: float) -> float:
    """Return the location of one level, whose photos come through all others with these chances."""

    def miss(place: float) -> float:
        weights = _taken(ease + place) * through[:, None]
        return float((weights * _marginal(ease + place, PEOPLE.agent)).sum() / weights.sum()) - wanted

    return float(optimize.brentq(miss, -4, 8, xtol=NEAR / 2))


def _location(wanted: float, ease: FloatArray, weights: FloatArray, spread: float) -> float:
    """Return the location at which the weighted mean accuracy is the wanted one."""

    def miss(place: float) -> float:
        return float((weights * _marginal(place + ease, spread)).sum() / weights.sum()) - wanted

    return float(optimize.brentq(miss, -12, 12, xtol=1e-5))
