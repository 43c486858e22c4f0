"""How many threads a job computes with: its share of the cores, or all where nothing runs beside it."""

from __future__ import annotations


def threads_of(share: int, cores: int, *, beside: int) -> int:
    """Return the threads of a job beside so many others, given the share where all workers are busy."""
    at_once = max(1, cores // share)
    return cores // min(at_once, 1 + beside)
