"""Shares of simulated studies with their exact intervals, and the ranges that the method page promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from stats.inference import binomial


@dataclass(frozen=True)
class Rate:
    """How often something happened in simulated studies.

    Attributes
    ----------
    name
        What was counted.
    rate
        Share of the runs, in [0, 1].
    low, high
        Exact 95 % interval of the share, from the number of runs.
    goal_low, goal_high
        Range that the method page promises.
    """

    name: str
    rate: float
    low: float
    high: float
    goal_low: float
    goal_high: float

    @property
    def met(self) -> bool:
        """Whether the share lies in the promised range."""
        return self.goal_low <= self.rate <= self.goal_high


class Calibration(msgspec.Struct, frozen=True):
    """Rates with what they were counted from.

    Attributes
    ----------
    runs : simulated studies behind each rate
    seed : of the generators
    rates : in the order in which they were counted
    """

    runs: int
    seed: int
    rates: tuple[Rate, ...]


def rate(name: str, happened: Sequence[bool], goal: tuple[float, float]) -> Rate:
    """Return the share of runs in which something happened, with its exact interval.

    Parameters
    ----------
    name
        What was counted.
    happened
        One truth value per run.
    goal
        Lowest and highest share that the method page promises.

    Examples
    --------
    >>> rejected = rate("rejection", [True] + 19 * [False], goal=(0.03, 0.07))
    >>> rejected.rate, rejected.met
    (0.05, True)
    """
    share = float(np.mean(happened))
    return Rate(name, share, *binomial.interval(share, len(happened), 0.05), *goal)
