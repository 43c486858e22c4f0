"""What a pilot's rule takes and drops, and how the windows of other photos are drawn."""

from __future__ import annotations

from collections import Counter

import pytest

from pipeline.pilot.choice import Question, places_taken, summary
from pipeline.pilot.lots import Lots
from stats.planning.pilot_rule import PilotRule, Tally
from stats.report.content import PilotLevel

RULE = PilotRule(floor=0.6, certainty=0.8, least_answers=6)
KNOWN, UNKNOWN = Tally(6, 6), Tally(6, 2)


def question(item: int, *tallies: Tally, level: int = 1, category: str = "dunk") -> Question:
    return Question(item, level, category, tuple(10 * item + n for n in range(len(tallies))), tallies)


def test_the_least_attended_window_that_passes_is_taken_and_a_photo_without_one_is_dropped() -> None:
    asked = [question(1, KNOWN, KNOWN), question(2, UNKNOWN, KNOWN), question(3, UNKNOWN, UNKNOWN)]
    assert places_taken(asked, RULE) == {(1, 1): 0, (2, 1): 1, (3, 1): None}


def test_the_summary_counts_windows_by_place_and_drops_by_level_and_class() -> None:
    asked = [
        question(1, KNOWN, KNOWN),
        question(2, UNKNOWN, KNOWN, category="shoot"),
        question(2, UNKNOWN, level=2, category="shoot"),
        question(1, KNOWN, level=2),
    ]
    assert summary(asked, places_taken(asked, RULE)) == (
        PilotLevel(1, photos=2, taken=(1, 1), dropped={"dunk": 0, "shoot": 0}),
        PilotLevel(2, photos=2, taken=(1, 0), dropped={"dunk": 0, "shoot": 1}),
    )


class TestLots:
    def lots(self, *places: int | None, category: str = "dunk") -> Lots:
        asked = [question(number, KNOWN, KNOWN, category=category) for number in range(len(places))]
        return Lots.of(asked, {(number, 1): place for number, place in enumerate(places)})

    def drawn(self, lots: Lots, category: str = "dunk", windows: int = 2) -> Counter[int]:
        return Counter(lots.draw(f"photo {number}", 1, category, windows) for number in range(4000))

    def test_windows_are_drawn_in_the_proportions_that_people_chose_in_that_class(self) -> None:
        shares = self.drawn(self.lots(0, 1, 1, 1, None))
        assert shares[1] / 4000 == pytest.approx(0.75, abs=0.03)

    def test_the_lot_of_a_photo_never_changes(self) -> None:
        lots = self.lots(0, 1)
        assert [lots.draw(f"{number}", 1, "dunk", 2) for number in range(50)] == [
            lots.draw(f"{number}", 1, "dunk", 2) for number in range(50)
        ]

    def test_a_class_that_lost_all_its_photos_is_drawn_as_the_level(self) -> None:
        assert self.drawn(self.lots(1, 1), category="shoot") == Counter({1: 4000})

    def test_where_nothing_was_chosen_the_rules_own_window_stays(self) -> None:
        assert self.drawn(self.lots(None, None)) == Counter({0: 4000})

    def test_a_photo_with_fewer_windows_gets_its_last(self) -> None:
        assert self.drawn(self.lots(1, 1), windows=1) == Counter({0: 4000})
