"""What stands in a search's way is named, and no trial that has ended is lost by it."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from attacker.search.record_on_disk import RecordFile, opened
from attacker.search.search_budget import Budget
from attacker.search.search_record import Trial
from pipeline.models import Job
from pipeline.retention.full_disk import FREE_SOME
from pipeline.searches.asked_searches import SearchRefusedError, ask_for
from pipeline.searches.search_photos import folder_of, plan_of
from pipeline.searches.search_record_kept import record_of
from study.models import Item, Stimulus, Study
from tests.attacker.search.misleading import LEVEL
from tests.pipeline.searches.planted_study import AT_ONCE, SIX, TWO, asked, planted_study
from tests.pipeline.searches.test_study_search import after_trials, searched, stops, trials_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return planted_study()


@pytest.mark.parametrize("split", [Item.Split.TRAIN, Item.Split.VALIDATION])
def test_a_class_without_photos_of_a_role_is_named(split: Item.Split, study: Study) -> None:
    study.items.filter(category__name="red", split=split).delete()
    role = {Item.Split.TRAIN: "training", Item.Split.VALIDATION: "validation"}[split]
    with pytest.raises(SearchRefusedError, match=f"no crops of {role} photos of red: import such photos"):
        ask_for(study.owner, study, LEVEL, SIX)
    assert not Job.objects.exists()


def test_where_a_crop_s_file_is_missing_it_is_named_and_the_search_goes_on_once_it_is_back(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    three = Budget(3, 600.0)
    search = asked(study, three, **AT_ONCE)
    after_trials(1, stops, monkeypatch)
    searched(search)
    before = trials_of(search)
    crop = Stimulus.objects.filter(item__study=study, item__split=Item.Split.TRAIN, level__number=1).first()
    assert crop is not None
    place = Path(crop.image.path)
    content = place.read_bytes()
    place.unlink()
    asked(study, three, **AT_ONCE)
    assert searched(search) == Job.State.FAILED
    assert f"{place}: cannot be read" in search.job.error
    assert trials_of(search) == before
    place.write_bytes(content)
    asked(study, three, **AT_ONCE)
    assert searched(search) == Job.State.SUCCEEDED, search.job.error
    assert trials_of(search)[:1] == before


def test_a_full_disk_is_told_and_no_trial_that_has_ended_is_lost(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    search, stored, room = asked(study, TWO, **AT_ONCE), RecordFile.add, [1]

    def add(file: RecordFile, trial: Trial, run: str) -> None:
        if not room:
            raise OSError(errno.ENOSPC, "No space left on device")
        room.pop()
        stored(file, trial, run)

    with monkeypatch.context() as full:
        full.setattr(RecordFile, "add", add)
        assert searched(search) == Job.State.FAILED
    assert "No space left on device" in search.job.error
    assert FREE_SOME in search.job.error
    (first,) = trials_of(search)
    asked(study, TWO, **AT_ONCE)
    assert searched(search) == Job.State.SUCCEEDED, search.job.error
    assert trials_of(search)[0] == first
    assert len(trials_of(search)) == 2


def test_two_levels_are_searched_beside_each_other(study: Study) -> None:
    heavier, lighter = asked(study, TWO, **AT_ONCE), asked(study, TWO, level=0, **AT_ONCE)
    for search in (heavier, lighter):
        assert searched(search) == Job.State.SUCCEEDED, search.job.error
    for search, level in ((heavier, LEVEL), (lighter, 0)):
        record = record_of(search)
        assert record is not None
        assert [trial.level for trial in record.trials] == [level, level]


def test_a_worker_that_was_given_up_and_still_searches_is_waited_for(study: Study) -> None:
    search = asked(study, TWO, **AT_ONCE)
    identity = plan_of(search).identity()
    with opened(folder_of(search, identity), identity):
        assert searched(search) == Job.State.QUEUED
    assert search.job.message == "the worker that had this search before has not ended yet"
    assert not search.job.error
    assert searched(search) == Job.State.SUCCEEDED, search.job.error
