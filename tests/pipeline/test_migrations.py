"""What migrations make of studies that are under way."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import StateApps
from django.utils import timezone

from pipeline.loop.level_state import facts
from pipeline.models import ENSEMBLE
from tests.pipeline.answered import add_run
from tests.study.factories import draft_study, open_study_version, player

pytestmark = pytest.mark.django_db


def as_before(migration: tuple[str, str]) -> StateApps:
    """Tables as they were at a migration; those of studies as they are, whose columns the database has."""
    loader = MigrationLoader(connection)
    return loader.project_state([migration, *loader.graph.leaf_nodes("study")]).apps


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("trained_at", "side"), [([224, 224], 224), ([384], 384), ([224, 240], 0), ([None], 0), ([], 0)]
)
def test_a_study_under_way_goes_on_at_the_side_it_began_with(trained_at: list[int | None], side: int) -> None:
    study = draft_study()
    for seed, at in enumerate(trained_at):
        run = add_run(study, 0, seed, skill=1.0)
        run.config = {"image_size": at} if at else {}  # an average of others has no config
        run.save()
    before = as_before(("pipeline", "0006_longer_reasons"))
    import_module("pipeline.migrations.0007_sides_as_begun").keep_the_side(before, None)
    study.refresh_from_db()
    assert study.image_size == side


def test_trials_of_sessions_under_way_get_the_order_that_their_person_has() -> None:
    session = player(open_study_version())
    session.trials.update(choice_order=[])
    before = MigrationLoader(connection).project_state([("study", "0020_answer_order_and_input")]).apps
    import_module("study.migrations.0020_answer_order_and_input").write_the_order_of_each_trial(before, None)
    assert len(session.choice_order) == 3
    orders = list(session.trials.values_list("choice_order", flat=True))
    assert orders == [session.choice_order] * 9


def test_a_finished_run_says_which_epoch_it_kept_when_accuracy_chose() -> None:
    run = add_run(draft_study(), 0, 0, skill=1.0)
    seen = [
        ("head", 1, 0.7, 0.8),
        ("head", 2, 0.8, 0.9),
        ("finetune", 1, 0.8, 0.7),
        ("finetune", 2, 0.7, 0.6),
    ]
    run.history = [
        {"stage": stage, "epoch": epoch, "validation_accuracy": accuracy, "validation_loss": loss}
        for stage, epoch, accuracy, loss in seen
    ]
    run.save()
    under_way = add_run(draft_study(), 0, 0, skill=1.0)
    under_way.history = [{"stage": "head", "validation_accuracy": 0.7}]
    under_way.save()
    before = as_before(("pipeline", "0007_sides_as_begun"))
    import_module("pipeline.migrations.0008_kept_epochs").mark_the_kept_epoch(before, None)
    run.refresh_from_db()
    under_way.refresh_from_db()
    assert run.best_epoch == "finetune 1"
    assert under_way.best_epoch == ""


@pytest.mark.thorough
def test_an_average_says_which_architectures_it_is_of() -> None:
    """One that the study was given since, and one that was queued by hand, are none of its members."""
    study = draft_study(architectures=["one", "three", "two"])
    now = timezone.now()
    nets = {"two": -2, "one": -1, ENSEMBLE: 0, "three": 1, "by hand": -1}
    runs = {net: add_run(study, 1, 0, skill=0.5, net=net) for net in nets}
    for net, hours in nets.items():
        runs[net].job.finished_at = now + timedelta(hours=hours)
        runs[net].job.save()
    before = as_before(("pipeline", "0008_kept_epochs"))
    import_module("pipeline.migrations.0009_members").name_the_members(before, None)
    runs[ENSEMBLE].refresh_from_db()
    assert runs[ENSEMBLE].config == {"members": ["one", "two"]}
    assert facts(study)[1].lacks_ensembles == 1
