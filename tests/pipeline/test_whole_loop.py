"""The whole loop with a real network on small photos, to a level at which the machine fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from attacker import load
from pipeline.checks import attention, learning_curve, probe, shuffled_labels
from pipeline.crops.level_families import window_of
from pipeline.crops.windows import WHOLE
from pipeline.datasets import run_directory
from pipeline.desk.machine_page import attacks_of
from pipeline.loop import advance
from pipeline.loop.level_state import facts
from pipeline.loop.machine_warnings import cautions_of
from pipeline.models import ENSEMBLE, AttackerRun, Check, Loop, Prediction
from stats.apa import signed, signed_interval
from study.models import Item, Stimulus, Study
from tests.pipeline.acting import do
from tests.pipeline.studies import draw_photos, import_folder, make_study, work_off

pytestmark = pytest.mark.django_db
SIDE = 96  # a disc and a bar are told apart there as well, and sooner


@pytest.fixture(autouse=True)
def _few_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning_curve, "LEAST_SEEDS", 2)
    monkeypatch.setattr(probe, "SEEDS", 1)
    monkeypatch.setattr(shuffled_labels, "SEEDS", 2)


@pytest.mark.long
@pytest.mark.timeout(240)
def test_the_whole_loop(tmp_path: Path, admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """One run of everything, then what must hold of it: the run takes a while, so it is done once."""
    monkeypatch.setattr(attention, "PER_CLASS", 2)
    study = make_study(
        sides=(1.0, 0.02), minimum_levels=1, seeds=1, ceiling=0.97, floor=0.98, max_rounds=2, image_size=SIDE
    )
    import_folder(study, draw_photos(tmp_path / "photos"))
    advance.start(study)
    work_off(study)
    study.loop.refresh_from_db()
    assert study.loop.state == Loop.State.FINISHED, study.loop.reason
    _every_photo_stands_at_every_level_inside_the_one_before(study)
    _attackers_and_designers_share_no_photo(study)
    _the_matrix_is_full(study)
    _the_recorded_accuracy_is_that_of_the_stored_answers(study)
    _the_log_follows_the_flow_chart(study)
    _it_was_attacked_twice_the_second_time_from_the_level_before(study)
    _the_reason_names_the_learning_curve(study)
    _every_check_has_a_result(study)
    _the_machine_page_shows_it(study, admin_client)
    _starting_again_does_nothing(study)
    _the_attention_is_shown_where_the_machine_has_not_fallen_too(study, admin_client)


@pytest.mark.slow
def test_a_loop_that_is_given_more_seeds_and_another_architecture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With real networks: while people review level 1, which is cut and not tested, and again at the end."""
    sides = {"sides": (1.0, 0.02), "image_size": SIDE}
    study = make_study(
        **sides, minimum_levels=1, seeds=1, ceiling=0.97, floor=0.98, max_rounds=2, review_required=True
    )
    import_folder(study, draw_photos(tmp_path / "photos"))
    advance.start(study)
    work_off(study)
    _grow(study, architectures=["efficientnet_lite0", "efficientnet_lite1"])
    assert facts(study)[1].awaits_review
    assert study.attacker_runs.trained().filter(architecture=ENSEMBLE, trained_through=0).count() == 1
    Stimulus.objects.update(review=Stimulus.Review.APPROVED)
    advance.advance(study)
    work_off(study)
    _all_have_attacked(study, seeds=1)
    _grow(study, seeds=2)
    _all_have_attacked(study, seeds=2)
    assert not any("not every architecture" in caution for caution in cautions_of(study))


def _grow(study: Study, **more: object) -> None:
    Study.objects.filter(pk=study.pk).update(**more)
    study.refresh_from_db()
    advance.start(study)
    work_off(study)


def _all_have_attacked(study: Study, seeds: int) -> None:
    """Each network and their average in every round that there is, and every answer there."""
    study.loop.refresh_from_db()
    assert study.loop.state == Loop.State.FINISHED, study.loop.reason
    runs = study.attacker_runs.attackers()
    for level, round in set(runs.values_list("trained_through", "round")):
        assert runs.filter(trained_through=level, round=round).count() == 3 * seeds
    photos = study.items.filter(split__in=[Item.Split.TEST, Item.Split.VALIDATION]).count()
    for run in runs:
        assert run.predictions.count() == 2 * photos


def _every_photo_stands_at_every_level_inside_the_one_before(study: Study) -> None:
    for item in study.items.all():
        whole, crop = item.stimuli.order_by("level__number")
        assert window_of(whole) == WHOLE
        assert window_of(whole).contains(window_of(crop))
        assert crop.window_width == 0.02
        assert crop.made_by


def _attackers_and_designers_share_no_photo(study: Study) -> None:
    roles = set(study.attacker_runs.values_list("role", flat=True))
    assert roles == {AttackerRun.Role.ATTACK, AttackerRun.Role.DESIGN}
    designed_for = Prediction.objects.filter(run__role=AttackerRun.Role.DESIGN)
    assert not designed_for.exists()
    tested = Prediction.objects.filter(run__study=study).values_list("stimulus__item__split", flat=True)
    assert set(tested) == {Item.Split.TEST, Item.Split.VALIDATION}
    for role, own in (
        (AttackerRun.Role.ATTACK, Item.Split.TRAIN),
        (AttackerRun.Role.DESIGN, Item.Split.DESIGN),
    ):
        clusters = set(study.items.filter(split=own).values_list("cluster", flat=True))
        for run in study.attacker_runs.filter(role=role):
            assert set(load(run_directory(run)).record.trained_groups) <= clusters


