"""Tables and report say how large photos were: in pixels of the screen, as a magnification, in degrees."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

import pytest

from pipeline.exports.files import sessions_csv, trials_csv
from pipeline.exports.sizes_shown import sizes_on_screens
from study import sessions
from study.models import Session, StudyVersion
from study.sizing.visual_angle import degrees_of, pixels_of
from tests.study.factories import DEVICE, frozen_version, newcomer, open_study_version
from tests.study.playing import deliver, open_block, right_answer, trials_of

pytestmark = pytest.mark.django_db


def played(version: StudyVersion, shown_px: float, mm_per_px: float | None) -> Session:
    """Somebody who answered all, and saw each photo so large."""
    session = sessions.device_checked(newcomer(version).token, DEVICE)
    known = "not_measured" if mm_per_px is None else "ruler"
    sessions.size_measured(session.token, sessions.ScreenSize(known_by=known, mm_per_px=mm_per_px))
    sessions.instructions_read(session.token, understood=True)
    while (block := open_block(session)).trials:
        deliver(session, *(right_answer(trial, shown_px=shown_px) for trial in trials_of(block)))
    session.refresh_from_db()
    return session


def table(lines: Iterator[str]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(lines))))


class TestWhatIsKept:
    @pytest.mark.thorough
    def test_each_trial_has_its_magnification_and_its_degrees(self) -> None:
        version = open_study_version(screen_calibration="offered")
        played(version, shown_px=320.0, mm_per_px=0.2)
        rows = table(trials_csv(version, "live"))
        windows = {"0": 64.0, "1": 64 * 0.6, "2": 64 * 0.3}
        for row in rows:
            assert float(row["shown_px"]) == 320.0
            assert float(row["magnification"]) == pytest.approx(320 / windows[row["crop_level"]])
            assert float(row["photo_degrees"]) == pytest.approx(degrees_of(320, 0.2, 57.0))
        assert {row["crop_level"] for row in rows} == set(windows)

    def test_each_session_has_its_screen(self) -> None:
        version = open_study_version(screen_calibration="offered")
        played(version, shown_px=320.0, mm_per_px=0.2)
        played(version, shown_px=320.0, mm_per_px=None)
        by_ruler, without = table(sessions_csv(version, "live"))
        assert (by_ruler["size_known_by"], by_ruler["screen_mm_per_px"]) == ("ruler", "0.2")
        assert float(by_ruler["px_per_degree"]) == pytest.approx(49.7, abs=0.1)
        assert float(by_ruler["photo_degrees"]) == pytest.approx(6.43, abs=0.01)
        assert without["size_known_by"] == "not_measured"
        assert without["px_per_degree"] == without["photo_degrees"] == ""

    @pytest.mark.thorough
    def test_the_report_says_how_large_photos_were(self) -> None:
        version = open_study_version(screen_calibration="offered", shown_size="pixels")
        played(version, shown_px=320.0, mm_per_px=0.2)
        played(version, shown_px=320.0, mm_per_px=None)
        sentences = " ".join(sizes_on_screens(version, "live"))
        assert "at one magnification" in sentences
        assert "1 of 2 people who saw photos measured their screen" in sentences
        assert "6.4 degrees" in sentences

    def test_the_report_warns_where_level_and_magnification_vary_together(self) -> None:
        assert "cannot be told apart" in " ".join(sizes_on_screens(frozen_version(), "live"))

    def test_the_report_counts_photos_that_were_smaller_than_the_planned_degrees(self) -> None:
        """Of 64 pixels at 16 a degree 4 degrees are planned at level 0, 2.4 and 1.2 at the others."""
        asked = {"screen_calibration": "offered", "shown_size": "degrees", "source_px_per_degree": 16.0}
        version = open_study_version(**asked)
        photo_px = pixels_of(2.4, mm_per_px=0.2, distance_cm=57.0)
        played(version, shown_px=photo_px, mm_per_px=0.2)  # too small for level 0 alone
        played(version, shown_px=photo_px, mm_per_px=None)
        measured = trials_at_each_level(version)
        sentences = " ".join(sizes_on_screens(version, "live"))
        assert f"In {measured[0]} of {sum(measured.values())} trials whose size" in sentences
        assert "(1 people)" not in sentences
        assert "(of 1 person)" in sentences
        assert f"In {sum(measured.values())} trials the size in degrees is not known" in sentences

    def test_whole_pixels_are_no_shortfall(self) -> None:
        asked = {"screen_calibration": "offered", "shown_size": "degrees", "source_px_per_degree": 16.0}
        version = open_study_version(**asked)
        played(version, shown_px=round(pixels_of(4.0, mm_per_px=0.2, distance_cm=57.0)), mm_per_px=0.2)
        assert "In 0 of 6 trials whose size" in " ".join(sizes_on_screens(version, "live"))


def trials_at_each_level(version: StudyVersion) -> Counter[int]:
    """How many test trials of people who measured their screen were at each level."""
    rows = table(trials_csv(version, "live"))
    return Counter(
        int(row["crop_level"]) for row in rows if row["block_type"] == "test" and row["photo_degrees"]
    )
