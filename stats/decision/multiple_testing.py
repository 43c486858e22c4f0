"""Multiple testing over levels and classes: fixed sequences, two gates and Holm, as functions of p-values."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Name = TypeVar("Name", bound=Hashable)


def fixed_sequence(p: Sequence[float], alpha: float) -> int:
    """Count the hypotheses rejected, in the order given, before the first failure.

    References
    ----------
    Maurer, Hothorn & Lehmacher (1995), Multiple comparisons in drug clinical trials and preclinical assays:
    a-priori ordered hypotheses, in Biometrie in der chemisch-pharmazeutischen Industrie 6.

    Examples
    --------
    >>> fixed_sequence([0.01, 0.02, 0.5, 0.001], alpha=0.025)
    2
    """
    for rejected, value in enumerate(p):
        if value > alpha:
            return rejected
    return len(p)


def two_gates(p_human: Mapping[Name, float], p_machine: Mapping[Name, float], alpha: float) -> list[Name]:
    """Return the levels that pass both gates.

    People are tested light to heavy and the machine heavy to light, each as a fixed sequence at alpha/2. A
    false sweet level needs a false rejection in one of the gates, so the family-wise error is at most alpha
    whatever the order of the true accuracies. Where one level alone can be tested nothing is to be shared:
    each of its two tests has the whole alpha, as the intersection-union test allows.

    Parameters
    ----------
    p_human, p_machine
        p-values by level, inserted light to heavy; a level missing in one of them is never sweet and stops
        nobody.
    alpha
        Family-wise error.

    References
    ----------
    Berger (1982), Multiparameter hypothesis testing and acceptance sampling, Technometrics 24 (both nulls of
    a level must be rejected).

    Examples
    --------
    People pass levels 0 to 2, the machine levels 3 and 2.

    >>> people = {0: 0.001, 1: 0.001, 2: 0.02, 3: 0.30}
    >>> machine = {0: 1.0, 1: 0.60, 2: 0.001, 3: 0.001}
    >>> two_gates(people, machine, alpha=0.05)
    [2]
    >>> two_gates({1: 0.04}, {1: 0.03}, alpha=0.05)
    [1]
    """
    levels = [level for level in p_human if level in p_machine]
    share = alpha if len(levels) == 1 else alpha / 2
    heavy_to_light = levels[::-1]
    people = levels[: fixed_sequence([p_human[level] for level in levels], share)]
    machine = heavy_to_light[: fixed_sequence([p_machine[level] for level in heavy_to_light], share)]
    return [level for level in people if level in machine]


def chains(p: Mapping[str, Sequence[float]], alpha: float) -> dict[str, int]:
    """Count the rejections of several fixed sequences that share one alpha, Holm between them.

    Every chain starts with an equal share; a chain rejected to its end hands its share to the others. With
    chains of length one this is Holm's procedure.

    References
    ----------
    Bretz, Maurer, Brannath & Posch (2009), A graphical approach to sequentially rejective multiple test
    procedures, Stat. Med. 28.

    Examples
    --------
    The dunks are rejected to their end at .05/2, so the shots are tested at .05.

    >>> chains({"dunk": [0.001, 0.02], "shoot": [0.04]}, alpha=0.05)
    {'dunk': 2, 'shoot': 1}
    """
    rejected = dict.fromkeys(p, 0)
    open_chains = {name for name, values in p.items() if len(values) > 0}
    while open_chains:
        share = alpha / len(open_chains)
        for name in open_chains:
            rejected[name] = fixed_sequence(p[name], share)
        done = {name for name in open_chains if rejected[name] == len(p[name])}
        if not done:
            break
        open_chains -= done
    return rejected


def holm(p: Sequence[float]) -> NDArray[np.float64]:
    """Return Holm-adjusted p-values, in the order given.

    References
    ----------
    Holm (1979), A simple sequentially rejective multiple test procedure, Scand. J. Stat. 6.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    values = np.asarray(p, dtype=float)
    order = np.argsort(values)
    factors = np.arange(values.size, 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.maximum.accumulate(values[order] * factors), 1.0)
    return adjusted
