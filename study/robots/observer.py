"""Psychometric observers with known parameters, which an analysis of their answers must recover."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from study.counterbalancing import seed_of
from study.robots.in_sight import InSight


@dataclass(frozen=True)
class Curve:
    """How often an average person is right, and how long they take, by what a photo shows.

    p = 1/K + (1 - 1/K - lapse) F(subject) G(side), where F and G are log-logistic functions of the share of
    the subject that is in sight and of the picture's shorter side in source pixels: half at the threshold,
    none where nothing is in sight. Person and photo shift the logit of F. Response times are ex-Gaussian: a
    normal part and an exponential tail, which grows as the probability falls.

    Attributes
    ----------
    threshold, slope : of F; the share of the subject at half way, and the logits that e times as much adds
    side_threshold, side_slope : of G, in pixels
    lapse : share of errors where everything is in sight
    person_sd, photo_sd : spread of persons and photos, in logits

    References
    ----------
    Wichmann & Hill (2001), The psychometric function I, Perception & Psychophysics 63, 1293-1313 (guess rate,
    lapse rate and a sigmoid between them); Torralba (2009), How many pixels make an image?, Visual
    Neuroscience 26, 123-131 (naming falls where pictures have fewer than some 32 pixels a side).
    """

    threshold: float = 0.15
    slope: float = 3.0
    side_threshold: float = 40.0
    side_slope: float = 6.0
    lapse: float = 0.02
    person_sd: float = 0.4
    photo_sd: float = 0.6
    rt_mean_ms: float = 520.0
    rt_sd_ms: float = 70.0
    rt_tail_ms: float = 180.0
    rt_difficulty_ms: float = 350.0

    def probability(self, seen: InSight, choices: int, shift: float = 0.0) -> float:
        """Return the probability of a right answer."""
        chance = 1.0 / choices
        subject = _log_logistic(seen.subject, self.threshold, self.slope, shift)
        size = _log_logistic(seen.side, self.side_threshold, self.side_slope)
        return chance + (1.0 - chance - self.lapse) * subject * size

    def photo_shift(self, photo: str, seed: int) -> float:
        """Return how much easier this photo is than others, in logits; the same for all robots, everywhere.

        A photo is named by what is in its file: its key is another one in every database.
        """
        return _random(seed, f"photo {photo}").gauss(0.0, self.photo_sd)


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

    def respond(self, photo: str, seen: InSight, right: int, choices: int) -> tuple[int, float]:
        """Return the place of the button pressed, and the response time in milliseconds."""
        shift = self.shift + self.curve.photo_shift(photo, self.seed)
        probability = self.curve.probability(seen, choices, shift)
        knows = self.chance.random() < probability
        wrong = [place for place in range(choices) if place != right]
        return (right if knows else self.chance.choice(wrong)), self._rt(probability)

    def _rt(self, probability: float) -> float:
        curve = self.curve
        tail = self.chance.expovariate(
            1.0 / (curve.rt_tail_ms + curve.rt_difficulty_ms * (1.0 - probability))
        )
        return max(150.0, self.chance.gauss(curve.rt_mean_ms, curve.rt_sd_ms) + tail)


def _log_logistic(amount: float, threshold: float, slope: float, shift: float = 0.0) -> float:
    """Return expit(slope ln(amount / threshold) + shift): 0 where there is nothing."""
    return 1.0 / (1.0 + math.exp(-shift) * (threshold / amount) ** slope) if amount > 0 else 0.0


def _random(seed: int, purpose: str) -> random.Random:
    return random.Random(seed_of(str(seed), purpose))  # noqa: S311  (a simulation, not a secret)