def _the_matrix_is_full(study: Study) -> None:
    """Every attacker answered every test and validation photo at every level, once."""
    photos = study.items.filter(split__in=[Item.Split.TEST, Item.Split.VALIDATION]).count()
    for run in study.attacker_runs.attackers():
        for level in study.levels.all():
            assert run.predictions.filter(stimulus__level=level).count() == photos
    first = study.attacker_runs.attackers().get(trained_through=0)
    assert first.validation_accuracy == 1.0
    assert first.checkpoint_sha256
    assert first.history
    assert len(first.offsets) == 2


def _the_recorded_accuracy_is_that_of_the_stored_answers(study: Study) -> None:
    """What training said about validation, and what the finished network answers, are the same network."""
    for run in study.attacker_runs.attackers():
        own = run.predictions.filter(
            stimulus__item__split=Item.Split.VALIDATION, stimulus__level__number=run.trained_through
        )
        shares = [
            own.filter(stimulus__item__category=category, correct=True).count()
            / own.filter(stimulus__item__category=category).count()
            for category in study.categories.all()
        ]
        assert run.validation_accuracy == pytest.approx(sum(shares) / len(shares), abs=1e-6)


def _the_log_follows_the_flow_chart(study: Study) -> None:
    decisions = [(entry.decision, entry.level) for entry in study.loop.entries.all()]
    beginning = [("crop", 0), ("retrain", 0), ("design", 0), ("crop", 1), ("test", 1), ("retrain", 1)]
    assert decisions == [*beginning, ("retrain", 1), ("curve", 1), ("check", 1), ("stop", 1)]
    assert "The last retraining gained" in study.loop.reason


def _starting_again_does_nothing(study: Study) -> None:
    before = study.jobs.count()
    advance.start(study)
    assert study.jobs.count() == before


def _it_was_attacked_twice_the_second_time_from_the_level_before(study: Study) -> None:
    first, second = study.attacker_runs.attackers().filter(trained_through=1).order_by("round")
    assert first.warm_from is None
    assert (second.warm_from.trained_through, second.warm_from.seed) == (0, second.seed)


def _the_reason_names_the_learning_curve(study: Study) -> None:
    gain = _result_of(study, Check.Kind.CURVE)["gain"]
    expected = f"{signed(gain['estimate'])} {signed_interval(gain['low'], gain['high'])}"
    assert expected in study.loop.reason


def _every_check_has_a_result(study: Study) -> None:
    kinds = {"curve", "controls", "shuffle", "nuisance", "attention"}
    assert set(study.checks.done().values_list("kind", flat=True)) == kinds
    assert all(check.result["says"] for check in study.checks.all())
    controls = _result_of(study, Check.Kind.CONTROLS)["rules"]
    assert len(controls) == 5
    tested = study.items.filter(split="test").count()
    assert {rule["n_items"] for rule in controls.values()} == {tested}
    gained = _result_of(study, Check.Kind.CONTROLS)["gained_without_the_rule"]["centre"]
    difference = controls["centre"]["estimate"] - controls["the study's own crops"]["estimate"]
    assert gained["estimate"] == pytest.approx(difference)
    curve = _result_of(study, Check.Kind.CURVE)
    assert curve["sizes"] == sorted(curve["sizes"])
    assert curve["asymptote"]["low"] <= curve["asymptote"]["high"]
    assert study.checks.get(kind="curve").figure.startswith("<?xml")


def _the_machine_page_shows_it(study: Study, client: Client) -> None:
    page = client.get(reverse("pipeline:machine", args=[study.code])).content.decode()
    for check in study.checks.all():
        assert escape(check.result["says"]) in page
    assert all(attack.best_epochs.startswith(("head ", "finetune ")) for attack in attacks_of(study))
    assert [attack.counts_at for attack in attacks_of(study)].count(
        ()
    ) == 1  # of three: one counts at each level
    assert "level 0, round 1" in page
    curve = study.checks.get(kind="curve")
    figure = client.get(reverse("pipeline:check-figure", args=[study.code, curve.pk]))
    assert figure["Content-Type"] == "image/svg+xml"
    concerns = [check for check in study.checks.all() if check.result["concern"]]
    assert len(cautions_of(study)) == len(concerns)


def _the_attention_is_shown_where_the_machine_has_not_fallen_too(study: Study, client: Client) -> None:
    assert "Attention at level 0 is queued" in do(client, study, "show-attention")
    work_off(study)
    shown = study.checks.filter(kind=Check.Kind.ATTENTION)
    assert [check.level for check in shown if check.figure.startswith("<?xml")] == [0, 1]
    assert "on the machine&#x27;s page already" in do(client, study, "show-attention")
    study.loop.refresh_from_db()
    assert study.loop.state == Loop.State.FINISHED


def _result_of(study: Study, kind: str) -> dict[str, Any]:
    return study.checks.get(kind=kind).result
