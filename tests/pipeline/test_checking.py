"""What the loop does when the machine fails: attack again, ask the learning curve, check, and say so."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from pipeline import loop
from pipeline.boxes import from_hex
from pipeline.cautions import cautions_of
from pipeline.checking.kinds import kinds_for, queue_check
from pipeline.models import Check, Loop
from study.models import Study
from tests.pipeline.studies import draw_photos, import_folder, make_study, work_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return draw_photos(tmp_path / "photos")


@pytest.mark.timeout(240)
def test_a_machine_that_fails_is_measured_before_the_loop_ends(photos: Path, admin_client: Client) -> None:
    """One run of everything, then what must hold of it."""
    study = _finished(photos, sides=(1.0, 0.12), ceiling=0.97, floor=0.98)
    _it_was_attacked_twice_the_second_time_from_the_level_before(study)
    _the_reason_tells_the_learning_curve(study)
    _every_check_has_found_something(study)
    _the_machine_page_tells_it(study, admin_client)


def test_grey_boxes_cover_what_crops_would_cut_and_are_checked_for_telling_the_class(photos: Path) -> None:
    study = _finished(photos, sides=(1.0, 0.6), ceiling=0.1, level_family="box")
    for stimulus in study.levels.get(number=1).stimuli.all():
        assert from_hex(stimulus.covered).mean() == pytest.approx(1 - 0.6**2, abs=0.01)
        assert (stimulus.width, stimulus.height) == (stimulus.item.width, stimulus.item.height)
    assert Check.Kind.COVER in kinds_for(study)
    queue_check(study, 1, Check.Kind.COVER)
    work_off(study)
    found = _found(study, Check.Kind.COVER)
    assert found["chance"] == 0.5
    assert found["photos"] == study.items.filter(split="test").count()


def test_attackers_may_design_the_crops_as_the_original_study_did(photos: Path) -> None:
    study = _finished(photos, sides=(1.0, 0.6), ceiling=0.1, crop_designers="attackers")
    assert not study.attacker_runs.filter(role="design").exists()
    makers = set(study.levels.get(number=1).stimuli.values_list("made_by", flat=True))
    assert makers == {str(study.attacker_runs.get(trained_through=0).pk)}
    assert any("favours the defender" in caution for caution in cautions_of(study))


def _finished(photos: Path, **design: Any) -> Study:
    study = make_study(minimum_levels=1, seeds=1, **design)
    import_folder(study, photos)
    loop.start(study)
    work_off(study)
    study.loop.refresh_from_db()
    assert study.loop.state == Loop.State.FINISHED, study.loop.reason
    return study


def _it_was_attacked_twice_the_second_time_from_the_level_before(study: Study) -> None:
    first, second = study.attacker_runs.attackers().filter(trained_through=1).order_by("round")
    assert first.warm_from is None
    assert (second.warm_from.trained_through, second.warm_from.seed) == (0, second.seed)


def _the_reason_tells_the_learning_curve(study: Study) -> None:
    gain = _found(study, Check.Kind.CURVE)["gain"]
    assert f"{gain['estimate']:+.3f} [{gain['low']:+.3f}, {gain['high']:+.3f}]" in study.loop.reason
    told = [entry.decision for entry in study.loop.entries.filter(level=1)]
    assert told[-3:] == ["curve", "check", "stop"]


def _every_check_has_found_something(study: Study) -> None:
    kinds = {"curve", "controls", "shuffle", "nuisance", "attention"}
    assert set(study.checks.done().values_list("kind", flat=True)) == kinds
    assert all(check.result["says"] for check in study.checks.all())
    controls = _found(study, Check.Kind.CONTROLS)["rules"]
    assert len(controls) == 5
    tested = study.items.filter(split="test").count()
    assert {rule["n_items"] for rule in controls.values()} == {tested}
    gained = _found(study, Check.Kind.CONTROLS)["gained_without_the_rule"]["centre"]
    difference = controls["centre"]["estimate"] - controls["the study's own crops"]["estimate"]
    assert gained["estimate"] == pytest.approx(difference)
    curve = _found(study, Check.Kind.CURVE)
    assert curve["sizes"] == sorted(curve["sizes"])
    assert curve["asymptote"]["low"] <= curve["asymptote"]["high"]
    assert study.checks.get(kind="curve").figure.startswith("<?xml")


def _the_machine_page_tells_it(study: Study, client: Client) -> None:
    page = client.get(reverse("pipeline:machine", args=[study.code])).content.decode()
    for check in study.checks.all():
        assert escape(check.result["says"]) in page
    assert page.count("<td>yes</td>") == 2  # one attack counts at each level
    assert "level 0, round 1" in page
    curve = study.checks.get(kind="curve")
    figure = client.get(reverse("pipeline:check-figure", args=[study.code, curve.pk]))
    assert figure["Content-Type"] == "image/svg+xml"
    concerns = [check for check in study.checks.all() if check.result["concern"]]
    assert len(cautions_of(study)) == len(concerns)


def _found(study: Study, kind: str) -> dict[str, Any]:
    return study.checks.get(kind=kind).result
