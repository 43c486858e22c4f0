"""How the searches of a study stand: level by level, and what was found."""

from __future__ import annotations

from dataclasses import dataclass

from attacker.search.recipes import Recipe
from attacker.search.search_budget import SCREENED_ON
from attacker.search.search_findings import Spread
from attacker.search.search_record import SearchRecord, Trial
from pipeline.attacks.strongest import Attack, attacks_by_level, strongest_attack
from pipeline.models import AttackSearch, Job
from pipeline.models.run_records import SearchSummary
from pipeline.searches.search_photos import today_of
from pipeline.searches.search_record_kept import record_of
from study.models import Study

_STATES = {
    Job.State.QUEUED: "waits for a worker",
    Job.State.RUNNING: "under way",
    Job.State.SUCCEEDED: "done",
    Job.State.FAILED: "failed",
    Job.State.CANCELLED: "stopped",
}


@dataclass(frozen=True)
class SearchStanding:
    """One search as a page shows it.

    Attributes
    ----------
    search : its row, with its job
    outcome : what was found, once it has ended
    screened : spread over all recipes, on a part of the training photos; None where none was tried so
    trials : those that have ended, the strongest first
    trained : the attackers by the strongest recipe; None while no seed is trained
    """

    search: AttackSearch
    outcome: SearchSummary | None
    screened: Spread | None
    trials: tuple[TriedRecipe, ...]
    trained: Attack | None

    @property
    def is_running(self) -> bool:
        return not self.search.job.is_finished

    @property
    def percent(self) -> dict[str, float]:
        """Accuracies of what was found, and of the attackers that were trained by it, in percent."""
        names = ("strongest", "today", "median", "worst") if self.outcome else ()
        shares = {name: 100 * getattr(self.outcome, name) for name in names}
        return shares | ({"trained": 100 * self.trained.mean} if self.trained else {})

    @property
    def words(self) -> str:
        """How it stands, in a few words."""
        state = Job.State(self.search.job.state)
        if state != Job.State.SUCCEEDED or self.outcome is None:
            return _STATES[state]
        tried = f"{self.outcome.tried} recipes tried"
        if not self.outcome.key:
            return f"{tried}, none stronger than the study's own"
        return f"{tried}, the strongest {self.percent['strongest'] - self.percent['today']:+.1f} points"


@dataclass(frozen=True)
class TriedRecipe:
    """One trial in a table: what it changes, on which share of the photos, how accurate it is."""

    words: str
    share: float
    accuracy: float
    cpu_seconds: float
    failed: str
    is_own: bool

    @property
    def percent(self) -> dict[str, float]:
        """Share of the training photos, and accuracy, in percent."""
        return {"photos": 100 * self.share, "accuracy": 100 * self.accuracy}


@dataclass(frozen=True)
class AttackedLevel:
    """One level as the page of searches lists it.

    Attributes
    ----------
    number : of the level
    accuracy : of the strongest attack on its validation photos; None before there is one
    falls : whether that is below the study's ceiling
    standing : of its search; None where none was made
    """

    number: int
    accuracy: float | None
    falls: bool
    standing: SearchStanding | None

    @property
    def percent(self) -> float:
        return 100 * (self.accuracy or 0.0)


def attacked_levels(study: Study) -> list[AttackedLevel]:
    """Return the levels of a study with the machine's accuracy and the search on each."""
    attacks = attacks_by_level(study.attacker_runs.attackers())
    searches = {search.level: search for search in study.attack_searches.select_related("job", "study")}
    levels = []
    for number in study.levels.values_list("number", flat=True):
        strongest = strongest_attack(attacks.get(number, ()), study.seeds)
        accuracy = strongest.mean if strongest else None
        search = searches.get(number)
        standing = _standing(search, attacks.get(number, [])) if search else None
        falls = accuracy is not None and accuracy < study.ceiling
        levels.append(AttackedLevel(number, accuracy, falls, standing))
    return levels


def _standing(search: AttackSearch, attacks: list[Attack]) -> SearchStanding:
    record, today = record_of(search), Recipe(today_of(search))
    outcome = search.outcome
    key = outcome.key if outcome else ""
    trained = (attack for attack in attacks if key and attack.recipe.searched == key)
    return SearchStanding(
        search,
        outcome,
        Spread.of(record.of(search.level, SCREENED_ON)) if record else None,
        tuple(_tried(trial, today) for trial in _in_order(record)),
        next(trained, None),
    )


def _in_order(record: SearchRecord | None) -> list[Trial]:
    """Return trials on all photos first, the strongest first; those that failed last."""
    trials = record.trials if record else ()
    return sorted(
        trials,
        key=lambda trial: (bool(trial.failed), -trial.share, 0 if trial.failed else -trial.accuracy),
    )


def _tried(trial: Trial, today: Recipe) -> TriedRecipe:
    return TriedRecipe(
        trial.recipe.words(today),
        trial.share,
        0.0 if trial.failed else trial.accuracy,
        trial.cpu_seconds,
        trial.failed,
        trial.recipe == today,
    )
