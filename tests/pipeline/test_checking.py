"""What the loop does when the machine fails: attack again, ask the learning curve, check, and say so."""

from pathlib import Path
from typing import Any

import pytest

from pipeline import loop
from pipeline.models import Check, Loop
from study.models import Study
from tests.pipeline.studies import draw_photos, import_folder, make_study, work_off

pytestmark = pytest.mark.django_db


@pytest.mark.timeout(240)
@pytest.mark.parametrize("family", ["crop", "box"])
def test_a_machine_that_fails_is_measured_before_the_loop_ends(tmp_path: Path, family: str) -> None:
    """One run of everything for each family, then what must hold of it."""
    study = make_study(
        sides=(1.0, 0.12), minimum_levels=1, ceiling=0.97, floor=0.98, level_family=family, seeds=1
    )
    import_folder(study, draw_photos(tmp_path / "photos"))
    loop.start(study)
    work_off(study)
    study.loop.refresh_from_db()
    assert study.loop.state == Loop.State.FINISHED, study.loop.reason
    _it_was_attacked_twice_the_second_time_from_the_level_before(study)
    _the_reason_tells_the_learning_curve(study)
    _every_check_has_found_something(study)
    if family == "box":
        _boxes_cover_what_crops_would_cut(study)


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
    if study.level_family == "box":
        kinds.add("cover")
    assert set(study.checks.done().values_list("kind", flat=True)) == kinds
    assert all(check.result["says"] for check in study.checks.all())
    controls = _found(study, Check.Kind.CONTROLS)["rules"]
    assert len(controls) == 5
    tested = study.items.filter(split="test").count()
    assert {rule["n_items"] for rule in controls.values()} == {tested}
    curve = _found(study, Check.Kind.CURVE)
    assert curve["sizes"] == sorted(curve["sizes"])
    assert curve["asymptote"]["low"] <= curve["asymptote"]["high"]
    assert study.checks.get(kind="curve").figure.startswith("<?xml")


def _boxes_cover_what_crops_would_cut(study: Study) -> None:
    for stimulus in study.levels.get(number=1).stimuli.all():
        assert stimulus.covered.count("f") > 30  # most of 49 digits: nearly all is covered
        assert (stimulus.width, stimulus.height) == (stimulus.item.width, stimulus.item.height)


def _found(study: Study, kind: str) -> dict[str, Any]:
    return study.checks.get(kind=kind).result
