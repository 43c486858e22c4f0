"""Tables, preregistration and report say from how far photos were seen, and how that is known."""

from __future__ import annotations

import csv
import io

import pytest

from pipeline.analysis.report_facts import facts_of
from pipeline.exports.files import sessions_csv, trials_csv
from pipeline.exports.registering.preregistration import preregistration_of
from pipeline.exports.sizes_shown import sizes_on_screens
from pipeline.models import Analysis
from study import sessions
from study.models import StudyVersion
from study.sizing.blind_spot import ROUNDS, Round, edge_at
from study.sizing.visual_angle import degrees_of
from tests.study.factories import DEVICE, NOW, newcomer, open_study_version
from tests.study.playing import deliver, open_block, right_answer, trials_of

pytestmark = pytest.mark.django_db
SHOWN_PX, MM_PER_PX = 320.0, 0.2


def by_eye(*distances: float) -> sessions.Distance:
    """Somebody whose rounds at the blind spot tell these distances."""
    edges = [edge_at(distance, MM_PER_PX) for distance in distances]
    return sessions.Distance(known_by="blind_spot", rounds=tuple(Round(edge, edge) for edge in edges))


AT_80_CM = by_eye(78.0, 79.0, 80.0, 82.0, 90.0)
NOWHERE = by_eye(*[300.0] * ROUNDS)
SKIPPED = sessions.Distance(known_by="skipped")


def measuring(**design: object) -> StudyVersion:
    return open_study_version(**{"screen_calibration": "offered", "measure_distance": True} | design)


def played(version: StudyVersion, *tries: sessions.Distance, mm_per_px: float | None = MM_PER_PX) -> None:
    """Somebody who measured the distance so, and answered all."""
    session = sessions.device_checked(newcomer(version).token, DEVICE)
    size = sessions.ScreenSize(known_by="ruler" if mm_per_px else "not_measured", mm_per_px=mm_per_px)
    sessions.size_measured(session.token, size)
    for measured in tries:
        sessions.distance_measured(session.token, measured)
    sessions.instructions_read(session.token, understood=True)
    while (block := open_block(session)).trials:
        deliver(session, *(right_answer(trial, shown_px=SHOWN_PX) for trial in trials_of(block)))


def rows_of(version: StudyVersion) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(sessions_csv(version, "live")))))


@pytest.mark.thorough
def test_each_session_has_its_distance_how_it_is_known_and_how_sure_it_is() -> None:
    version = measuring()
    played(version, AT_80_CM)
    played(version, NOWHERE, NOWHERE)
    played(version, SKIPPED)
    played(version, mm_per_px=None)
    names = ("distance_known_by", "viewing_distance_cm", "distance_spread_cm", "distance_tries")
    stored = [tuple(row[name] for name in names) for row in rows_of(version)]
    assert [(how, tries) for how, _away, _spread, tries in stored] == [
        ("blind_spot", "1"),
        ("implausible", "2"),
        ("skipped", "0"),
        ("", "0"),
    ]
    assert [float(away or "nan") for _how, away, _spread, _tries in stored[:3]] == pytest.approx([80, 57, 57])
    assert [spread == "" for _how, _away, spread, _tries in stored] == [False, True, True, True]
    assert float(stored[0][2]) == pytest.approx(3.0)


@pytest.mark.thorough
def test_degrees_follow_the_distance_of_the_session() -> None:
    version = measuring()
    played(version, AT_80_CM)
    played(version, SKIPPED)
    away = {row["session_id"]: float(row["viewing_distance_cm"]) for row in rows_of(version)}
    trials = list(csv.DictReader(io.StringIO("".join(trials_csv(version, "live")))))
    assert {round(distance) for distance in away.values()} == {57, 80}
    for trial in trials:
        expected = degrees_of(SHOWN_PX, MM_PER_PX, away[trial["session_id"]])
        assert float(trial["photo_degrees"]) == pytest.approx(expected)


class TestTheReport:
    def sentences(self, version: StudyVersion) -> str:
        return " ".join(sizes_on_screens(version, "live"))

    @pytest.mark.thorough
    def test_it_counts_whose_distance_was_measured_and_why_the_others_was_not(self) -> None:
        version = measuring()
        played(version, AT_80_CM)
        played(version, sessions.Distance(known_by="tape", distance_cm=60.0))
        played(version, NOWHERE, NOWHERE)
        played(version, SKIPPED)
        played(version, mm_per_px=None)
        sentences = self.sentences(version)
        assert "4 of 5 people who saw photos measured their screen" in sentences
        assert "Of these people 2 also measured their viewing distance: 1 by the blind spot" in sentences
        assert "within 3.0 cm" in sentences
        assert "1 with a tape; 70 cm (median; 60 to 80)" in sentences
        degrees = sum(degrees_of(SHOWN_PX, MM_PER_PX, away) for away in (80.0, 60.0)) / 2
        assert f"Their largest photo covered {degrees:.1f} degrees" in sentences
        assert "1 had two results that cannot be right" in sentences
        assert "1 went on without measuring" in sentences

    def test_where_nobody_measured_it_says_so(self) -> None:
        version = measuring()
        played(version, SKIPPED)
        sentences = self.sentences(version)
        assert "Of these people 0 also measured their viewing distance. For the others" in sentences

    def test_where_all_measured_nothing_is_planned(self) -> None:
        version = measuring()
        played(version, AT_80_CM)
        assert "the planned distance counts, and sizes" not in self.sentences(version)

    def test_a_study_that_does_not_ask_says_that_distances_are_assumed(self) -> None:
        version = measuring(measure_distance=False)
        played(version)
        assert "distances are assumed, not measured" in self.sentences(version)
        assert "also measured their viewing distance" not in self.sentences(version)

    def test_an_analysis_prints_it(self) -> None:
        version = measuring()
        played(version, AT_80_CM)
        statements = " ".join(facts_of(Analysis(version=version, mode="live", created_at=NOW)).statements)
        assert "Of these people 1 also measured their viewing distance" in statements


def test_the_preregistration_says_the_rule_before_anybody_is_measured() -> None:
    plans = " ".join(preregistration_of(measuring(shown_size="pixels")).design)
    assert "12.9 degrees, median of 5 rounds" in plans
    assert "below 20 or above 150 cm" in plans
    assert "more than 15% of it" in plans
    assert "the planned distance counts: 32 cm with phones, 57 cm with other devices" in plans
