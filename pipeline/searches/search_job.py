"""The job that searches on one level; then it queues attackers that are trained by the strongest recipe."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from shutil import rmtree
from typing import TYPE_CHECKING

import msgspec
from django.db import transaction

from attacker.search.recipes import Recipe
from attacker.search.search_budget import Budget
from attacker.search.search_findings import findings
from attacker.search.search_record import SearchRecord
from pipeline.attacks.enqueue import queue_searched
from pipeline.datasets import feature_cache
from pipeline.models import AttackSearch
from pipeline.models.run_records import SearchedRecipe, SearchSummary
from pipeline.queue.claims import Claim, TryLaterError, Write
from pipeline.searches.search_photos import folder_of, plan_of
from pipeline.searches.search_record_kept import as_kept, record_of
from pipeline.searches.search_summary import summary_of

if TYPE_CHECKING:
    from pathlib import Path

    from attacker.search.attack_search import SearchNews
    from attacker.search.search_plan import SearchPlan


def search_level(claim: Claim) -> Write:
    """Search on one level, or go on where an earlier call was stopped or killed.

    Returns what stores the outcome, and queues attackers by the strongest recipe if that is not the study's
    own; the networks of the trials are deleted then. Raises attacker.errors.DataError if the time was too
    short to train even the study's own; TryLaterError if a worker that was given up still searches.
    """
    from attacker.errors import InUseError

    search = AttackSearch.objects.select_related("study").get(job=claim.job)
    plan = plan_of(search)
    try:
        folder = _prepared(search, plan)
        record = _searched(search, plan, claim, folder)
    except InUseError as error:
        raise TryLaterError("the worker that had this search before has not ended yet") from error
    result = findings(record, Recipe(plan.today), search.level)
    summary, strongest = summary_of(result), result.strongest.recipe

    def write() -> None:
        _store(search, record, summary)
        transaction.on_commit(partial(rmtree, folder, ignore_errors=True))  # its row keeps the trials
        if summary.key:
            settings = asdict(strongest.config)
            recipe = SearchedRecipe(settings, strongest.lighter, summary.words, summary.tried)
            queue_searched(search.study, search.level, summary.key, recipe)

    return write


def _searched(search: AttackSearch, plan: SearchPlan, claim: Claim, folder: Path) -> SearchRecord:
    from attacker.search.attack_search import search as search_within

    return search_within(
        plan,
        Budget(search.recipes, search.cpu_seconds),
        folder=folder,
        cache_dir=feature_cache(),
        on_news=_Telling(search, claim, folder),
        should_stop=claim.should_stop,
    )


def _prepared(search: AttackSearch, plan: SearchPlan) -> Path:
    """Return the folder of a search; a machine that has none goes on from the trials that the row keeps.

    What the row says of photos that were cut anew since is forgotten.
    """
    from attacker.search.record_on_disk import RECORD, restored

    identity = plan.identity()
    folder, record = folder_of(search, identity), record_of(search)
    if record and record.identity != identity:
        search.record = search.summary = None
        search.save(update_fields=["record", "summary"])
    elif record and not (folder / RECORD).exists():
        restored(folder, record)
    return folder


class _Telling:
    """Shows how far a search is, and keeps each trial that ends in its row."""

    def __init__(self, search: AttackSearch, claim: Claim, folder: Path) -> None:
        self._search, self._claim, self._folder, self._trials = search, claim, folder, 0

    def __call__(self, news: SearchNews) -> None:
        from attacker.search.record_on_disk import read_record

        if news.trials > self._trials:
            own = AttackSearch.objects.filter(pk=self._search.pk, job__in=self._claim.owned())
            own.update(record=as_kept(read_record(self._folder)))
            self._trials = news.trials
        best = "" if news.best is None else f", best so far {news.best:.1%} on validation photos"
        self._claim.progress(news.fraction, f"{news.trials} trials{best}")


def _store(search: AttackSearch, record: SearchRecord, summary: SearchSummary) -> None:
    search.record = as_kept(record)
    search.summary = msgspec.to_builtins(summary)
    search.save(update_fields=["record", "summary"])
