"""Which window of each photo that people were asked about stays, by the pilot's rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from stats.planning.pilot_rule import PilotRule, Tally, choose
from stats.report.content import PilotLevel


@dataclass(frozen=True)
class Question:
    """A photo at a level, as the pilot asked about it: its windows, least attention first."""

    item: int
    level: int
    category: str
    windows: tuple[int, ...]  # rows of their stimuli
    tallies: tuple[Tally, ...]


Places = Mapping[tuple[int, int], int | None]  # by item and level: the window taken, from 0; None: dropped


def places_taken(questions: Iterable[Question], rule: PilotRule) -> Places:
    """Apply the rule to every photo at every level."""
    return {(asked.item, asked.level): choose(asked.tallies, rule) for asked in questions}


def summary(questions: Sequence[Question], places: Places) -> tuple[PilotLevel, ...]:
    """Count windows taken and photos dropped, level by level; every class is named."""
    classes = list(dict.fromkeys(asked.category for asked in questions))
    by_level: dict[int, list[Question]] = defaultdict(list)
    for asked in questions:
        by_level[asked.level].append(asked)
    most = max((len(asked.windows) for asked in questions), default=0)
    return tuple(_level(level, by_level[level], places, classes, most) for level in sorted(by_level))


def _level(
    level: int, questions: Sequence[Question], places: Places, classes: Sequence[str], most: int
) -> PilotLevel:
    taken = Counter(places[asked.item, asked.level] for asked in questions)
    dropped = Counter(asked.category for asked in questions if places[asked.item, asked.level] is None)
    return PilotLevel(
        level=level,
        photos=len(questions),
        taken=tuple(taken[place] for place in range(most)),
        dropped={name: dropped[name] for name in classes},
    )
