"""Which window of each photo stays: by the pilot's rule where people were asked, by lot for other photos.

Pure functions. Photos that attackers and designers learn from are shown to nobody, but the machine must be
trained on crops like those that it is tested on. So their windows are drawn: in the proportions in which
people's choices took the first, second or third window, class by class and level by level.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from stats.planning.pilot_rule import PilotRule, Tally, choose
from stats.report.content import PilotLevel
from study.counterbalancing import seed_of


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


@dataclass(frozen=True)
class Lots:
    """How often each place was taken, by level and class, and by level alone for a class that lost all."""

    by_class: Mapping[tuple[int, str], Counter[int]]
    by_level: Mapping[int, Counter[int]]

    @classmethod
    def of(cls, questions: Iterable[Question], places: Places) -> Lots:
        """Count what people chose."""
        by_class: dict[tuple[int, str], Counter[int]] = defaultdict(Counter)
        by_level: dict[int, Counter[int]] = defaultdict(Counter)
        for asked in questions:
            place = places[asked.item, asked.level]
            if place is not None:
                by_class[asked.level, asked.category][place] += 1
                by_level[asked.level][place] += 1
        return cls(by_class, by_level)

    def draw(self, photo: str, level: int, category: str, windows: int) -> int:
        """Return the place of one photo's window; the same for the same photo, whoever asks.

        A photo with fewer windows than were drawn gets its last; where nothing was chosen, it gets its first.

        Parameters
        ----------
        photo
            Its content hash.
        level, category
            Where it stands.
        windows
            How many it has there.
        """
        counts = self.by_class.get((level, category)) or self.by_level.get(level)
        if not counts:
            return 0
        places = sorted(counts)
        chance = random.Random(seed_of(photo, f"window at level {level}"))  # noqa: S311  (a lot, not a secret)
        (place,) = chance.choices(places, [counts[place] for place in places])
        return min(place, windows - 1)
