"""Which blocks a part has, when the next one may begin, and what a calendar is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from study.parts.block_ranges import blocks_of_parts, part_of_block, part_of_practice, reminder_round
from study.parts.calendar_entry import CalendarEntry
from study.parts.return_window import Coming, ReturnWindow

ENDED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WINDOW = ReturnWindow.after(ENDED, least_hours=12, most_hours=168)


class TestBlocks:
    @pytest.mark.parametrize(("blocks", "parts"), [(1, 1), (4, 1), (4, 2), (5, 2), (7, 3), (10, 10)])
    def test_every_block_is_in_one_part_and_parts_differ_by_one_block_at_most(
        self, blocks: int, parts: int
    ) -> None:
        ranges = blocks_of_parts(blocks, parts)
        assert [block for part in ranges for block in part] == list(range(1, blocks + 1))
        assert max(map(len, ranges)) - min(map(len, ranges)) <= 1
        assert len(ranges) == parts

    def test_a_block_knows_its_part(self) -> None:
        ranges = blocks_of_parts(5, 2)
        assert [part_of_block(block, ranges) for block in range(1, 6)] == [1, 1, 1, 2, 2]

    @pytest.mark.parametrize("rounds", [1, 2, 5])
    def test_the_number_of_a_round_of_practice_tells_its_part(self, rounds: int) -> None:
        assert {part_of_practice(number, rounds) for number in range(1, rounds + 1)} == {1}
        for part in (2, 3, 10):
            assert part_of_practice(reminder_round(part, rounds), rounds) == part


class TestReturning:
    @pytest.mark.parametrize(
        ("hours", "coming"),
        [
            (0, Coming.EARLY),
            (11.999, Coming.EARLY),
            (12, Coming.IN_TIME),
            (167.999, Coming.IN_TIME),
            (168, Coming.LATE),
            (9999, Coming.LATE),
        ],
    )
    def test_the_next_part_opens_and_closes_by_the_hour(self, hours: float, coming: Coming) -> None:
        assert WINDOW.coming(ENDED + timedelta(hours=hours)) is coming

    def test_a_clock_in_another_time_zone_makes_no_difference(self) -> None:
        tokyo = timezone(timedelta(hours=9))
        assert WINDOW.coming((ENDED + timedelta(hours=11)).astimezone(tokyo)) is Coming.EARLY
        assert WINDOW.coming((ENDED + timedelta(hours=12)).astimezone(tokyo)) is Coming.IN_TIME


class TestCalendar:
    def entry(self, **changes: str) -> str:
        texts = {"title": "Study: part 2 of 3", "words": "Open this: https://x.example/s/1/"} | changes
        entry = CalendarEntry("1@x.example", address="https://x.example/s/1/", window=WINDOW, **texts)
        return entry.text(ENDED)

    def test_it_stands_where_the_part_opens_in_universal_time(self) -> None:
        assert "DTSTART:20260302T210000Z\r\nDTEND:20260302T213000Z\r\n" in self.entry()

    def test_it_never_ends_after_the_part_has_closed(self) -> None:
        soon = ReturnWindow.after(ENDED, least_hours=12, most_hours=12.1)
        entry = CalendarEntry("1", "Study", "", "https://x.example/", soon)
        assert "DTEND:20260302T210600Z" in entry.text(ENDED)

    def test_what_calendars_take_for_punctuation_is_escaped(self) -> None:
        text = self.entry(title="Crops; part 2, of 3", words="one\ntwo \\ three")
        assert "SUMMARY:Crops\\; part 2\\, of 3\r\n" in text
        assert "DESCRIPTION:one\\ntwo \\\\ three\r\n" in text

    def test_long_lines_are_folded_between_letters_of_any_script(self) -> None:
        words = "写真の一部だけを見て何をしているかを当てる研究です。" * 6
        text = self.entry(words=words)
        lines = text.encode().split(b"\r\n")
        assert max(map(len, lines)) <= 75
        assert words in text.replace("\r\n ", "")
