"""Asking for a search: what it would take, and its job. A larger budget goes on with the same search."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import Any

import msgspec

from attacker.errors import ConfigError
from attacker.search.search_budget import Budget
from pipeline.audit import record
from pipeline.datasets import classes_of, stimuli_at
from pipeline.models import AttackSearch, Job, Loop
from pipeline.models.job_params import SearchParams
from pipeline.queue import job_requests
from pipeline.queue.study_lock import locked
from pipeline.searches.search_photos import terms_for, today_of
from study.models import Item, Study

MOST_MINUTES = 60 * 24 * 60  # two months of a processor


class SearchRefusedError(ValueError):
    """A level cannot be searched as wished; the message says what to do."""


@dataclass(frozen=True)
class SearchPrice:
    """What a search would take, as far as trainings on its level tell.

    Parameters
    ----------
    trainings
        On all training photos that its trials are worth.
    each
        Seconds that the study's own trainings on this level took, in the mean; None before there are any.
    seeds
        Trainings of the strongest recipe that follow, if it is stronger than the study's own.
    cpu_seconds
        At which it ends in any case.
    """

    trainings: float
    each: float | None
    seeds: int
    cpu_seconds: float

    @property
    def seconds(self) -> float | None:
        """About how long the search takes; None where nothing tells."""
        return None if self.each is None else self.trainings * self.each

    @property
    def seconds_after(self) -> float | None:
        """About how long the trainings after it take; None where nothing tells."""
        return None if self.each is None else self.seeds * self.each


def budget_of(recipes: int, cpu_minutes: float) -> Budget:
    """Return a budget.

    Raises
    ------
    SearchRefusedError
        If nothing could be searched within it.
    """
    if not 0 < cpu_minutes <= MOST_MINUTES:
        raise SearchRefusedError(
            f"A search takes more than 0 and at most {MOST_MINUTES} minutes of processor time (60 days), "
            f"not {cpu_minutes:g}."
        )
    try:
        return Budget(recipes, 60 * cpu_minutes)
    except ConfigError as error:
        reason = str(error)
        raise SearchRefusedError(f"{reason[0].upper()}{reason[1:]}.") from error


def price_of(study: Study, level: int, budget: Budget) -> SearchPrice:
    """Return what a search on a level would take."""
    runs = study.attacker_runs.of_the_loop(study).trained().networks().filter(trained_through=level)
    seconds = [taken for taken in runs.values_list("seconds", flat=True) if taken is not None]
    each = fmean(seconds) if seconds else None
    return SearchPrice(budget.work, each, study.seeds, budget.cpu_seconds or 0.0)


def ask_for(user: Any, study: Study, level: int, budget: Budget) -> AttackSearch:
    """Let a worker search on a level, or go on with a search that has ended; two who ask make one job.

    Raises
    ------
    SearchRefusedError
        If the level has no crops of a class, the loop may still change them, the study trains frozen
        probes, or the level is being searched.
    """
    with locked(study):
        _require_searchable(study, level)
        search = AttackSearch.objects.filter(study=study, level=level).select_related("job", "study").first()
        if search is None:
            search = _begun(study, level, budget)
        else:
            _go_on(search, budget)
        most = f"{budget.recipes} recipes, {(budget.cpu_seconds or 0) / 60:g} CPU-minutes"
        record(user, study, f"searched for a stronger attack on level {level} ({most})")
    return search


def _begun(study: Study, level: int, budget: Budget) -> AttackSearch:
    search = AttackSearch(
        study=study,
        level=level,
        terms=msgspec.to_builtins(terms_for(study)),
        recipes=budget.recipes,
        cpu_seconds=budget.cpu_seconds or 0.0,
    )
    _require_a_recipe(search)
    search.job = job_requests.enqueue(study, Job.Kind.SEARCH, f"search:l{level}", SearchParams(level))
    search.save()
    return search


def _go_on(search: AttackSearch, budget: Budget) -> None:
    if not search.study.attacker_runs.exists():  # before that the study's recipe may have been changed
        search.terms = msgspec.to_builtins(terms_for(search.study))
        _require_a_recipe(search)
    if not (job_requests.retry(search.job) or job_requests.redo(search.job)):
        raise SearchRefusedError(f"Level {search.level} is being searched: wait for it, or stop it first.")
    search.recipes, search.cpu_seconds = budget.recipes, budget.cpu_seconds or 0.0
    search.save(update_fields=["terms", "recipes", "cpu_seconds"])


def _require_a_recipe(search: AttackSearch) -> None:
    if today_of(search).trains == "head":
        raise SearchRefusedError(
            "This study's attackers are frozen probes, which have no recipe to make stronger: a study with "
            "another preset can be searched."
        )


def _require_searchable(study: Study, level: int) -> None:
    if Loop.objects.filter(study=study, state=Loop.State.RUNNING).exists():
        raise SearchRefusedError("The loop still trains and cuts: let it finish, or stop it, then search.")
    for split, role in ((Item.Split.TRAIN, "training"), (Item.Split.VALIDATION, "validation")):
        crops = stimuli_at(study, [level], [split])
        shown = set(crops.values_list("item__category__name", flat=True))
        missing = [name for name in classes_of(study) if name not in shown]
        if not shown:
            raise SearchRefusedError(
                f"Level {level} has no crops of {role} photos: start the loop, which cuts them."
            )
        if missing:
            raise SearchRefusedError(
                f"Level {level} has no crops of {role} photos of {', '.join(missing)}: import such photos, "
                "or let discarded ones count again, and start the loop, which cuts them."
            )
