"""Windows of photos that nobody was asked about, drawn by lot.

Photos that attackers and designers learn from are shown to nobody, but the machine must be trained on crops
like those that it is tested on. So their windows are drawn: in the proportions in which people's choices took
the first, second or third window, class by class and level by level.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.pilot.choice import Places, Question
from study.counterbalancing import seed_of


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
        `photo` is the hash of its content.
        """
        counts = self.by_class.get((level, category)) or self.by_level.get(level)
        if not counts:
            return 0
        places = sorted(counts)
        chance = random.Random(seed_of(photo, f"window at level {level}"))  # noqa: S311  (a lot, not a secret)
        (place,) = chance.choices(places, [counts[place] for place in places])
        return min(place, windows - 1)
