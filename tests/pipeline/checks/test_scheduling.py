"""Which checks a level gets, and until when they hold; a whole run with grey boxes that attackers design."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.attacks.strongest import networks_on
from pipeline.checks.result import result_of
from pipeline.checks.result_types import CheckResult, CoverResult, CurveResult
from pipeline.checks.scheduling import kinds_for, queue_check, valid_results
from pipeline.crops.grey_boxes import from_hex
from pipeline.loop import advance
from pipeline.loop.machine_warnings import cautions_of
from pipeline.models import Check, Job, Loop
from study.models import Study
from tests.pipeline.answered import add_run
from tests.pipeline.check_results import stored_result
from tests.pipeline.studies import draw_photos, import_folder, make_study, work_off
from tests.study.factories import draft_study

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


@pytest.fixture
def study() -> Study:
    """A study whose learning curve at level 1 is of the network "one", right on half of the photos."""
    study = draft_study(sides=(1.0, 0.5), architectures=["one", "two"], seeds=1)
    add_run(study, 1, seed=0, skill=0.5, net="one")
    check = queue_check(study, 1, Check.Kind.CURVE)
    check.result = stored_result("curve", settings={"architecture": "one"})
    check.save()
    Job.objects.filter(pk=check.job_id).update(state=Job.State.SUCCEEDED)
    return study


def valid_at(study: Study, level: int) -> dict[str, CheckResult]:
    return valid_results(study.checks.filter(level=level), networks_on(study, level))


def test_a_check_holds_while_its_network_is_the_strongest(study: Study) -> None:
    curve = valid_at(study, 1)[Check.Kind.CURVE]
    assert isinstance(curve, CurveResult)
    assert curve.gain.high == stored_result("curve")["gain"]["high"]


def test_a_check_is_outdated_and_queued_again_once_another_network_is_stronger(study: Study) -> None:
    add_run(study, 1, seed=0, skill=0.5 + study.improvement_epsilon, net="two")
    assert valid_at(study, 1) == {}
    queue_check(study, 1, Check.Kind.CURVE)
    assert study.jobs.get(check_row__level=1).state == Job.State.QUEUED


def test_a_check_that_looks_at_no_network_is_never_outdated(study: Study) -> None:
    study.checks.update(kind=Check.Kind.SHUFFLE, result=stored_result("shuffle"))
    add_run(study, 1, seed=0, skill=1.0, net="two")
    assert valid_at(study, 1).keys() == {Check.Kind.SHUFFLE}


def test_a_check_that_is_not_done_is_not_valid_either(study: Study) -> None:
    queue_check(study, 1, Check.Kind.ATTENTION)
    assert valid_at(study, 1).keys() == {Check.Kind.CURVE}


def _boxes_cover_what_crops_would_cut(study: Study) -> None:
    for stimulus in study.levels.get(number=1).stimuli.all():
        assert from_hex(stimulus.covered).mean() == pytest.approx(1 - 0.6**2, abs=0.01)
        assert (stimulus.width, stimulus.height) == (stimulus.item.width, stimulus.item.height)


def _the_removal_artefact_is_looked_for(study: Study) -> None:
    assert Check.Kind.COVER in kinds_for(study)
    queue_check(study, 1, Check.Kind.COVER)
    work_off(study)
    result = result_of(study.checks.get(kind=Check.Kind.COVER))
    assert isinstance(result, CoverResult)
    assert result.chance == 0.5
    assert result.photos == study.items.filter(split="test").count()


def _attackers_designed_and_the_report_says_so(study: Study) -> None:
    assert not study.attacker_runs.filter(role="design").exists()
    makers = set(study.levels.get(number=1).stimuli.values_list("made_by", flat=True))
    assert makers == {str(study.attacker_runs.get(trained_through=0).pk)}
    assert any("favours the defender" in caution for caution in cautions_of(study))
