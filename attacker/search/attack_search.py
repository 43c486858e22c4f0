"""The search itself: all recipes on a part of the photos, the best on all, as long as there is time."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from attacker.errors import ArchitectureError, DivergedError, StoppedError
from attacker.photos.splits import require_enough
from attacker.progress import Progress, never
from attacker.search.cpu_meter import CpuMeter
from attacker.search.recipe_trials import Outcome, Place, team_accuracy, try_recipe
from attacker.search.recipes import Recipe
from attacker.search.record_on_disk import RecordFile, opened
from attacker.search.search_budget import FEW, SCREENED_ON, Budget
from attacker.search.search_plan import SearchPlan
from attacker.search.search_record import SearchRecord, Team, Trial

_TEAM = 3  # recipes that answer together
_LEAST = 2  # photos of a class that a training needs
_SCREEN = f"screen recipes on a quarter of those to train on (a budget of {FEW} recipes screens none)"


@dataclass(frozen=True)
class SearchNews:
    """Where a search stands.

    Parameters
    ----------
    level
        That is attacked.
    trials
        That have ended, on all levels.
    fraction
        Share of the work, or of the CPU-seconds if that is more, in [0, 1].
    best
        The highest validation accuracy on this level so far, on all photos; None before the first.
    """

    level: int
    trials: int
    fraction: float
    best: float | None


def search(
    plan: SearchPlan,
    budget: Budget,
    *,
    folder: Path,
    cache_dir: Path | None = None,
    on_news: Callable[[SearchNews], object] = lambda _: None,
    should_stop: Callable[[], bool] = never,
    clock: Callable[[], float] = time.process_time,
) -> SearchRecord:
    """Search for a stronger recipe than today's on each level, or continue the search in `folder`.

    Parameters
    ----------
    plan
        Photos, levels and what may be tried.
    budget
        Of all calls together. A larger one continues a search that has ended.
    folder
        Gets the record and the runs. What is in the record is not tried again; a training that was cut off
        goes on from its last epoch.
    cache_dir
        Of features, as in `attacker.train`.
    on_news
        Called after each epoch and trial.
    should_stop
        As in `attacker.train`.
    clock
        CPU-seconds of this process, which the budget is of.

    Returns
    -------
    The record: of each level at least today's recipe on all photos, if the time was enough for that.

    Raises
    ------
    StoppedError
        If `should_stop` returned True; call again to continue.
    CheckpointError
        If `folder` belongs to another search, or is damaged; `InUseError` if another process searches in it.
    DataError
        If a class has too few photos to screen recipes on a part of them.
    AttackerError
        As in `attacker.train`.

    References
    ----------
    Jamieson and Talwalkar (2016), Non-stochastic best arm identification and hyperparameter optimization,
    AISTATS (successive halving, here with two rounds).

    Examples
    --------
    >>> record = search(plan, Budget(16, cpu_seconds=1800), folder=Path("search"))  # doctest: +SKIP
    >>> max(record.of(level=3, share=1.0), key=lambda trial: trial.rank).accuracy  # doctest: +SKIP
    0.52
    """
    if budget.screens:
        require_enough(plan.training_photos(SCREENED_ON), plan.classes, _LEAST, _SCREEN)
    place = Place(folder, cache_dir, should_stop=should_stop)
    with opened(folder, plan.identity()) as file:
        meter = CpuMeter(file, clock)
        for number, level in enumerate(plan.levels, start=1):
            limit = (budget.cpu_seconds or math.inf) * number / len(plan.levels)
            _LevelSearch(plan, budget, level, limit, file, meter, place, on_news).run()
        return file.record


@dataclass(frozen=True)
class _LevelSearch:
    """The search on one level, until `limit` CPU-seconds are spent on it and the levels before it."""

    plan: SearchPlan
    budget: Budget
    level: int
    limit: float
    file: RecordFile
    meter: CpuMeter
    place: Place
    on_news: Callable[[SearchNews], object]

    def run(self) -> None:
        """Try today's recipe on all photos, all recipes on some, and the best of those on all."""
        self.on_news(self._news())
        recipes = self.plan.recipes(self.budget.recipes)
        try:
            self._try(recipes[0], 1.0)
            for recipe in self._screened(recipes) if self.budget.screens else recipes:
                self._try(recipe, 1.0)
        except StoppedError:
            if self.place.should_stop():
                raise
        self._put_together()

    def _screened(self, recipes: Sequence[Recipe]) -> tuple[Recipe, ...]:
        """Return the recipes that do best on a part of the photos; time is left to give them all photos."""
        (today,) = self._trials(recipes[:1], 1.0)
        reserve = today.cpu_seconds * self.budget.finalists
        for recipe in recipes:
            if self.meter.spent + reserve >= self.limit:
                break
            self._try(recipe, SCREENED_ON)
        tried = [trial for trial in self._trials(recipes, SCREENED_ON) if not trial.failed]
        best = sorted(tried, key=lambda trial: trial.rank, reverse=True)
        return tuple(trial.recipe for trial in best[: self.budget.finalists])

    def _trials(self, recipes: Sequence[Recipe], share: float) -> list[Trial]:
        trials = (self.file.record.trial_of(self.level, recipe, share) for recipe in recipes)
        return [trial for trial in trials if trial is not None]

    def _try(self, recipe: Recipe, share: float) -> None:
        """Try a recipe and record the trial, unless it is recorded."""
        if self._trials([recipe], share):
            return
        run = self.place.run_of(recipe, self.level, share)
        self.meter.begin(run.relative_to(self.place.folder).as_posix())
        outcome = self._outcome(recipe, share)
        trial = Trial(
            level=self.level,
            settings=asdict(recipe.config),
            lighter=recipe.lighter,
            share=share,
            seed=recipe.config.seed,
            cpu_seconds=self.meter.end(),
            **asdict(outcome),
        )
        self.file.add(trial, self.meter.trial)
        if share < 1:
            shutil.rmtree(run, ignore_errors=True)
        self.on_news(self._news())

    def _outcome(self, recipe: Recipe, share: float) -> Outcome:
        place = replace(self.place, on_progress=self._note, should_stop=self._is_over)
        try:
            return try_recipe(recipe, self.level, share, self.plan, place)
        except (DivergedError, ArchitectureError) as error:  # that it cannot be trained is a result too
            return Outcome(failed=str(error))
        finally:
            self.meter.note()

    def _is_over(self) -> bool:
        return self.place.should_stop() or self.meter.spent >= self.limit

    def _note(self, progress: Progress) -> None:
        if progress.loss is not None:
            self.meter.note()
            self.on_news(self._news())

    def _news(self) -> SearchNews:
        trials, finals = self.file.record.trials, self.file.record.of(self.level, 1.0)
        work = sum(trial.share for trial in trials) / (self.budget.work * len(self.plan.levels))
        time = self.meter.spent / (self.budget.cpu_seconds or math.inf)
        best = max((trial.accuracy for trial in finals), default=None)
        return SearchNews(self.level, len(trials), min(1.0, max(work, time)), best)

    def _put_together(self) -> None:
        """Record how well the strongest recipes do together, on the same validation photos.

        A search that goes on from its record alone, on another machine, has not all of their networks.
        """
        finals = sorted(self.file.record.of(self.level, 1.0), key=lambda trial: trial.rank, reverse=True)
        members = [trial.recipe for trial in finals[:_TEAM]]
        keys = tuple(recipe.key for recipe in members)
        others = tuple(team for team in self.file.record.teams if team.level != self.level)
        known = {team.members for team in self.file.record.teams if team not in others}
        runs_are_here = all(self.place.run_of(each, self.level, 1.0).exists() for each in members)
        if len(members) < 2 or keys in known or not runs_are_here:
            return
        team = Team(self.level, keys, team_accuracy(members, self.level, self.plan, self.place))
        self.file.write(teams=(*others, team))
