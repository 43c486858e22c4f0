"""A search on a study's own crops: what helps is found, test photos are not read, nothing is tried twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from attacker.search.search_budget import SCREENED_ON, Budget
from pipeline.attacks.data_roles import config_of_run, roles_of
from pipeline.attacks.strongest import machine_by_level
from pipeline.models import AttackerRun, AttackSearch, Job, Loop
from pipeline.queue.claims import Claim
from pipeline.queue.job_requests import request_cancel
from pipeline.searches.asked_searches import SearchRefusedError, ask_for, price_of
from pipeline.searches.search_photos import plan_of, today_of
from pipeline.searches.search_record_kept import record_of
from pipeline.searches.search_standing import attacked_levels
from pipeline.worker.execute import perform
from study.models import Item, Stimulus, Study
from tests.attacker.search.misleading import LEVEL
from tests.pipeline.answered import add_run
from tests.pipeline.searches.planted_study import AT_ONCE, PER_CLASS, SIX, TWO, asked, planted_study
from tests.pipeline.studies import make_study, work_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return planted_study()


def trials_of(search: AttackSearch) -> list[tuple[str, float, float]]:
    search.refresh_from_db()
    record = record_of(search)
    assert record is not None
    return [(trial.recipe.key, trial.share, trial.accuracy) for trial in record.trials]


def searched(search: AttackSearch) -> str:
    """Let a worker do the job; return how it ended."""
    perform(search.job.pk)
    search.job.refresh_from_db()
    search.refresh_from_db()
    return search.job.state


@pytest.mark.thorough
def test_what_is_known_to_help_is_found_and_becomes_an_attacker_of_its_own(study: Study) -> None:
    search = asked(study)
    assert searched(search) == Job.State.SUCCEEDED, search.job.error
    outcome = search.outcome
    assert outcome is not None
    assert outcome.tried == 6
    assert outcome.strongest > outcome.today + 0.2
    assert outcome.worst <= outcome.median <= outcome.strongest
    assert "lighter=False" in outcome.words
    runs = study.attacker_runs.filter(recipe=outcome.key)
    assert [run.seed for run in runs] == [0, 1], "the study's seeds"
    work_off(study)
    machine = machine_by_level(study)[LEVEL]
    assert machine.recipe.searched == outcome.key
    assert machine.mean > outcome.today
    for run in machine.runs:
        assert run.config == vars(config_of_run(run)), "trained by the recipe that was found"
        assert {photo.level for photo in roles_of(run)[0]} == {LEVEL}, "lighter crops are left out"
        assert run.predictions.filter(stimulus__item__split=Item.Split.TEST).exists(), "tested as all are"
        own = run.searched_recipe
        assert own is not None
        assert own.provenance.startswith("found by a search of 6 recipes on validation photos: ")
        assert "lighter=False" in own.provenance


@pytest.mark.thorough
def test_no_test_photo_is_in_the_plan_and_none_is_read(study: Study) -> None:
    tested = Stimulus.objects.filter(item__study=study, item__split=Item.Split.TEST)
    for crop in tested:
        Path(crop.image.path).unlink()
    search = asked(study, TWO, **AT_ONCE)
    plan = plan_of(search)
    for split, photos in ((Item.Split.TRAIN, plan.train), (Item.Split.VALIDATION, plan.validation)):
        splits = {study.items.get(pk=photo.item).split for photo in photos}
        assert splits == {split}
        assert len(photos) == 2 * 3 * PER_CLASS[split]
    assert not {photo.group for photo in plan.train} & {photo.group for photo in plan.validation}
    assert searched(search) == Job.State.SUCCEEDED, search.job.error
    record = record_of(search)
    assert record is not None
    assert record.seen == ("train", "validation")


def test_near_duplicates_keep_their_group(study: Study) -> None:
    first, second = study.items.filter(split=Item.Split.TRAIN)[:2]
    Item.objects.filter(pk=second.pk).update(cluster=first.cluster)
    groups = {photo.item: photo.group for photo in plan_of(asked(study)).train}
    assert groups[str(first.pk)] == groups[str(second.pk)] == first.cluster


def after_trials(number: int, then: Callable[[Claim], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let something happen to the job once so many trials have ended."""
    shown = Claim.progress

    def progress(claim: Claim, fraction: float, message: str = "") -> None:
        shown(claim, fraction, message)
        if message.startswith(f"{number} trials"):
            monkeypatch.setattr(Claim, "progress", shown)
            then(claim)

    monkeypatch.setattr(Claim, "progress", progress)


