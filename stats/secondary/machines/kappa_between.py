"""Error consistency of every machine with people and with every other machine, level by level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd

from stats.agreement.error_consistency import LEAST_SHARED, NO_SPREAD, ONE_PERSON, why_no_kappa
from stats.agreement.kappa_resamples import (
    NOWHERE,
    Replicates,
    mean_kappa,
    percentile_interval,
    replicates,
)
from stats.agreement.observer_pairs import Judged, Pairs
from stats.machine.comparison import PEOPLE, PairKappa
from stats.table.arrays import Answers, ObjectArray, encode
from stats.table.labels import numbered


@dataclass(frozen=True)
class Sampling:
    """How intervals are drawn.

    Attributes
    ----------
    resamples, seed : of the bootstrap over photos (by source where known) and observers
    alpha : of the intervals
    least_shared : photos that a pair must share to count
    """

    resamples: int
    seed: int = 0
    alpha: float = 0.05
    least_shared: int = LEAST_SHARED


@dataclass(frozen=True)
class _Observers:
    """People, or all networks of one machine."""

    name: str
    judged: Judged

    @property
    def number(self) -> int:
        return len(self.judged.seen)


def kappas_between(
    counted: pd.DataFrame, machines: Mapping[str, str], sampling: Sampling
) -> Iterator[PairKappa]:
    """Yield the error consistency of all kinds of observers with each other, by level.

    Several networks of a machine, and people, are also compared among themselves. A network that stands alone
    is not resampled: its interval is over new photos.

    Parameters
    ----------
    counted
        Rows of `Tidy.primary`.
    machines
        The machine of every agent that is one, in the order of the comparison.
    sampling
        How intervals are drawn.

    References
    ----------
    Geirhos, Meding & Wichmann (2020), Beyond accuracy: quantifying trial-by-trial behaviour of CNNs and
    humans by measuring error consistency, NeurIPS 33.
    """
    coded, (_, agents) = encode(counted), numbered(counted["agent_id"])
    of_agent = np.array([machines.get(str(agent), PEOPLE) for agent in agents], dtype=object)
    order = list(dict.fromkeys(machines.values()))
    rng = np.random.default_rng(sampling.seed)
    for level, human, machine in coded.pairs():
        observers = list(_observers(human, machine, of_agent, order))
        kinds = [
            (first, second)
            for first, second in combinations_with_replacement(observers, 2)
            if first is not second or first.number > 1
        ]
        every_pairs = [Pairs.of(a.judged, b.judged, sampling.least_shared) for a, b in kinds]
        drawn = replicates(every_pairs, sampling.resamples, rng, by_class=False)
        for (first, second), pairs, resampled in zip(kinds, every_pairs, drawn, strict=True):
            lone = PEOPLE in (first.name, second.name) and observers[0].number == 1
            yield _kappa(level, (first.name, second.name), pairs, resampled, sampling, lone=lone)


def _observers(
    human: Answers, machine: Answers, of_agent: ObjectArray, order: list[str]
) -> Iterator[_Observers]:
    photos = human.joined(machine)
    if human.n_agents:
        yield _Observers(PEOPLE, Judged.of(human, photos))
    of_answer = of_agent[machine.agent]
    for name in order:
        if (of_answer == name).any():
            yield _Observers(name, Judged.of(machine.where(of_answer == name), photos))


def _kappa(
    level: float,
    names: tuple[str, str],
    pairs: Pairs,
    drawn: Replicates,
    sampling: Sampling,
    *,
    lone: bool,
) -> PairKappa:
    """Return the mean kappa of the pairs with its interval, or why there is none."""
    tallies = pairs.tallies(np.ones(pairs.first.classes.size), by_class=False)
    reason = why_no_kappa(pairs, int(np.isnan(tallies.overall).sum()), sampling.least_shared)
    interval = NOWHERE if reason or lone else percentile_interval(drawn.overall, sampling.alpha)
    without = ONE_PERSON if lone else (NO_SPREAD if interval == NOWHERE else "")
    return PairKappa(
        level,
        *names,
        mean_kappa(tallies.overall, tallies.shared),
        *interval,
        shared=int(pairs.shared.min() if pairs.shared.size else pairs.left_out.max(initial=0)),
        reason=reason or without,
    )
