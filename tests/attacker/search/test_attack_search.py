"""A search within a budget: it finds what is known to help, goes on after a stop, and tries nothing twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import msgspec
import pytest

from attacker import AttackerConfig, StoppedError, load
from attacker.errors import CheckpointError, ConfigError, DataError
from attacker.search.attack_search import SearchNews, search
from attacker.search.recipes import Recipe
from attacker.search.record_on_disk import opened, read_record
from attacker.search.search_budget import SCREENED_ON, Budget
from attacker.search.search_findings import findings
from attacker.search.search_plan import SearchPlan
from attacker.search.search_record import SearchRecord, Trial
from tests.attacker import planted
from tests.attacker.search import misleading
from tests.attacker.search.misleading import LEVEL

SIX = Budget(6)


def _timeless(record: SearchRecord) -> SearchRecord:
    """The record without what differs between two equal searches."""
    trials = tuple(msgspec.structs.replace(trial, cpu_seconds=0.0) for trial in record.trials)
    return msgspec.structs.replace(record, trials=trials, unfinished={})


def _what(trial: Trial) -> tuple[str, float, float]:
    return trial.recipe.key, trial.share, trial.accuracy


def _clock() -> Callable[[], float]:
    """A clock that goes on by a second each time it is looked at: equal trainings take equally long."""
    return map(float, count()).__next__


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> SearchPlan:
    return misleading.plan(tmp_path_factory.mktemp("misleading"))


@pytest.fixture(scope="module")
def folder(plan: SearchPlan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a search that was not disturbed."""
    root = tmp_path_factory.mktemp("search")
    search(plan, SIX, folder=root, cache_dir=root / "cache", clock=_clock())
    return root


@pytest.mark.thorough
def test_the_recipe_that_is_known_to_help_is_found(plan: SearchPlan, folder: Path) -> None:
    result = findings(read_record(folder), Recipe(plan.today), LEVEL)
    assert not result.strongest.recipe.lighter
    assert result.strongest.accuracy > result.today.accuracy + 0.2
    assert result.lines()[0].startswith("level 1: the strongest of 6 recipes has ")
    assert "lighter=False" in result.lines()[0]


@pytest.mark.thorough
def test_the_spread_over_recipes_is_told(plan: SearchPlan, folder: Path) -> None:
    record = read_record(folder)
    result = findings(record, Recipe(plan.today), LEVEL)
    screened = sorted(trial.accuracy for trial in record.of(LEVEL, SCREENED_ON))
    assert result.screened is not None
    assert (result.screened.recipes, result.screened.worst, result.screened.best) == (
        6,
        screened[0],
        screened[-1],
    )
    assert result.finals.worst <= result.finals.median <= result.finals.best == result.strongest.accuracy
    assert result.team is not None
    assert len(result.team.members) >= 2


@pytest.mark.thorough
def test_all_recipes_are_screened_and_the_best_get_all_photos(folder: Path) -> None:
    record = read_record(folder)
    screened, finals = record.of(LEVEL, SCREENED_ON), record.of(LEVEL, 1.0)
    assert len(screened) == SIX.recipes
    best = sorted(screened, key=lambda trial: trial.rank)[-SIX.finalists :]
    assert {trial.recipe for trial in best} <= {trial.recipe for trial in finals}
    assert all(set(trial.accuracies) == {0, LEVEL} for trial in finals)
    assert all(trial.epochs > 0 and trial.cpu_seconds > 0 and trial.seed == 0 for trial in record.trials)


@pytest.mark.thorough
def test_the_same_search_finds_the_same(plan: SearchPlan, folder: Path, tmp_path: Path) -> None:
    again = search(plan, SIX, folder=tmp_path)
    assert _timeless(again) == _timeless(read_record(folder))


@pytest.mark.thorough
def test_a_finished_search_is_read_not_repeated(plan: SearchPlan, folder: Path) -> None:
    before, news = read_record(folder), []
    assert search(plan, SIX, folder=folder, cache_dir=folder / "cache", on_news=news.append) == before
    assert [entry.trials for entry in news] == [len(before.trials)]


