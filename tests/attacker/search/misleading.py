"""Photos for a search whose answer is known: lighter crops mislead, so who learns from them must lose."""

from __future__ import annotations

from pathlib import Path

from attacker import Example
from attacker.search.search_plan import SearchPlan
from tests.attacker import planted

LEVEL = 1


def photos(folder: Path, per_class: int, first: int) -> tuple[Example, ...]:
    """Level 1 shows the colour of its class, level 0 that of another class."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for label, name in enumerate(planted.CLASSES):
        for number in range(first, first + per_class):
            for level, shown in ((0, (label + 1) % 3), (LEVEL, label)):
                path = folder / f"{name}-{number}-{level}.png"
                planted.photo(shown, 10 * number + level).save(path)
                made.append(Example(path, label, f"{name}-{number}", level, f"{name}-{number}"))
    return tuple(made)


def plan(folder: Path, **changes: object) -> SearchPlan:
    """Eight training and six validation photos a class, each at two levels, attacked at the heavier."""
    train, validation = photos(folder / "train", 8, 0), photos(folder / "validation", 6, 100)
    facts = {"today": planted.tiny(), "levels": (LEVEL,), **changes}
    return SearchPlan(classes=planted.CLASSES, train=train, validation=validation, **facts)
