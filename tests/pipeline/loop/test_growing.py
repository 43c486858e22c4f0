"""A study may be given more seeds and architectures; they attack every level as the others did."""

from __future__ import annotations

from itertools import product

import pytest
from django.utils import timezone

from pipeline.checks.scheduling import ALWAYS
from pipeline.loop import advance
from pipeline.loop.level_state import facts
from pipeline.loop.machine_warnings import cautions_of
from pipeline.models import ENSEMBLE, AttackerRun, Check, Job, Loop
from study.models import Study
from tests.pipeline.answered import add_run
from tests.pipeline.check_results import stored_result
from tests.study.factories import draft_study

pytestmark = pytest.mark.django_db
ACCURACY = {0: 0.9, 1: 0.5}  # by level
OF_ONE_NETWORK = (Check.Kind.CURVE, Check.Kind.ATTENTION)
ROUNDS = {0: [1], 1: [1, 2]}
_FLAT = stored_result("curve")["gain"] | {"estimate": 0.0, "low": -0.001, "high": 0.001}


@pytest.fixture
def study() -> Study:
    """Two architectures with two seeds have attacked level 1 twice; the machine fell, the loop finished."""
    study = draft_study(
        sides=(1.0, 0.5),
        validation_photos=0,
        architectures=["one", "two"],
        seeds=2,
        max_rounds=2,
        minimum_levels=1,
    )
    for level, accuracy in ACCURACY.items():
        for round, net, seed in product(ROUNDS[level], ["one", "two", ENSEMBLE], range(2)):
            run = add_run(study, level, seed, accuracy, round, net)
            if run.is_ensemble:
                _average(run)
    _done(study, "test:l1", Job.Kind.TEST, level=1)
    for kind in (Check.Kind.CURVE, *ALWAYS):
        job = _done(study, f"check:{kind}:l1", Job.Kind.CHECK)
        Check.objects.create(
            study=study,
            job=job,
            level=1,
            kind=kind,
            result=_flat_of(kind, "one" if kind in OF_ONE_NETWORK else None),
        )
    Loop.objects.create(study=study, state=Loop.State.FINISHED)
    return study


def _flat_of(kind: str, architecture: str | None) -> dict[str, object]:
    """What a check found, of one architecture or of none: nothing to worry about."""
    result = stored_result(kind, says="", concern=False)
    result["settings"] = {"architecture": architecture} if architecture else {}
    return result | ({"gain": _FLAT} if kind == Check.Kind.CURVE else {})


def _done(study: Study, key: str, kind: Job.Kind, **params: object) -> Job:
    return Job.objects.create(
        study=study,
        kind=kind,
        key=key,
        params=params,
        state=Job.State.SUCCEEDED,
        ring_after=timezone.now(),
    )


def _average(run: AttackerRun) -> None:
    run.config = {"members": [member.architecture for member in run.members()]}
    run.save()


def _given_more(study: Study, **more: object) -> Study:
    Study.objects.filter(pk=study.pk).update(**more)
    return Study.objects.get(pk=study.pk)


def _go_on(study: Study) -> list[tuple[str, int, int]]:
    """Start the loop again and be the worker; returns what it queued: architecture, level, round."""
    advance.start(study)
    queued = []
    while waiting := list(study.attacker_runs.filter(job__state=Job.State.QUEUED).order_by("pk")):
        for run in waiting:
            queued.append((run.architecture, run.trained_through, run.round))
            run.validation_accuracy = ACCURACY[run.trained_through]
            run.save()
            if run.is_ensemble:
                _average(run)
            Job.objects.filter(pk=run.job_id).update(state=Job.State.SUCCEEDED)
        advance.advance(study)
    return queued


@pytest.mark.thorough
def test_a_finished_loop_that_has_nothing_more_to_try_stays_finished(study: Study) -> None:
    assert _go_on(study) == []
    assert advance.start(study).state == Loop.State.FINISHED


@pytest.mark.thorough
def test_more_seeds_train_in_every_round_and_are_averaged_there(study: Study) -> None:
    study = _given_more(study, seeds=3)
    queued = _go_on(study)
    rounds = [(level, round) for level in ROUNDS for round in ROUNDS[level]]
    assert sorted(attack for attack in queued if attack[0] != ENSEMBLE) == [
        (net, *round) for net in ("one", "two") for round in rounds
    ]
    assert study.attacker_runs.filter(architecture=ENSEMBLE).count() == 9
    levels = facts(study)
    assert [len(level.rounds[0]) for level in levels] == [3, 3]
    assert len(levels[1].rounds) == 2
    study.loop.refresh_from_db()
    assert study.loop.state == Loop.State.FINISHED


@pytest.mark.thorough
def test_a_further_architecture_attacks_every_level_and_joins_the_average(study: Study) -> None:
    study = _given_more(study, architectures=["one", "three", "two"])
    queued = _go_on(study)
    assert {key for key in queued if key[0] == "three"} == {("three", 0, 1), ("three", 1, 1), ("three", 1, 2)}
    assert not any(net in ("one", "two") for net, _, _ in queued)
    for ensemble in study.attacker_runs.filter(architecture=ENSEMBLE):
        assert ensemble.config["members"] == ["one", "three", "two"]
    third = study.attacker_runs.get(architecture="three", trained_through=1, round=2, seed=1)
    assert third.warm_from == study.attacker_runs.get(architecture="three", trained_through=0, seed=1)


@pytest.mark.thorough
def test_until_they_have_attacked_a_report_says_that_they_are_missing(study: Study) -> None:
    assert cautions_of(study) == []
    study = _given_more(study, seeds=3)
    assert any("not every architecture and seed" in caution for caution in cautions_of(study))
    _go_on(study)
    assert cautions_of(study) == []


def test_missing_checks_are_reported_though_more_seeds_are_wanted(study: Study) -> None:
    study.checks.filter(kind=Check.Kind.SHUFFLE).delete()
    study = _given_more(study, seeds=3)
    assert any("not checked yet (shuffle)" in caution for caution in cautions_of(study))


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("lead", "epsilon", "anew"), [(0.1, 0.02, True), (0.001, 0.02, False), (0, 0, False)]
)
def test_a_curve_is_measured_anew_once_another_network_is_stronger(
    study: Study, lead: float, epsilon: float, anew: bool
) -> None:
    study = _given_more(study, architectures=["one", "two", "three"], improvement_epsilon=epsilon)
    _go_on(study)
    stronger = ACCURACY[1] + lead
    study.attacker_runs.filter(architecture="three", trained_through=1, round=2).update(
        validation_accuracy=stronger
    )
    Loop.objects.update(state=Loop.State.FINISHED)
    assert (facts(study)[1].prospect is None) == anew
    assert any("not checked yet (attention, curve)" in caution for caution in cautions_of(study)) == anew
    advance.start(study)
    queued = study.jobs.filter(state=Job.State.QUEUED)
    assert list(queued.values_list("key", flat=True)) == (["check:curve:l1"] if anew else [])
    queued.update(state=Job.State.SUCCEEDED)
    study.checks.filter(kind=Check.Kind.CURVE).update(result=_flat_of(Check.Kind.CURVE, "three"))
    assert facts(study)[1].prospect is not None
