"""What a pilot's table says about the study to plan: accuracies, and how much observers and photos differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, special

from stats.decision.primary_analysis import own_level_only
from stats.errors import TableError
from stats.inference.clustered import macro_mean
from stats.planning.simulated_studies import NODES, WEIGHTS, Spread, location
from stats.table.arrays import Answers, FloatArray, encode
from stats.table.labels import Codes, renumbered
from stats.table.tidy import tidy

LARGEST_SD = 5.0  # logits
FEWEST = 2  # observers and photos, of which a spread can be told


@dataclass(frozen=True)
class PilotGuess:
    """A guess from a pilot, as uncertain as a pilot is small.

    Attributes
    ----------
    human, machine : macro-averaged accuracy per level, light to heavy, kept inside (0, 1)
    people_spread, network_spread : random effects on the logit scale; None where too few took part
    people, networks, photos : behind it
    n_categories : classes
    """

    human: tuple[float, ...]
    machine: tuple[float, ...]
    people_spread: Spread | None
    network_spread: Spread | None
    people: int
    networks: int
    photos: int
    n_categories: int


def guess_from(trials: pd.DataFrame, mode: str | None = None) -> PilotGuess:
    """Guess what a study needs to be planned from the trials of a pilot.

    Parameters
    ----------
    trials
        Tidy table; people and machine, or one of them.
    mode
        Which human rows to use when the table holds several modes.

    Raises
    ------
    TableError
        When the table cannot be used.

    Examples
    --------
    >>> from stats.planning.simulated_studies import simulate
    >>> trials = simulate([0.9, 0.7], np.random.default_rng(0), n_agents=30, n_items=120)
    >>> guess = guess_from(trials)
    >>> [round(accuracy, 1) for accuracy in guess.human], guess.machine, guess.network_spread
    ([0.9, 0.7], (), None)
    """
    coded = encode(own_level_only(tidy(trials, mode).primary))
    sides = [[level for level in side if level.agent.size] for side in (coded.human, coded.machine)]
    if not any(sides):
        raise TableError("a pilot needs trials of people or of a machine")
    human, machine = (tuple(map(inner_accuracy, side)) for side in sides)
    numbers = [_units([level.agent for level in side]) for side in sides]
    return PilotGuess(
        human=human,
        machine=machine,
        people_spread=spread_of(sides[0]),
        network_spread=spread_of(sides[1]),
        people=numbers[0],
        networks=numbers[1],
        photos=_units([level.item for side in sides for level in side]),
        n_categories=len(coded.categories),
    )


def inner_accuracy(level: Answers) -> float:
    """Return the macro-averaged accuracy, half an answer short of 0 and 1: a pilot does not show a certainty.

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> inner_accuracy(network_answers([1] * 10, [0] * 10, range(10)))
    0.95
    """
    room = 0.5 / level.n_trials
    return float(np.clip(macro_mean(level).estimate, room, 1 - room))


def spread_of(levels: Sequence[Answers]) -> Spread | None:
    """Return how much observers and photos differ, by the covariance of answers that share one of them.

    Both standard deviations are those at which answers of one observer to different photos, and of different
    observers to one photo, covary as they do in the table (method of moments; the variance of the level's own
    mean is added to the covariances, which are taken around it).

    Parameters
    ----------
    levels
        Answers of one kind of observer, per level.

    Returns
    -------
    None where there are fewer than two observers or photos, or no level has right and wrong answers.

    Examples
    --------
    >>> from stats.planning.simulated_studies import PEOPLE, draw, latin_square
    >>> levels = draw([0.9, 0.7], PEOPLE, latin_square(200, 200, 2), np.random.default_rng(0))
    >>> spread = spread_of(levels)
    >>> round(spread.agent, 1), round(spread.photo, 1)
    (0.6, 1.0)
    """
    moments = [_Moments.of(level) for level in levels if 0 < level.correct.mean() < 1]
    weights = np.array([(each.same_agent_pairs, each.same_photo_pairs) for each in moments], dtype=float)
    if not moments or (weights.sum(axis=0) == 0).any() or _units([level.agent for level in levels]) < FEWEST:
        return None
    shares = weights / weights.sum(axis=0)
    observed = (shares * [(each.same_agent, each.same_photo) for each in moments]).sum(axis=0)

    def misfit(sds: FloatArray) -> FloatArray:
        expected = [_covariances(each.mean, Spread(*sds.tolist())) for each in moments]
        return np.asarray(((shares * expected).sum(axis=0) - observed) * 100)

    fitted = optimize.least_squares(misfit, [0.6, 1.0], bounds=(0, LARGEST_SD))
    return Spread(*(float(sd) for sd in fitted.x))


@dataclass(frozen=True)
class _Moments:
    """Mean of a level, and the mean product of residuals in pairs that share an observer or a photo."""

    mean: float
    same_agent: float
    same_agent_pairs: int
    same_photo: float
    same_photo_pairs: int

    @classmethod
    def of(cls, level: Answers) -> _Moments:
        cells, place = renumbered(level.agent.astype(np.int64) * (int(level.item.max()) + 1) + level.item)
        answers = np.bincount(place, level.correct) / np.bincount(place)  # an observer's repeats are averaged
        agent, item = np.divmod(cells, int(level.item.max()) + 1)
        residuals = answers - answers.mean()
        own_variance = macro_mean(level).variance or 0.0
        by_agent, agent_pairs = _products(agent, residuals)
        by_photo, photo_pairs = _products(item, residuals)
        return cls(
            float(answers.mean()), by_agent + own_variance, agent_pairs, by_photo + own_variance, photo_pairs
        )


def _products(group: Codes, residuals: FloatArray) -> tuple[float, int]:
    """Return the mean product of two residuals of one group, and the number of such pairs, both orders."""
    sizes = np.bincount(group)
    pairs = int((sizes * (sizes - 1)).sum())
    total = float((np.bincount(group, residuals) ** 2).sum() - (residuals**2).sum())
    return (total / pairs if pairs else 0.0), pairs


def _covariances(mean: float, spread: Spread) -> tuple[float, float]:
    """Return how answers of one observer, and answers to one photo, covary in the model."""
    weights = WEIGHTS / WEIGHTS.sum()
    chance = special.expit(
        location(mean, spread) + spread.agent * NODES[:, None] + spread.photo * NODES[None, :]
    )
    of_agent, of_photo = chance @ weights, weights @ chance
    return float(weights @ of_agent**2) - mean**2, float(weights @ of_photo**2) - mean**2


def _units(codes: Sequence[Codes]) -> int:
    return np.unique(np.concatenate(codes)).size if codes else 0
