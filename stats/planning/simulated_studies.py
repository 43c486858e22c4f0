"""Simulated observers with known accuracy, for calibration, power analysis and tests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.polynomial.hermite_e import hermegauss
from scipy import optimize, special

from stats.table.arrays import Answers, FloatArray, IntArray

NODES, WEIGHTS = hermegauss(61)
EVERY_LEVEL, NOT_SHOWN = -1, -2


@dataclass(frozen=True)
class Spread:
    """How much observers and photos differ.

    Attributes
    ----------
    agent, photo
        Standard deviations of the random effects of people (or seeds) and photos on the logit scale.
    pair
        Standard deviation of what a person makes of one photo beyond both, the same whenever they are asked.

    Examples
    --------
    >>> Spread(agent=0.6, photo=0.8).total
    1.0
    """

    agent: float = 0.6
    photo: float = 1.0
    pair: float = 0.0

    @property
    def total(self) -> float:
        """Return the standard deviation of all effects together."""
        return math.hypot(self.agent, self.photo, self.pair)


PEOPLE, SEEDS = Spread(0.6, 1.0), Spread(0.3, 1.0)  # what the calibration and the power simulation assume


@cache
def location(accuracy: float, spread: Spread) -> float:
    """Return the logit whose average over agents and photos is `accuracy`.

    Parameters
    ----------
    accuracy
        Marginal accuracy in (0, 1), over new people and new photos.
    spread
        Of agents and photos.

    Examples
    --------
    The average over photos that differ is closer to .5 than the accuracy on the average photo.

    >>> round(location(0.9, Spread(0.6, 1.0)), 2), round(location(0.9, Spread(0.0, 0.0)), 2)
    (2.68, 2.2)
    """

    def marginal(centre: float) -> float:
        return float(WEIGHTS @ special.expit(centre + spread.total * NODES) / WEIGHTS.sum())

    return float(optimize.brentq(lambda centre: marginal(centre) - accuracy, -40, 40))


def latin_square(n_agents: int, n_items: int, n_levels: int) -> IntArray:
    """Return the level at which each agent sees each photo, (n_agents, n_items): each photo once per agent.

    Examples
    --------
    >>> latin_square(3, 4, 3).tolist()
    [[0, 1, 2, 0], [1, 2, 0, 1], [2, 0, 1, 2]]
    """
    return (np.arange(n_agents)[:, None] + np.arange(n_items)[None, :]) % n_levels


def unequal_shares(levels: IntArray, rng: np.random.Generator, smallest: float = 0.1) -> IntArray:
    """Return the levels of people who see unequal numbers of their photos, each from a share up to all.

    Parameters
    ----------
    levels : (n_agents, n_photos) int
        Level at which each person would see each photo.
    smallest
        The least share of their photos that a person may see; shares are uniform from there to 1.

    Examples
    --------
    >>> import numpy as np
    >>> seen = unequal_shares(latin_square(4, 100, 2), np.random.default_rng(0))
    >>> (seen != NOT_SHOWN).sum(1).tolist()
    [59, 32, 15, 12]
    """
    shares = rng.uniform(smallest, 1, (levels.shape[0], 1))
    return np.where(rng.random(levels.shape) < shares, levels, NOT_SHOWN)


def draw(
    truth: Sequence[float],
    spread: Spread,
    levels: IntArray,
    rng: np.random.Generator,
    n_categories: int = 3,
    most_times: int = 1,
) -> tuple[Answers, ...]:
    """Draw answers per level for new agents and new photos, as arrays.

    Parameters
    ----------
    truth
        Marginal accuracy of each level.
    spread
        Random effects.
    levels : (n_agents, n_photos) int
        Level at which an agent judges a photo; `EVERY_LEVEL` or `NOT_SHOWN`.
    n_categories
        Photos take the classes in turn.
    most_times
        An agent is asked about a photo once, or a random number of times up to this one.

    Examples
    --------
    >>> import numpy as np
    >>> light, heavy = draw([0.9, 0.5], PEOPLE, latin_square(20, 60, 2), np.random.default_rng(0))
    >>> light.n_agents, light.n_trials, bool(light.correct.mean() > heavy.correct.mean())
    (20, 600, True)
    """
    ability = rng.normal(0, spread.agent, (levels.shape[0], 1))
    ease = ability + rng.normal(0, spread.photo, (1, levels.shape[1]))
    if spread.pair:
        ease += rng.normal(0, spread.pair, levels.shape)
    drawn = []
    for level, marginal in enumerate(truth):
        agent, item = np.nonzero((levels == level) | (levels == EVERY_LEVEL))
        times = rng.integers(1, most_times, agent.size, endpoint=True)
        agent, item = agent.repeat(times), item.repeat(times)
        chance = special.expit(location(marginal, spread) + ease[agent, item])
        correct = (rng.random(agent.size) < chance).astype(float)
        category = (item // len(truth)) % n_categories
        drawn.append(Answers(agent, item, item, category, correct, np.ones(agent.size)))
    return tuple(drawn)


def simulate(
    accuracies: Sequence[float],
    rng: np.random.Generator,
    *,
    agent_type: str = "human",
    n_agents: int = 18,
    n_items: int = 100,
    categories: Sequence[str] = ("dribble", "dunk", "shoot"),
    spread: Spread | None = None,
    crossed: bool = False,
) -> pd.DataFrame:
    """Simulate a tidy table of trials.

    Parameters
    ----------
    accuracies
        Marginal accuracy of each level, light to heavy; levels are numbered from 0.
    n_agents, n_items
        People (or seeds) and photos; photos take the categories in turn.
    spread
        Random effects; the default is `Spread()`.
    crossed
        Every agent sees every photo at every level (machines do) rather than at one level (people do).

    Examples
    --------
    >>> import numpy as np
    >>> trials = simulate([0.95, 0.6], np.random.default_rng(0), n_agents=4, n_items=10)
    >>> len(trials), trials["crop_level"].value_counts().to_dict()
    (40, {0: 20, 1: 20})
    """
    spread = spread or Spread()
    agents = rng.normal(0, spread.agent, (n_agents, 1))
    photos = rng.normal(0, spread.photo, (1, n_items))
    tables = []
    square = latin_square(n_agents, n_items, len(accuracies))
    for level, accuracy in enumerate(accuracies):
        chance: FloatArray = special.expit(location(accuracy, spread) + agents + photos)
        correct = rng.random(chance.shape) < chance
        who, what = np.nonzero(np.ones_like(correct) if crossed else square == level)
        tables.append(pd.DataFrame({"a": who, "i": what, "crop_level": level, "correct": correct[who, what]}))
    trials = pd.concat(tables, ignore_index=True)
    names = np.asarray(categories, dtype=object)
    return pd.DataFrame(
        {
            "agent_type": agent_type,
            "agent_id": agent_type[0] + trials["a"].astype(str),
            "item_id": "photo" + trials["i"].astype(str),
            "category": names[(trials["i"].to_numpy() // len(accuracies)) % len(names)],
            "crop_level": trials["crop_level"],
            "correct": trials["correct"].astype(int),
        }
    )
