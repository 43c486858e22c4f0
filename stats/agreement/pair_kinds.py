"""Kinds of pairs of observers at a level: people, people with a network, and networks among themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from stats.agreement.observer_pairs import Judged, Pairs
from stats.table.arrays import Answers, ObjectArray

PEOPLE, MIXED, NETWORKS = "human-human", "human-machine", "machine-machine"
DIFFERENT = "different architectures"


def pair_name(pair: str, networks: str) -> str:
    """Return a kind of pairs with what is known of its networks.

    Examples
    --------
    >>> pair_name(PEOPLE, ""), pair_name(MIXED, "vit_small")
    ('human-human', 'human-machine (vit_small)')
    """
    return f"{pair} ({networks})" if networks else pair


@dataclass(frozen=True)
class Kind:
    """A kind of pairs at one level.

    Attributes
    ----------
    pair : "human-human", "human-machine" or "machine-machine"
    networks : architecture of the networks, "" where it is not told, or "different architectures"
    first, second : both sides; the same object within one kind of observer
    groups : (A,) of the observers, which must differ in a pair; None where any two make one
    """

    pair: str
    networks: str
    first: Judged
    second: Judged
    groups: ObjectArray | None = None

    @property
    def name(self) -> str:
        """The kind, with what is known of its networks."""
        return pair_name(self.pair, self.networks)

    @property
    def people(self) -> int:
        """Number of people among its observers."""
        return 0 if self.pair == NETWORKS else len(self.first.seen)

    @property
    def units(self) -> tuple[int, int]:
        """Number of sources of photos, and of people."""
        return np.unique(self.first.clusters).size, self.people

    def pairs(self, least: int) -> Pairs:
        """Return the pairs that share at least `least` photos."""
        return Pairs.of(self.first, self.second, least, self.groups)


def kinds(human: Answers, machine: Answers, architectures: ObjectArray) -> Iterator[Kind]:
    """Yield the kinds of pairs that there are at a level.

    Observers who occur in several kinds are one object in all of them, so that they are resampled together.

    Parameters
    ----------
    human, machine
        Answers at the level.
    architectures
        Of every agent by its number; "" where it is not told.
    """
    photos = human.joined(machine)
    people = Judged.of(human, photos)
    of_answer = architectures[machine.agent]
    if human.n_agents > 1:
        yield Kind(PEOPLE, "", people, people)
    names = sorted(set(of_answer.tolist()))
    for name in names:
        networks = Judged.of(machine.where(of_answer == name), photos)
        if human.n_agents:
            yield Kind(MIXED, name, people, networks)
        if len(networks.seen) > 1:
            yield Kind(NETWORKS, name, networks, networks)
    if len(names) > 1:
        every = Judged.of(machine, photos)
        yield Kind(NETWORKS, DIFFERENT, every, every, architectures[np.unique(machine.agent)])