@pytest.mark.thorough
@pytest.mark.parametrize("after", [1, 9, 25])
def test_a_stopped_search_goes_on_where_it_was(
    after: int, plan: SearchPlan, folder: Path, tmp_path: Path
) -> None:
    news: list[SearchNews] = []
    with pytest.raises(StoppedError):
        search(plan, SIX, folder=tmp_path, on_news=news.append, should_stop=lambda: len(news) > after)
    stopped = read_record(tmp_path)
    assert sum(stopped.unfinished.values()) > 0
    whole = search(plan, SIX, folder=tmp_path)
    assert whole.trials[: len(stopped.trials)] == stopped.trials
    assert _timeless(whole) == _timeless(read_record(folder))


KILLED = """
import sys; sys.path.insert(0, sys.argv[1])
import os, signal; from pathlib import Path
import torch; torch.set_num_threads(1)
from attacker.search.attack_search import search
from attacker.search.search_budget import Budget
from tests.attacker.search import misleading
news = []
def die(entry):
    news.append(entry)
    if len(news) == 30:
        os.kill(os.getpid(), signal.SIGKILL)
search(misleading.plan(Path(sys.argv[2])), Budget(6), folder=Path(sys.argv[3]), on_news=die)
"""


@pytest.mark.long
def test_a_killed_search_goes_on_without_repeating_a_trial(
    plan: SearchPlan, folder: Path, tmp_path: Path
) -> None:
    here, photos = str(Path(planted.__file__).parents[2]), str(tmp_path / "photos")
    command = [sys.executable, "-c", KILLED, here, photos, str(tmp_path / "search")]
    assert subprocess.run(command, timeout=300, check=False).returncode == -signal.SIGKILL
    killed = read_record(tmp_path / "search")
    assert killed.trials
    assert sum(killed.unfinished.values()) > 0
    whole = search(plan, SIX, folder=tmp_path / "search")  # the same photos in another place
    assert whole.trials[: len(killed.trials)] == killed.trials
    assert _timeless(whole) == _timeless(read_record(folder))


@pytest.mark.thorough
def test_a_search_ends_with_its_cpu_seconds_and_a_larger_budget_goes_on(
    plan: SearchPlan, folder: Path, tmp_path: Path
) -> None:
    whole = read_record(folder)
    today = whole.trials[0].cpu_seconds
    seconds = today + 0.4 * (whole.cpu_seconds - today)
    short = search(plan, Budget(6, seconds), folder=tmp_path, clock=_clock())
    assert short.cpu_seconds < seconds
    assert 0 < len(short.trials) < len(whole.trials)
    longer = search(plan, SIX, folder=tmp_path)
    assert longer.trials[: len(short.trials)] == short.trials
    assert set(map(_what, whole.trials)) <= set(map(_what, longer.trials))


@pytest.mark.thorough
def test_time_is_left_to_give_the_best_all_photos(plan: SearchPlan, folder: Path, tmp_path: Path) -> None:
    whole = read_record(folder)
    seconds = whole.trials[0].cpu_seconds * (1 + SIX.finalists) * 1.5
    record = search(plan, Budget(6, seconds), folder=tmp_path, clock=_clock())
    assert len(record.of(LEVEL, 1.0)) > 1


def test_no_time_for_todays_recipe_is_an_error_that_says_so(plan: SearchPlan, tmp_path: Path) -> None:
    record = search(plan, Budget(6, 0.001), folder=tmp_path)
    assert record.trials == ()
    with pytest.raises(DataError, match="give the search more CPU-seconds"):
        findings(record, Recipe(plan.today), LEVEL)


@pytest.mark.thorough
def test_a_few_recipes_get_all_photos_at_once(plan: SearchPlan, tmp_path: Path) -> None:
    record = search(plan, Budget(3), folder=tmp_path)
    assert [trial.share for trial in record.trials] == [1.0, 1.0, 1.0]


