"""Progress of a command on the terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tqdm import tqdm

from attacker.progress import Progress


def percent_bar(title: str, delay: float = 0) -> tqdm[Any]:
    """Return a bar from 0 to 100 %, shown after `delay` seconds."""
    return tqdm(total=100, desc=title, unit="%", bar_format="{l_bar}{bar}| {elapsed}{postfix}", delay=delay)


def shown_on(bar: tqdm[Any]) -> Callable[[Progress], None]:
    """Return a listener that moves `bar` with the progress of a job, and names its stage."""

    def show(progress: Progress) -> None:
        bar.n = round(100 * progress.fraction)
        accuracy = progress.validation_accuracy
        known = "" if accuracy is None else f", validation {accuracy:.3f}"
        bar.set_postfix_str(f"{progress.stage} {progress.epoch}/{progress.epochs}{known}")

    return show
