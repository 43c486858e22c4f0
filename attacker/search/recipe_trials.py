"""One recipe on one level: trained as every attacker is, and asked about validation photos."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from attacker.evaluation.ensembles import ensemble
from attacker.evaluation.prediction import Predictions, predict
from attacker.example import Example
from attacker.progress import Progress, ignore, never
from attacker.search.recipes import Recipe
from attacker.search.search_plan import SearchPlan
from attacker.training.run_folder import load
from attacker.training.seeds import train_seeds
from attacker.training.train import train
from attacker.training.trained import TrainedAttacker


@dataclass(frozen=True)
class Place:
    """Where the runs of a search lie, and who listens to them.

    Parameters
    ----------
    folder
        Of the search.
    cache_dir
        Of features, shared by all trials; None keeps those of one training in memory.
    on_progress, should_stop
        As in `attacker.train`.
    """

    folder: Path
    cache_dir: Path | None = None
    on_progress: Callable[[Progress], None] = ignore
    should_stop: Callable[[], bool] = never

    def run_of(self, recipe: Recipe, level: int, share: float) -> Path:
        """Return the run folder of a trial, which is that of an ordinary attacker.

        Examples
        --------
        >>> from attacker.config import AttackerConfig
        >>> Place(Path("search")).run_of(Recipe(AttackerConfig()), level=3, share=1.0).parent.as_posix()
        'search/level-3/all-photos'
        """
        part = "all-photos" if share == 1 else f"{share:.0%}-of-photos".replace("%", "-percent")
        return self.folder / f"level-{level}" / part / recipe.key


@dataclass(frozen=True)
class Outcome:
    """What a trained recipe reached on validation photos.

    Parameters
    ----------
    accuracies
        Balanced over classes, by level, of the attacked level and the lighter ones.
    loss
        Of the kept epoch on the attacked level, in nats.
    epochs
        That were trained.
    failed
        Why it could not be trained; empty if it was.
    """

    accuracies: dict[int, float] = field(default_factory=dict)
    loss: float = 0.0
    epochs: int = 0
    failed: str = ""


def try_recipe(recipe: Recipe, level: int, share: float, plan: SearchPlan, place: Place) -> Outcome:
    """Train a recipe, or continue its training, and ask it about validation photos.

    Parameters
    ----------
    level
        Its photos choose the epoch, as in an adaptive attack of a study.
    share
        Of the training photos that it learns from.

    Raises
    ------
    StoppedError
        If it was stopped; call again to continue.
    AttackerError
        As in `attacker.train`.

    Examples
    --------
    >>> try_recipe(Recipe(config), 3, 1.0, plan, Place(Path("search"))).accuracies  # doctest: +SKIP
    {0: 0.97, 1: 0.93, 2: 0.75, 3: 0.46}
    """
    trained = train(
        recipe.config,
        plan.classes,
        recipe.learned_from(plan.training_photos(share), level),
        _at(level, plan.validation),
        run_dir=place.run_of(recipe, level, share),
        cache_dir=place.cache_dir,
        on_progress=place.on_progress,
        should_stop=place.should_stop,
    )
    levels = sorted({photo.level for photo in plan.validation if photo.level <= level})
    accuracies = {lighter: _answers(trained, lighter, plan, place).balanced_accuracy() for lighter in levels}
    return Outcome(accuracies, trained.record.best.validation_loss, len(trained.record.history))


def team_accuracy(members: list[Recipe], level: int, plan: SearchPlan, place: Place) -> float:
    """Return how well finished trials on all photos do together, on validation photos of their level.

    Examples
    --------
    >>> team_accuracy([first, second], 3, plan, Place(Path("search")))  # doctest: +SKIP
    0.51
    """
    runs = [load(place.run_of(recipe, level, 1.0)) for recipe in members]
    return ensemble([_answers(run, level, plan, place) for run in runs]).balanced_accuracy()


def train_recipe(
    recipe: Recipe, level: int, seeds: int, root: Path, plan: SearchPlan, place: Place
) -> tuple[TrainedAttacker, ...]:
    """Train several seeds of a recipe on all training photos; they are ordinary runs (`attacker.load_seeds`).

    Examples
    --------
    >>> train_recipe(recipe, 3, 3, Path("strongest"), plan, Place(Path("search")))  # doctest: +SKIP
    """
    return train_seeds(
        recipe.config,
        plan.classes,
        recipe.learned_from(plan.train, level),
        _at(level, plan.validation),
        seeds=seeds,
        root=root,
        cache_dir=place.cache_dir,
        on_progress=place.on_progress,
        should_stop=place.should_stop,
    )


def _answers(trained: TrainedAttacker, level: int, plan: SearchPlan, place: Place) -> Predictions:
    return predict(
        trained, _at(level, plan.validation), cache_dir=place.cache_dir, should_stop=place.should_stop
    )


def _at(level: int, photos: tuple[Example, ...]) -> tuple[Example, ...]:
    return tuple(photo for photo in photos if photo.level == level)
