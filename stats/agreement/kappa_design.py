"""A study that compares two kappas: what is assumed of its observers, and what they then share in a photo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stats.agreement.simulated_observers import Group, latent_correlation, thresholded_kappa
from stats.errors import CriteriaError


@dataclass(frozen=True)
class KappaDesign:
    """A study that compares two kappas, and what is assumed of its observers.

    Attributes
    ----------
    human : accuracy of people, in (0, 1)
    machines : accuracy of one machine, which is compared with people, or of two, compared with each other
    kappas : of one machine: among people, and people with the machine; of two: people with each machine
    people : how many, at least 2
    networks : of each machine; a single one is taken as it is
    between_people : kappa among people; with one machine it is the first of `kappas`
    between_networks : kappa among the networks of a machine; without effect for a single one
    """

    human: float
    machines: tuple[float, ...]
    kappas: tuple[float, float]
    people: int
    networks: int = 1
    between_people: float | None = None
    between_networks: float = 0.5

    @property
    def among_people(self) -> float:
        """Kappa among people."""
        return self.kappas[0] if self.between_people is None else self.between_people

    @property
    def with_machines(self) -> tuple[float, ...]:
        """Kappa of people with each machine."""
        return self.kappas[-len(self.machines) :]

    @property
    def difference(self) -> float:
        """What is planted: people with the machine less people, or people with the first less the other."""
        first, second = self.kappas
        return second - first if len(self.machines) == 1 else first - second


def observer_groups(design: KappaDesign) -> list[Group]:
    """Return people, and the networks of each machine, with what they share in a photo.

    People share only what all observers share, as much as gives their kappa among themselves; a machine
    shares as much of it as gives its kappa with people, and its networks share more with each other.

    Raises
    ------
    CriteriaError
        When no observers are such; the message says what to change.

    Examples
    --------
    >>> groups = observer_groups(KappaDesign(0.8, (0.7,), (0.5, 0.2), people=6))
    >>> [(group.observers, round(group.common, 2)) for group in groups]
    [(6, 0.86), (1, 0.41)]
    """
    _refuse(design)
    between = latent_correlation(design.among_people, design.human, design.human)
    if between <= 0:
        raise CriteriaError("kappa among people must be above 0: give the kappa by which people agree")
    common = float(np.sqrt(between))
    machines = [
        _machine(design, common, accuracy, wanted)
        for accuracy, wanted in zip(design.machines, design.with_machines, strict=True)
    ]
    return [Group(design.people, design.human, common), *machines]


def _refuse(design: KappaDesign) -> None:
    if len(design.machines) not in (1, 2):
        raise CriteriaError("give the accuracy of one machine, or of the two that are compared")
    if len(design.machines) == 2 and design.between_people is None:
        raise CriteriaError("two machines are compared by their agreement with people: give kappa among them")
    if not all(0 < accuracy < 1 for accuracy in (design.human, *design.machines)):
        raise CriteriaError("accuracies lie between 0 and 1: who is always right has no kappa")
    if design.people < 2 or design.networks < 1:
        raise CriteriaError("at least two people and one network are needed")


def _machine(design: KappaDesign, common: float, accuracy: float, wanted: float) -> Group:
    """Return the networks of a machine that agrees with people as wanted."""
    shared = latent_correlation(wanted, design.human, accuracy) / common
    if abs(shared) > 1:
        most = thresholded_kappa(common, design.human, accuracy)
        raise CriteriaError(
            f"people who agree with each other by a kappa of {design.among_people:g} agree with a machine by "
            f"at most {most:.2f}: {wanted:g} is more; choose a smaller one, or a larger kappa among people"
        )
    if design.networks == 1:
        return Group(1, accuracy, shared)
    own = latent_correlation(design.between_networks, accuracy, accuracy) - shared**2
    if own < 0:
        least = thresholded_kappa(shared**2, accuracy, accuracy)
        raise CriteriaError(
            f"networks that agree with people by {wanted:g} agree with each other by at least {least:.2f}: "
            f"{design.between_networks:g} is less; give a larger kappa among networks"
        )
    return Group(design.networks, accuracy, shared, float(np.sqrt(own)))
