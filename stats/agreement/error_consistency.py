"""Error consistency: how far observers err on the same photos beyond what their accuracies explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from stats.agreement.agreement_results import Agreement, Consistency
from stats.agreement.copying import reading
from stats.agreement.kappa_differences import KappaDifference, corrected, level_differences
from stats.agreement.kappa_resamples import (
    NOWHERE,
    Interval,
    Replicates,
    mean_kappa,
    percentile_interval,
    replicates,
)
from stats.agreement.observer_pairs import Pairs
from stats.agreement.pair_kinds import Kind, kinds
from stats.agreement.split_halves import reliability
from stats.decision.primary_analysis import own_level_only
from stats.decision.warnings import no_common_level
from stats.table.arrays import Coded, FloatArray, ObjectArray, encode
from stats.table.columns.machine_columns import ARCHITECTURE
from stats.table.labels import numbered
from stats.table.tidy import tidy

LEAST_SHARED = 20  # photos; the practice of Geirhos et al. (2020) and those who followed
RESAMPLES, FEWEST_RESAMPLES = 1000, 100
MOST_KAPPAS = 20_000_000  # pairs times resamples at one level: some seconds
UNDEFINED = "kappa is undefined: no errors, or only errors, on shared photos"
NONE_SHARED = "they have no photo in common: do the names of the photos agree?"
ONE_PERSON = "one person says nothing about others"
NO_SPREAD = "the answers do not vary: all resamples agree"


def error_consistency(
    trials: pd.DataFrame,
    *,
    least_shared: int = LEAST_SHARED,
    alpha: float = 0.05,
    resamples: int | None = None,
    seed: int = 0,
    mode: str | None = None,
) -> Consistency:
    """Measure error consistency per level within and between people and machines.

    Repeated answers of an observer to a photo are averaged. Pairs weigh by the photos that they share; pairs
    that share fewer than `least_shared` are left out and counted. Kinds of pairs at a level are resampled
    together, so that their differences keep the photos and the people that they share.

    Parameters
    ----------
    trials
        Tidy table of trials; `architecture` tells seeds of one network from other networks.
    least_shared
        Photos that a pair must share.
    alpha
        Of the intervals.
    resamples, seed
        Of the two-way bootstrap over photos (by source where known) and observers; by default 1000, fewer (at
        least 100) for very many pairs, whose mean varies little between resamples.
    mode
        Which human rows to analyse when the table holds several modes.

    Raises
    ------
    TableError
        When the table cannot be used.

    References
    ----------
    Geirhos, Meding & Wichmann (2020), Beyond accuracy: quantifying trial-by-trial behaviour of CNNs and
    humans by measuring error consistency, NeurIPS 33.
    Klein, Meyen, Brendel, Wichmann & Meding (2025), arXiv 2507.06645 (intervals and tests of kappa).

    Examples
    --------
    Two networks that err on the same two of eight photos, and a third that errs on two others.

    >>> import pandas as pd
    >>> answers = {"net1": "00111111", "net2": "00111111", "net3": "11111100"}
    >>> rows = [(net, f"photo{n}", int(bit)) for net, bits in answers.items() for n, bit in enumerate(bits)]
    >>> trials = pd.DataFrame(rows, columns=["agent_id", "item_id", "correct"])
    >>> trials = trials.assign(agent_type="model", category="dunk", crop_level=0)
    >>> (agreement,) = error_consistency(trials, least_shared=8, resamples=20).agreements
    >>> agreement.pair, agreement.n_pairs, round(agreement.kappa, 3)
    ('machine-machine', 3, 0.111)
    """
    coded, architectures, repeated = _read(trials, mode)
    resamples = affordable_resamples(coded) if resamples is None else resamples
    sampling = _Sampling(least_shared, alpha, resamples, np.random.default_rng(seed))
    agreements: list[Agreement] = []
    differences: list[KappaDifference] = []
    for level, human, machine in coded.pairs():
        at_level, between = _level(level, tuple(kinds(human, machine, architectures)), sampling)
        agreements += at_level
        differences += between
    warnings = tuple(no_common_level(coded))
    return Consistency(tuple(agreements), corrected(differences), repeated, least_shared, resamples, warnings)


def _read(trials: pd.DataFrame, mode: str | None) -> tuple[Coded, ObjectArray, int]:
    """Return answers, the architecture of every agent, and the number of repeated answers."""
    counted = own_level_only(tidy(trials, mode).primary)
    coded = encode(counted)
    return coded, _architectures(counted), coded.repeated()


def affordable_resamples(coded: Coded) -> int:
    """Return how many resamples of all pairs of observers take some seconds at a level.

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> network = network_answers([1, 0], [0, 0], range(2))
    >>> affordable_resamples(Coded(np.zeros(1), ("dunk",), (network,), (network,)))
    1000
    """
    agents = sum(max(level.n_agents for level in side) for side in (coded.human, coded.machine))
    return min(max(MOST_KAPPAS // max(agents * (agents - 1) // 2, 1), FEWEST_RESAMPLES), RESAMPLES)


def _architectures(counted: pd.DataFrame) -> ObjectArray:
    """Return the architecture of every agent by its number; "" where it is not told."""
    if ARCHITECTURE.name not in counted:
        return np.full(counted["agent_id"].cat.categories.size, "", dtype=object)
    agents, names = numbered(counted["agent_id"])
    architecture = np.full(len(names), "", dtype=object)
    networks = ~counted["human"].to_numpy(dtype=bool)
    of_row = counted[ARCHITECTURE.name].astype(object).fillna("").astype(str).to_numpy(dtype=object)
    architecture[agents[networks]] = of_row[networks]
    return architecture


@dataclass(frozen=True)
class _Sampling:
    """What a pair must share, and how resamples are drawn."""

    least_shared: int
    alpha: float
    resamples: int
    rng: np.random.Generator

    def interval(self, means: FloatArray) -> Interval:
        """Return the interval of resampled means."""
        return percentile_interval(means, self.alpha)


def _level(
    level: float, at_level: Sequence[Kind], sampling: _Sampling
) -> tuple[list[Agreement], list[KappaDifference]]:
    """Return the agreement of every kind of pairs at a level, and the differences between them."""
    every_pairs = [kind.pairs(sampling.least_shared) for kind in at_level]
    drawn = replicates(every_pairs, sampling.resamples, sampling.rng)
    agreements = [
        _agreement(level, *kind_with_pairs, sampling)
        for kind_with_pairs in zip(at_level, every_pairs, drawn, strict=True)
    ]
    kappas = [agreement.kappa for agreement in agreements]
    return agreements, list(level_differences(level, at_level, kappas, drawn, sampling.alpha))


def _agreement(level: float, kind: Kind, pairs: Pairs, drawn: Replicates, sampling: _Sampling) -> Agreement:
    means, undefined = _means(pairs)
    reason = why_no_kappa(pairs, undefined, sampling.least_shared)
    lone = ONE_PERSON if kind.people == 1 else ""
    overall, within, copied = (
        NOWHERE if reason or lone else sampling.interval(each)
        for each in (drawn.overall, drawn.within, drawn.copied)
    )
    no_interval = lone or (NO_SPREAD if overall == NOWHERE else "")
    return Agreement(
        crop_level=level,
        pair=kind.pair,
        networks=kind.networks,
        kappa=means["overall"],
        ci_low=overall[0],
        ci_high=overall[1],
        copying=reading(means["overall"], means["by_worse"], means["by_better"], copied),
        bound_low=means["low"],
        bound_high=means["high"],
        within_class=means["within"],
        within_low=within[0],
        within_high=within[1],
        reliability=None if reason else reliability(pairs, sampling.rng),
        observed=means["observed"],
        expected=means["expected"],
        n_pairs=pairs.shared.size,
        n_undefined=undefined,
        n_left_out=pairs.left_out.size,
        shared_least=int(pairs.shared.min()) if pairs.shared.size else None,
        shared_median=float(np.median(pairs.shared)) if pairs.shared.size else None,
        reason=reason or no_interval,
    )


def _means(pairs: Pairs) -> tuple[dict[str, float | None], int]:
    """Return the means over the pairs by name, and the number of pairs whose kappa is undefined."""
    values = pairs.tallies(np.ones(pairs.first.classes.size))
    low, high = values.bounds
    by_worse, by_better = values.copied
    of_pairs = {
        "overall": values.overall,
        "within": values.within,
        "by_worse": by_worse,
        "by_better": by_better,
        "low": low,
        "high": high,
        "observed": values.observed,
        "expected": values.expected,
    }
    means = {name: mean_kappa(each, values.shared) for name, each in of_pairs.items()}
    return means, int(np.isnan(values.overall).sum())


def why_no_kappa(pairs: Pairs, undefined: int, least: int) -> str:
    """Return why pairs have no kappa, or "".

    Parameters
    ----------
    pairs
        Those that share enough photos, and those that do not.
    undefined
        How many of the former have an undefined kappa.
    least
        Photos that a pair must share.

    Examples
    --------
    >>> from stats.agreement.simulated_observers import Group, simulated
    >>> (two,) = simulated([Group(2, 0.7, 0.8)], photos=12, rng=np.random.default_rng(0))
    >>> why_no_kappa(Pairs.of(two, two, 20), 0, 20)
    'no pair shares 20 photos, at most 12'
    """
    if pairs.shared.size:
        return UNDEFINED if undefined == pairs.shared.size else ""
    most = int(pairs.left_out.max(initial=0))
    return f"no pair shares {least} photos, at most {most}" if most else NONE_SHARED