def test_a_recipe_that_cannot_be_trained_is_recorded_with_its_reason(tmp_path: Path) -> None:
    broken = misleading.plan(tmp_path / "photos", today=planted.tiny(finetune_lr=1e30))
    record = search(broken, Budget(2), folder=tmp_path / "search")
    assert "diverged" in record.trials[0].failed
    with pytest.raises(DataError, match="today's recipe was not trained: the training diverged"):
        findings(record, Recipe(broken.today), LEVEL)


@pytest.mark.thorough
def test_a_trial_on_all_photos_is_an_ordinary_attacker(plan: SearchPlan, folder: Path) -> None:
    strongest = findings(read_record(folder), Recipe(plan.today), LEVEL).strongest.recipe
    trained = load(folder / f"level-{LEVEL}" / "all-photos" / strongest.key)
    assert (trained.config, trained.classes) == (strongest.config, plan.classes)
    trained.require_unseen(plan.validation)


@pytest.mark.thorough
def test_a_folder_of_another_search_is_refused(plan: SearchPlan, folder: Path) -> None:
    with pytest.raises(CheckpointError, match="give another folder"):
        search(SearchPlan(plan.today, plan.classes, plan.train, plan.validation, (0,)), SIX, folder=folder)


def test_a_damaged_record_is_refused(plan: SearchPlan, tmp_path: Path) -> None:
    (tmp_path / "search.json").write_text('{"identity": 3}')
    with pytest.raises(CheckpointError, match="delete the folder and search again"):
        search(plan, SIX, folder=tmp_path)


def test_a_level_without_photos_is_refused(plan: SearchPlan) -> None:
    with pytest.raises(DataError, match=r"which \[0, 1\] are; it was given \[1, 4\]"):
        SearchPlan(plan.today, plan.classes, plan.train, plan.validation, (LEVEL, 4))


@pytest.mark.parametrize(("recipes", "seconds"), [(1, None), (501, None), (4, 0.0)])
def test_a_budget_for_nothing_is_refused(recipes: int, seconds: float | None) -> None:
    with pytest.raises(ConfigError, match="a search"):
        Budget(recipes, seconds)


def test_a_frozen_probe_is_no_recipe_to_start_from(plan: SearchPlan) -> None:
    with pytest.raises(ConfigError, match="set finetune_epochs or tuning"):
        SearchPlan(AttackerConfig.probe(), plan.classes, plan.train, plan.validation, (LEVEL,))


@pytest.mark.thorough
def test_two_searches_in_one_folder_do_not_write_over_each_other(plan: SearchPlan, tmp_path: Path) -> None:
    with opened(tmp_path, plan.identity()), pytest.raises(CheckpointError, match="another process searches"):
        search(plan, Budget(2), folder=tmp_path)
    assert len(search(plan, Budget(2), folder=tmp_path).trials) == 2


@pytest.mark.thorough
def test_too_few_photos_to_screen_on_are_told_with_the_way_out(plan: SearchPlan, tmp_path: Path) -> None:
    scarce = replace(plan, train=tuple(photo for photo in plan.train if int(photo.item.split("-")[1]) < 4))
    with pytest.raises(DataError, match=r"a budget of 4 recipes screens none\): red \(1\)"):
        search(scarce, SIX, folder=tmp_path)
    assert len(search(scarce, Budget(2), folder=tmp_path).trials) == 2


@pytest.mark.thorough
def test_what_a_trial_took_before_its_time_was_over_counts_with_it(plan: SearchPlan, tmp_path: Path) -> None:
    both = replace(plan, levels=(0, LEVEL))
    news: list[SearchNews] = []
    with pytest.raises(StoppedError):
        search(both, Budget(2), folder=tmp_path, on_news=news.append, should_stop=lambda: len(news) > 3)
    (run,) = read_record(tmp_path).unfinished
    assert run.startswith("level-0/all-photos/")
    whole = search(both, Budget(2), folder=tmp_path)
    assert whole.unfinished == {}
    assert [trial.level for trial in whole.trials] == [0, 0, LEVEL, LEVEL]