def stops(claim: Claim) -> None:
    request_cancel(claim.job)
    claim.renew()


def dies(_: Claim) -> None:
    raise MemoryError("killed")


@pytest.mark.thorough
@pytest.mark.parametrize(("then", "ended"), [(stops, Job.State.CANCELLED), (dies, Job.State.FAILED)])
def test_a_search_that_was_stopped_or_killed_goes_on_and_tries_nothing_twice(
    then: Any, ended: str, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    three = Budget(3, 600.0)
    search = asked(study, three, **AT_ONCE)
    after_trials(2, then, monkeypatch)
    assert searched(search) == ended
    before = trials_of(search)
    assert len(before) == 2
    assert not study.attacker_runs.exists(), "nothing is trained before the search has ended"
    asked(study, three, **AT_ONCE)
    assert searched(search) == Job.State.SUCCEEDED, search.job.error
    after = trials_of(search)
    assert after[:2] == before
    assert len({(recipe, share) for recipe, share, _ in after}) == len(after) == 3


@pytest.mark.thorough
def test_a_machine_without_the_files_goes_on_from_the_trials_that_the_row_keeps(
    study: Study, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    three = Budget(3, 600.0)
    search = asked(study, three, **AT_ONCE)
    after_trials(2, stops, monkeypatch)
    searched(search)
    before = trials_of(search)
    settings.SWEETSPOT_VAR = tmp_path
    asked(study, three, **AT_ONCE)
    assert searched(search) == Job.State.SUCCEEDED, search.job.error
    assert trials_of(search)[:2] == before


@pytest.mark.thorough
def test_a_larger_budget_goes_on_with_the_same_search(
    study: Study, django_capture_on_commit_callbacks: Any
) -> None:
    search = asked(study, TWO, **AT_ONCE)
    with django_capture_on_commit_callbacks(execute=True):
        searched(search)
    runs = Path(settings.SWEETSPOT_VAR) / "runs" / study.code / f"search-{LEVEL}"
    assert list(runs.rglob("*.safetensors")) == [], "the networks of the trials are deleted"
    two = trials_of(search)
    assert len(two) == 2
    asked(study, Budget(3, 600.0), **AT_ONCE)
    assert searched(search) == Job.State.SUCCEEDED, search.job.error
    assert trials_of(search)[:2] == two
    assert len(trials_of(search)) == 3
    assert AttackSearch.objects.count() == 1


def test_the_budget_of_processor_time_is_held_and_too_little_says_so(study: Study) -> None:
    search = asked(study, Budget(6, 0.001))
    assert searched(search) == Job.State.FAILED
    assert "give the search more CPU-seconds" in search.job.error
    assert not study.attacker_runs.exists()
    record = record_of(search)
    assert record is None or record.trials == ()


@pytest.mark.thorough
def test_crops_that_were_cut_anew_are_searched_anew(study: Study) -> None:
    search = asked(study, TWO, **AT_ONCE)
    searched(search)
    crop = Stimulus.objects.filter(item__study=study, item__split=Item.Split.TRAIN, level__number=1).first()
    assert crop is not None
    other = Stimulus.objects.exclude(pk=crop.pk).filter(item__split=Item.Split.TEST).first()
    assert other is not None
    Stimulus.objects.filter(pk=crop.pk).update(image=other.image.name, sha256=other.sha256)
    asked(study, TWO, **AT_ONCE)
    assert searched(search) == Job.State.SUCCEEDED, search.job.error
    record = record_of(search)
    assert record is not None
    assert len(record.trials) == 2


@pytest.mark.thorough
def test_a_search_that_finds_none_adds_no_attacker(study: Study) -> None:
    """At level 0 there are no lighter crops, and today's recipe knows every photo."""
    search = asked(study, TWO, level=0)
    assert searched(search) == Job.State.SUCCEEDED, search.job.error
    outcome = search.outcome
    assert outcome is not None
    assert (outcome.key, outcome.words) == ("", "")
    assert not study.attacker_runs.exists()
    standing = attacked_levels(study)[0].standing
    assert standing is not None
    assert standing.words == "2 recipes tried, none stronger than the study's own"


def test_what_it_would_take_follows_from_the_trainings_on_that_level(study: Study) -> None:
    assert price_of(study, LEVEL, SIX).seconds is None
    for seed, seconds in enumerate((8.0, 12.0)):
        run = add_run(study, LEVEL, seed, 0.5, net="efficientnet_lite0")
        AttackerRun.objects.filter(pk=run.pk).update(seconds=seconds)
    price = price_of(study, LEVEL, SIX)
    assert price.trainings == 1 + 0.25 * 6 + 2, "today's, all on a quarter, the two best on all"
    assert (price.seconds, price.seconds_after) == (45.0, 20.0)


def test_one_level_is_searched_once_at_a_time(study: Study) -> None:
    search = asked(study)
    with pytest.raises(SearchRefusedError, match="being searched"):
        asked(study)
    request_cancel(search.job)
    assert asked(study).pk == search.pk


def test_a_level_without_crops_a_running_loop_and_a_probe_are_refused(study: Study) -> None:
    with pytest.raises(SearchRefusedError, match="Level 7 has no crops of training photos"):
        ask_for(study.owner, study, 7, SIX)
    loop = Loop.objects.create(study=study, state=Loop.State.RUNNING)
    with pytest.raises(SearchRefusedError, match="let it finish"):
        ask_for(study.owner, study, LEVEL, SIX)
    loop.delete()
    Study.objects.filter(pk=study.pk).update(attacker_preset="probe")
    study.refresh_from_db()
    with pytest.raises(SearchRefusedError, match="frozen probes"):
        ask_for(study.owner, study, LEVEL, SIX)
    assert not AttackSearch.objects.exists()
    assert not Job.objects.exists()


def test_a_search_goes_on_to_beat_the_recipe_that_the_study_has_by_then(study: Study) -> None:
    request_cancel(ask_for(study.owner, study, LEVEL, SIX).job)
    Study.objects.filter(pk=study.pk).update(image_size=96)
    study.refresh_from_db()
    again = ask_for(study.owner, study, LEVEL, SIX)
    assert today_of(again).image_size == 96
    request_cancel(again.job)
    Study.objects.filter(pk=study.pk).update(attacker_preset="probe")
    study.refresh_from_db()
    with pytest.raises(SearchRefusedError, match="frozen probes"):
        ask_for(study.owner, study, LEVEL, SIX)
    add_run(study, 0, 0, 0.4)
    assert today_of(ask_for(study.owner, study, LEVEL, SIX)).image_size == 96, "what was trained stays"


def test_another_study_is_not_searched(study: Study) -> None:
    other = make_study("Another")
    with pytest.raises(SearchRefusedError):
        ask_for(other.owner, other, 0, SIX)


@pytest.mark.thorough
def test_recipes_that_were_tried_on_a_part_are_told_apart(study: Study) -> None:
    search = asked(study, **AT_ONCE)
    searched(search)
    standing = attacked_levels(study)[LEVEL].standing
    assert standing is not None
    assert standing.screened is not None
    assert standing.screened.recipes == 6
    shares = [trial.share for trial in standing.trials]
    assert shares == sorted(shares, reverse=True)
    assert set(shares) == {1.0, SCREENED_ON}
