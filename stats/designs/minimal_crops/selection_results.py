"""Minimal recognisable crops and what they are worth, as plain values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from stats.designs.interval_widths import Share
from stats.designs.minimal_crops.crop_trees import Rule


@dataclass(frozen=True)
class Drop:
    """Accuracy on selected crops, on the crops cut from them, and the difference.

    Attributes
    ----------
    crop, children, drop : each crop weighs the same, its children together as much as the crop
    n_crops, n_trees, n_agents : selected crops, the photos they come from, and who answered; medians over the
        splits
    """

    crop: Share
    children: Share
    drop: Share
    n_crops: float
    n_trees: float
    n_agents: float


@dataclass(frozen=True)
class Candidate:
    """A crop that all people together would select.

    Attributes
    ----------
    item_id, tree : the crop and its photo
    accuracy, n : share of right answers of all people, and their number; flattered by the selection
    chosen : share of the halves that select it too
    """

    item_id: str
    tree: str
    accuracy: float
    n: int
    chosen: float


@dataclass(frozen=True)
class SelectedCrops:
    """Minimal recognisable crops, and what is left of them with other people.

    Attributes
    ----------
    rule, splits, alpha, seed : how it was computed
    n_people, n_crops, n_trees : in the table
    never_shown : parents without any row
    n_without_machine : crops that people judged and no network did; None without a network
    flattered : selected and estimated by the same people; no estimate, but what the winner's curse makes
    people : selected by one half and estimated by the other, both ways; medians over random halves
    machine : of networks on the crops that halves of the people selected; None without a network
    candidates : crops that all people together select
    """

    rule: Rule
    splits: int
    alpha: float
    seed: int
    n_people: int
    n_crops: int
    n_trees: int
    never_shown: tuple[str, ...]
    n_without_machine: int | None
    flattered: Drop
    people: Drop
    machine: Drop | None
    candidates: tuple[Candidate, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)
