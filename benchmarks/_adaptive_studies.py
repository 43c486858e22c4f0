"""Simulated studies with adaptive levels: people, their answers and what is found, by known truths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

from stats.decision.criteria import Criteria
from stats.decision.gates import sweet_levels
from stats.individual_thresholds.person_posterior import Curves, Posterior
from stats.planning.simulated_studies import EVERY_LEVEL, PEOPLE, SEEDS, draw, location
from stats.table.arrays import Answers, Coded
from study.adaptive.block_levels import DrawnLevel, draw_levels, even_levels

CLASSES = ("dribble", "dunk", "shoot")
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Plan:
    """How people are asked.

    Attributes
    ----------
    amounts
        What each level keeps, light to heavy.
    trials
        Test trials of a person.
    step
        Photos whose levels are chosen together.
    even_share
        Probability with which a photo draws its level evenly; 1 is the fixed design, by a Latin square.
    accuracy
        What a person shall have at the level that is sought.
    """

    amounts: tuple[float, ...]
    trials: int
    step: int = 5
    even_share: float = 0.2
    accuracy: float = 0.75

    @property
    def curves(self) -> Curves:
        """The grid of curves that a person may have."""
        return Curves.over(self.amounts, 1 / len(CLASSES), self.accuracy)

    def levels(
        self, posterior: Posterior, asked: int, photos: int, rng: np.random.Generator
    ) -> list[DrawnLevel]:
        """Return the levels of a person's next photos."""
        if self.even_share == 1:
            levels = len(self.amounts)
            return even_levels(rng.permutation((asked + np.arange(photos)) % levels).tolist(), levels)
        return draw_levels(posterior, photos, self.even_share, rng)


@dataclass(frozen=True)
class Asked:
    """A person after all trials: the levels and their chances, the answers, and the posterior."""

    levels: NDArray[np.int64]
    chances: FloatArray
    right: FloatArray
    posterior: Posterior


def ask(plan: Plan, probability: FloatArray, rng: np.random.Generator) -> Asked:
    """Ask a person.

    Parameters
    ----------
    plan
        How.
    probability : (trials, L) float
        Probability of a right answer to each photo at each level.
    rng
        Source of chance.
    """
    posterior, drawn, right = Posterior.prior(plan.curves), [], []
    for asked in range(0, plan.trials, plan.step):
        photos = min(plan.step, plan.trials - asked)
        for place, level in enumerate(plan.levels(posterior, asked, photos, rng), start=asked):
            drawn.append(level)
            right.append(bool(rng.random() < probability[place, level.place]))
        for level, correct in zip(drawn[asked:], right[asked:], strict=True):
            posterior = posterior.after(level.place, correct)
    levels, chances = np.array([d.place for d in drawn]), np.array([d.probability for d in drawn])
    return Asked(levels, chances, np.array(right, dtype=float), posterior)


@cache
def _logits(truth: tuple[float, ...]) -> FloatArray:
    return np.array([location(accuracy, PEOPLE) for accuracy in truth])


def people(
    plan: Plan, truth: Sequence[float], n_people: int, n_photos: int, rng: np.random.Generator
) -> tuple[Answers, ...]:
    """Return people's answers by level, weighted by their chances as the verdict weighs them."""
    ease = rng.normal(0, PEOPLE.photo, n_photos)
    agents, items, asked = [], [], []
    for number in range(n_people):
        photos = rng.choice(n_photos, plan.trials, replace=False)
        shift = rng.normal(0, PEOPLE.agent) + ease[photos]
        asked.append(ask(plan, special.expit(_logits(tuple(truth)) + shift[:, None]), rng))
        agents.append(np.full(plan.trials, number))
        items.append(photos)
    level = np.concatenate([each.levels for each in asked])
    right, chance = (np.concatenate([getattr(each, name) for each in asked]) for name in ("right", "chances"))
    return tuple(
        _weighted(np.concatenate(agents)[rows], np.concatenate(items)[rows], right[rows], chance[rows])
        for rows in (level == place for place in range(len(truth)))
    )


def _weighted(
    agent: NDArray[np.int64], item: NDArray[np.int64], right: FloatArray, chance: FloatArray
) -> Answers:
    weight = (1 / chance) / (1 / chance).mean() if chance.size else chance
    return Answers(
        agent, item, item, item % len(CLASSES), right * weight, weight, weighted=bool((weight != 1).any())
    )


def declares_sweet(
    plan: Plan,
    truth: Sequence[float],
    machine: Sequence[float],
    n_people: int,
    n_photos: int,
    rng: np.random.Generator,
) -> list[float]:
    """Return the levels that a simulated study declares sweet."""
    humans = people(plan, truth, n_people, n_photos, rng)
    seeds = draw(machine, SEEDS, np.full((5, n_photos), EVERY_LEVEL), rng)
    coded = Coded(np.arange(float(len(truth))), CLASSES, humans, seeds)
    return [float(level) for level in sweet_levels(coded, Criteria())]
