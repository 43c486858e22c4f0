"""The second family of levels, and crops that the attackers design themselves: allowed, checked, and said."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from attacker.example import Example
from pipeline.checks.probe import accuracy_of, probe
from pipeline.checks.scheduling import kinds_for, queue_check
from pipeline.crops.grey_boxes import from_hex
from pipeline.loop import advance
from pipeline.loop.machine_warnings import cautions_of
from pipeline.models import Check, Loop
from study.models import Study
from tests.pipeline.studies import draw_photos, import_folder, make_study, work_off

pytestmark = pytest.mark.django_db


@pytest.mark.timeout(240)
@pytest.mark.long
def test_grey_boxes_that_attackers_design(tmp_path: Path) -> None:
    """One run for both choices: boxes instead of crops, attackers' attention instead of designers'."""
    design = {"level_family": "box", "crop_designers": "attackers"}
    study = make_study(sides=(1.0, 0.6), minimum_levels=1, seeds=1, ceiling=0.1, image_size=96, **design)
    import_folder(study, draw_photos(tmp_path / "photos", per_class=20))
    advance.start(study)
    work_off(study)
    study.loop.refresh_from_db()
    assert study.loop.state == Loop.State.FINISHED, study.loop.reason
    _boxes_cover_what_crops_would_cut(study)
    _the_removal_artefact_is_looked_for(study)
    _attackers_designed_and_the_report_says_so(study)


def test_a_probe_knows_which_photos_share_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    study = make_study()
    photos = [Example(Path("x"), 0, str(number), 1, "one shoot") for number in range(8)]
    answered = SimpleNamespace(correct=[True, False] * 4)
    monkeypatch.setattr("pipeline.checks.probe.classes_of", lambda _: ["disc"])
    asked: list[object] = []
    stranger = SimpleNamespace(require_unseen=asked.append)
    monkeypatch.setattr("pipeline.checks.probe.trained_probe", lambda *_: stranger)
    monkeypatch.setattr("attacker.predict", lambda *_, **__: answered)
    claim = SimpleNamespace(should_stop=lambda: False)
    roles = dict.fromkeys(("train", "validation", "test"), photos)
    answers = probe(study, roles, claim)
    assert set(answers["source_id"]) == {"one shoot"}
    assert asked == [photos] * 3  # no seed is tested on what it may have learned
    assert accuracy_of(answers, study).ci_low < 0.05


def _boxes_cover_what_crops_would_cut(study: Study) -> None:
    for stimulus in study.levels.get(number=1).stimuli.all():
        assert from_hex(stimulus.covered).mean() == pytest.approx(1 - 0.6**2, abs=0.01)
        assert (stimulus.width, stimulus.height) == (stimulus.item.width, stimulus.item.height)


def _the_removal_artefact_is_looked_for(study: Study) -> None:
    assert Check.Kind.COVER in kinds_for(study)
    queue_check(study, 1, Check.Kind.COVER)
    work_off(study)
    found = study.checks.get(kind=Check.Kind.COVER).result
    assert found["chance"] == 0.5
    assert found["photos"] == study.items.filter(split="test").count()


def _attackers_designed_and_the_report_says_so(study: Study) -> None:
    assert not study.attacker_runs.filter(role="design").exists()
    makers = set(study.levels.get(number=1).stimuli.values_list("made_by", flat=True))
    assert makers == {str(study.attacker_runs.get(trained_through=0).pk)}
    assert any("favours the defender" in caution for caution in cautions_of(study))
