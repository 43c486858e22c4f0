"""Scores of a grid of photos, as pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Judged:
    """One tile: whether it shows what was asked for, and whether it was selected."""

    is_target: bool
    selected: bool

    @property
    def right(self) -> bool:
        """Whether it was rightly selected or rightly left alone."""
        return self.is_target == self.selected


def is_solved(tiles: Sequence[Judged]) -> bool:
    """Return whether all targets were selected and nothing else, as an image CAPTCHA demands."""
    return all(tile.right for tile in tiles)


def balanced_accuracy(tiles: Sequence[Judged]) -> float:
    """Return the mean of the share of targets selected and the share of others left alone.

    It is 0.5 for selecting nothing, everything, or at random, however many targets there are; a grid without
    targets (or with nothing else) is scored by the one share that it has.
    """
    kinds = [[tile.right for tile in tiles if tile.is_target is kind] for kind in (True, False)]
    shares = [sum(right) / len(right) for right in kinds if right]
    return sum(shares) / len(shares)
