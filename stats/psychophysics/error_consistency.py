"""Error consistency: how far observers err on the same photos beyond what their accuracies explain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from stats.decision.primary_analysis import own_level_only
from stats.psychophysics.kappa_resamples import Resampling, mean_kappa
from stats.psychophysics.observer_pairs import Judged, Pairs
from stats.table.arrays import Answers, Coded, ObjectArray, encode
from stats.table.labels import numbered
from stats.table.schema import ARCHITECTURE
from stats.table.tidy import tidy

LEAST_SHARED = 20  # photos; the practice of Geirhos et al. (2020) and those who followed
RESAMPLES, FEWEST_RESAMPLES = 1000, 100
MOST_KAPPAS = 20_000_000  # pairs times resamples at one level: some seconds
PEOPLE, MIXED, NETWORKS = "human-human", "human-machine", "machine-machine"
DIFFERENT = "different architectures"
UNDEFINED = "kappa is undefined: no errors, or only errors, on shared photos"
NONE_SHARED = "they have no photo in common: do the names of the photos agree?"


@dataclass(frozen=True)
class Agreement:
    """Cohen's kappa between kinds of observers at one level: the mean over pairs, by what they share.

    Attributes
    ----------
    crop_level : the level
    pair : "human-human", "human-machine" or "machine-machine"
    networks : architecture of the networks, "" where it is not told, or "different architectures"
    kappa : mean over the pairs for which it is defined; None where it is for none (never 1 by convention)
    ci_low, ci_high : bootstrap interval over photos and observers; None where there is none
    bound_low, bound_high : mean of the bounds that the accuracies leave to kappa
    within_class, within_low, within_high : kappa beyond what the accuracies of each class explain, and its
        interval
    reliability : split-half reliability of the differences between pairs; None for fewer than three pairs
    observed, expected : mean share of equal correctness, and what independence would give
    n_pairs, n_undefined : pairs that share enough photos, and those whose kappa is undefined
    n_left_out : pairs that share too few photos
    shared_least, shared_median : photos that the counted pairs share; None without a pair
    reason : why there is no kappa or no interval, or ""
    """

    crop_level: float
    pair: str
    networks: str
    kappa: float | None
    ci_low: float | None
    ci_high: float | None
    bound_low: float | None
    bound_high: float | None
    within_class: float | None
    within_low: float | None
    within_high: float | None
    reliability: float | None
    observed: float | None
    expected: float | None
    n_pairs: int
    n_undefined: int
    n_left_out: int
    shared_least: int | None
    shared_median: float | None
    reason: str = ""

    @property
    def name(self) -> str:
        """The pair, with what is known of the networks."""
        return f"{self.pair} ({self.networks})" if self.networks else self.pair

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Consistency:
    """Error consistency of a whole table.

    Attributes
    ----------
    agreements : by level, light to heavy, and pair of observers
    repeated : answers in which an observer judges a photo of a level again; they are averaged
    least_shared : photos that a pair must share to count
    resamples : of the intervals
    """

    agreements: tuple[Agreement, ...]
    repeated: int
    least_shared: int
    resamples: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


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
    that share fewer than `least_shared` are left out and counted.

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
    resamples = _affordable(coded) if resamples is None else resamples
    resampling = Resampling(alpha, resamples, np.random.default_rng(seed))
    agreements = [
        _agreement(level, kind, least_shared, resampling)
        for level, human, machine in coded.pairs()
        for kind in _kinds(human, machine, architectures)
    ]
    return Consistency(tuple(agreements), repeated, least_shared, resamples)


def _read(trials: pd.DataFrame, mode: str | None) -> tuple[Coded, ObjectArray, int]:
    """Return answers, the architecture of every agent, and the number of repeated answers."""
    counted = own_level_only(tidy(trials, mode).primary)
    coded = encode(counted)
    return coded, _architectures(counted), coded.repeated()


def _affordable(coded: Coded) -> int:
    agents = sum(max(level.n_agents for level in side) for side in (coded.human, coded.machine))
    return min(max(MOST_KAPPAS // max(agents * (agents - 1) // 2, 1), FEWEST_RESAMPLES), RESAMPLES)


@dataclass(frozen=True)
class _Kind:
    """A kind of pairs at one level: its name, its networks, both sides, and groups that must differ."""

    pair: str
    networks: str
    first: Judged
    second: Judged
    groups: ObjectArray | None = None

    @property
    def lone_person(self) -> bool:
        """Whether a single person stands for all."""
        return self.pair != NETWORKS and len(self.first.seen) == 1


def _architectures(counted: pd.DataFrame) -> ObjectArray:
    """Return the architecture of every agent by its number; "" where it is not told."""
    if ARCHITECTURE.name not in counted:
        return np.full(counted["agent_id"].cat.categories.size, "", dtype=object)
    agents, names = numbered(counted["agent_id"])
    architecture = np.full(len(names), "", dtype=object)
    networks = ~counted["human"].to_numpy(dtype=bool)
    of_row = counted[ARCHITECTURE.name].fillna("").astype(str).to_numpy(dtype=object)
    architecture[agents[networks]] = of_row[networks]
    return architecture


def _kinds(human: Answers, machine: Answers, architectures: ObjectArray) -> Iterator[_Kind]:
    """Yield the kinds of pairs that there are at a level."""
    photos = human.joined(machine)
    people = Judged.of(human, photos)
    of_answer = architectures[machine.agent]
    if human.n_agents > 1:
        yield _Kind(PEOPLE, "", people, people)
    names = sorted(set(of_answer.tolist()))
    for name in names:
        networks = Judged.of(machine.where(of_answer == name), photos)
        if human.n_agents:
            yield _Kind(MIXED, name, people, networks)
        if len(networks.seen) > 1:
            yield _Kind(NETWORKS, name, networks, networks)
    if len(names) > 1:
        every = Judged.of(machine, photos)
        yield _Kind(NETWORKS, DIFFERENT, every, every, architectures[np.unique(machine.agent)])


def _agreement(level: float, kind: _Kind, least: int, resampling: Resampling) -> Agreement:
    pairs = Pairs.of(kind.first, kind.second, least, kind.groups)
    means, undefined = _means(pairs)
    reason = _no_kappa(pairs, undefined, least)
    overall, within, no_interval = (
        ((None, None), (None, None), "") if reason else resampling.intervals(pairs, kind.lone_person)
    )
    return Agreement(
        crop_level=level,
        pair=kind.pair,
        networks=kind.networks,
        kappa=means["overall"],
        ci_low=overall[0],
        ci_high=overall[1],
        bound_low=means["low"],
        bound_high=means["high"],
        within_class=means["within"],
        within_low=within[0],
        within_high=within[1],
        reliability=None if reason else resampling.reliability(pairs),
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
    of_pairs = {
        "overall": values.overall,
        "within": values.within,
        "low": low,
        "high": high,
        "observed": values.observed,
        "expected": values.expected,
    }
    means = {name: mean_kappa(each, values.shared) for name, each in of_pairs.items()}
    return means, int(np.isnan(values.overall).sum())


def _no_kappa(pairs: Pairs, undefined: int, least: int) -> str:
    """Return why there is no kappa, or ""."""
    if pairs.shared.size:
        return UNDEFINED if undefined == pairs.shared.size else ""
    most = int(pairs.left_out.max(initial=0))
    return f"no pair shares {least} photos, at most {most}" if most else NONE_SHARED
