"""Psychometric observers with known parameters, which an analysis of their answers must recover."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from study.counterbalancing import seed_of


@dataclass(frozen=True)
class Curve:
    """How often an average person is right, and how long they take, by the share that is out of sight.

    The share is of the photo's area, or at levels by subject of the subject.

    p(x) = 1/K + (1 - 1/K - lapse) * expit(-(x - mu) / s); person and photo shift the logit.
    Response times are ex-Gaussian: a normal part and an exponential tail, which grows with difficulty.
    """

    mu: float = 0.93
    s: float = 0.05
    lapse: float = 0.02
    person_sd: float = 0.4
    photo_sd: float = 0.6
    rt_mean_ms: float = 520.0
    rt_sd_ms: float = 70.0
    rt_tail_ms: float = 180.0
    rt_difficulty_ms: float = 350.0

    def probability(self, cut_away: float, choices: int, shift: float = 0.0) -> float:
        """Return the probability of a right answer."""
        chance = 1.0 / choices
        return chance + (1.0 - chance - self.lapse) * _expit(-(cut_away - self.mu) / self.s + shift)

    def photo_shift(self, item: int, seed: int) -> float:
        """Return how much easier this photo is than others, in logits; the same for all robots."""
        return _random(seed, f"photo {item}").gauss(0.0, self.photo_sd)


@dataclass(frozen=True)
class Person:
    """One robot, with an ability and a random generator of its own."""

    number: int
    seed: int

    def observer(self, curve: Curve) -> Observer:
        """Return this robot as an observer whose ability and answers the seed fixes."""
        chance = _random(self.seed, f"person {self.number}")
        return Observer(curve, self.seed, chance.gauss(0.0, curve.person_sd), chance)


@dataclass(frozen=True)
class Observer:
    """A robot that answers trials one after the other."""

    curve: Curve
    seed: int
    shift: float
    chance: random.Random

    def respond(self, item: int, cut_away: float, right: int, choices: int) -> tuple[int, float]:
        """Return the place of the button pressed, and the response time in milliseconds."""
        shift = self.shift + self.curve.photo_shift(item, self.seed)
        probability = self.curve.probability(cut_away, choices, shift)
        knows = self.chance.random() < probability
        wrong = [place for place in range(choices) if place != right]
        return (right if knows else self.chance.choice(wrong)), self._rt(probability)

    def _rt(self, probability: float) -> float:
        curve = self.curve
        tail = self.chance.expovariate(
            1.0 / (curve.rt_tail_ms + curve.rt_difficulty_ms * (1.0 - probability))
        )
        return max(150.0, self.chance.gauss(curve.rt_mean_ms, curve.rt_sd_ms) + tail)


def _expit(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value)) if value > -700 else 0.0


def _random(seed: int, purpose: str) -> random.Random:
    return random.Random(seed_of(str(seed), purpose))  # noqa: S311  (a simulation, not a secret)
