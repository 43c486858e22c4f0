"""What a search found: the strongest recipe of each level, and how far apart the recipes are."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from attacker.errors import DataError
from attacker.search.recipes import Recipe
from attacker.search.search_budget import SCREENED_ON
from attacker.search.search_record import SearchRecord, Team, Trial


@dataclass(frozen=True)
class Spread:
    """Accuracies of several recipes on validation photos of a level.

    Parameters
    ----------
    recipes
        How many.
    best, median, worst
        In [0, 1].

    Examples
    --------
    >>> print(Spread(3, 0.52, 0.471, 0.4))
    3 recipes: best 52.0, median 47.1, worst 40.0 %
    """

    recipes: int
    best: float
    median: float
    worst: float

    @classmethod
    def of(cls, trials: tuple[Trial, ...]) -> Spread | None:
        """Return the spread of trials; None without any."""
        accuracies = [trial.accuracy for trial in trials]
        if not accuracies:
            return None
        return cls(len(accuracies), max(accuracies), median(accuracies), min(accuracies))

    def __str__(self) -> str:
        shares = f"best {self.best:.1%}, median {self.median:.1%}, worst {self.worst:.1%}"
        return f"{self.recipes} recipes: {shares.replace('%', '')} %"


@dataclass(frozen=True)
class Findings:
    """What a search found on one level, on the validation photos by which recipes were chosen.

    Parameters
    ----------
    level
        That was attacked.
    today, strongest
        Today's recipe, and the one with the highest accuracy, which may be the same; on all training photos.
    screened, finals
        Spread over recipes on a part of the training photos (None if none was tried so) and on all.
    team
        The strongest recipes together; None where fewer than two were tried on all photos.
    failed
        Recipes that could not be trained.
    cpu_seconds
        Of all trials on this level.
    """

    level: int
    today: Trial
    strongest: Trial
    screened: Spread | None
    finals: Spread
    team: Team | None
    failed: int
    cpu_seconds: float

    @property
    def recipes(self) -> int:
        """How many recipes were tried."""
        return max(self.finals.recipes, self.screened.recipes if self.screened else 0) + self.failed

    def lines(self) -> list[str]:
        """Return what was found, in words."""
        gain = 100 * (self.strongest.accuracy - self.today.accuracy)
        best = self.strongest.recipe.words(self.today.recipe)
        lines = [
            f"level {self.level}: the strongest of {self.recipes} recipes has {self.strongest.accuracy:.1%} "
            f"on validation photos, today's {self.today.accuracy:.1%} ({gain:+.1f} points): {best}",
            f"level {self.level}: on all training photos, {self.finals}",
        ]
        if self.screened:
            lines.append(f"level {self.level}: on {SCREENED_ON:.0%} of the training photos, {self.screened}")
        if self.team:
            lines.append(
                f"level {self.level}: the {len(self.team.members)} strongest together have "
                f"{self.team.accuracy:.1%} on validation photos"
            )
        if self.failed:
            lines.append(
                f"level {self.level}: {self.failed} recipes could not be trained; the record says why"
            )
        return [*lines, f"level {self.level}: {self.cpu_seconds:.0f} CPU-seconds"]


def findings(record: SearchRecord, today: Recipe, level: int) -> Findings:
    """Return what a search has found on one level so far.

    Parameters
    ----------
    record
        Of the search.
    today
        The recipe that is to be beaten.

    Raises
    ------
    DataError
        If the search has not even tried today's recipe on all photos.

    Examples
    --------
    >>> from attacker.config import AttackerConfig
    >>> findings(SearchRecord("0f"), Recipe(AttackerConfig()), 3)  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    DataError: level 3: today's recipe was not trained: not to its end; give the search more CPU-seconds
    """
    own, finals = record.trial_of(level, today, 1.0), record.of(level, 1.0)
    if own is None or own.failed:
        reason = own.failed if own else "not to its end; give the search more CPU-seconds"
        raise DataError(f"level {level}: today's recipe was not trained: {reason}")
    spread = Spread.of(finals)
    assert spread is not None, "today's recipe is among the finals"
    trials = [trial for trial in record.trials if trial.level == level]
    return Findings(
        level,
        own,
        max(finals, key=lambda trial: trial.rank),
        Spread.of(record.of(level, SCREENED_ON)),
        spread,
        next((team for team in record.teams if team.level == level), None),
        len({trial.recipe for trial in trials if trial.failed}),
        sum(trial.cpu_seconds for trial in trials),
    )
