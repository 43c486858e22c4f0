"""Can the machine still improve? Its error on validation photos against the number of training photos."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from attacker.config import AttackerConfig
from attacker.example import Example
from pipeline.attacks.data_roles import config_of_run
from pipeline.attacks.strongest import Attack, networks_on, strongest_attack
from pipeline.checks.result import Finding
from pipeline.checks.result_types import CurveResult, Estimate, ExpectedGain, PowerLaw, Settings
from pipeline.datasets import classes_of, config_of, examples_of, feature_cache, stimuli_at
from pipeline.queue.claims import Claim
from stats.apa import estimate, signed, signed_interval, threshold
from stats.figures.learning_figure import learning_figure
from stats.figures.style import svg
from study.models import Item, Level

if TYPE_CHECKING:
    from attacker.evaluation.learning_curves import LearningCurve
    from attacker.progress import Progress

LEAST_SEEDS = 3
SHARES = (0.1, 0.18, 0.32, 0.56, 1.0)  # of the training photos; even steps on the curve's logarithmic axis
_STAND_IN = (
    "This quicker recipe stands in for the attacks' own; the loop relies on it only where no attack is more "
    "accurate by the study's epsilon."
)


def measure_curve(level: Level, claim: Claim) -> Finding:
    """Train on growing parts of the photos, on all levels through this one, as the attackers were."""
    from attacker.evaluation.learning_curves import learning_curve

    study = level.study
    strongest = strongest_attack(networks_on(study, level.number), study.seeds)
    own = _recipe_of(level, strongest)
    config = curve_config(own)

    def on_progress(progress: Progress) -> None:
        claim.progress(progress.fraction, f"training {progress.epoch} of {progress.epochs}")

    curve = learning_curve(
        config,
        classes_of(study),
        _learned(level, strongest),
        examples_of(stimuli_at(study, [level.number], [Item.Split.VALIDATION])),
        cache_dir=feature_cache(),
        shares=SHARES,
        seeds=range(max(study.seeds, LEAST_SEEDS)),
        on_progress=on_progress,
        should_stop=claim.should_stop,
    )
    searched = strongest.recipe.searched if strongest else ""
    result = curve_result(
        curve, config, study.improvement_epsilon, stands_in=config != own, searched=searched
    )
    return Finding(result, svg(learning_figure(curve.sizes, curve.errors, curve.improvement)))


def curve_config(config: AttackerConfig) -> AttackerConfig:
    """Return the study's recipe, with the upper layers only where it fine-tunes all: that is quicker."""
    if config.finetune_depth is not None or config.trains == "head":
        return config
    return AttackerConfig.quick(
        architecture=config.architecture, device=config.device, image_size=config.image_size
    )


def curve_result(
    curve: LearningCurve, config: AttackerConfig, epsilon: float, *, stands_in: bool, searched: str = ""
) -> CurveResult:
    """Return what a learning curve says: a concern unless twice the photos surely gain less than epsilon.

    `stands_in` tells that the recipe is a quicker one than the attacks' own; `searched` names that of the
    strongest attack where a search found it.
    """
    improvement = curve.improvement
    exhausted = improvement.is_exhausted(epsilon)
    return CurveResult(
        summary=_sentences(curve, config, epsilon, stands_in=stands_in),
        concern=not exhausted,
        settings=Settings(
            architecture=config.architecture, recipe=asdict(config), seeds=len(curve.seeds), searched=searched
        ),
        network=_network(config),
        sizes=tuple(curve.sizes.tolist()),
        errors=tuple(map(tuple, curve.errors.tolist())),
        stand_in=1 - float(curve.errors[-1].mean()) if stands_in else None,
        law=PowerLaw(**asdict(improvement.law)),
        asymptote=Estimate(
            estimate=improvement.law.c, low=improvement.floor_low, high=improvement.floor_high
        ),
        gain=ExpectedGain(
            estimate=improvement.gain,
            low=improvement.low,
            high=improvement.high,
            confidence=improvement.confidence,
            epsilon=epsilon,
            exhausted=exhausted,
        ),
    )


def _recipe_of(level: Level, strongest: Attack | None) -> AttackerConfig:
    """Return how the strongest network of a level was trained, or how its first would be."""
    if strongest:
        return replace(config_of_run(strongest.runs[0]), seed=0)
    return config_of(level.study, level.study.architectures[0], seed=0)


def _learned(level: Level, strongest: Attack | None) -> list[Example]:
    """Return the photos that the strongest attack learns from."""
    own = strongest.runs[0].searched_recipe if strongest else None
    levels = [level.number] if own and not own.lighter else range(level.number + 1)
    return examples_of(stimuli_at(level.study, levels, [Item.Split.TRAIN]))


def _network(config: AttackerConfig) -> str:
    """Return the network and its recipe, for a sentence."""
    if config.trains == "head":
        recipe = "head on frozen features"
    elif config.finetune_depth is None:
        recipe = "trained whole"
    else:
        recipe = f"upper {config.finetune_depth} stages trained on cached features"
    return f"{config.architecture}, {recipe}"


def _sentences(curve: LearningCurve, config: AttackerConfig, epsilon: float, *, stands_in: bool) -> str:
    improvement = curve.improvement
    network = "this recipe" if stands_in else "it"
    verdict = (
        f"surely below {threshold(epsilon)}, so {network} cannot improve"
        if improvement.is_exhausted(epsilon)
        else f"a gain of {threshold(epsilon)} is not ruled out"
    )
    best = estimate(1 - improvement.law.c, 1 - improvement.floor_high, 1 - improvement.floor_low)
    summary = (
        f"Learning curve of {_network(config)}. Twice the photos would gain {signed(improvement.gain)} "
        f"{signed_interval(improvement.low, improvement.high)}; {verdict}. "
        f"With unlimited photos, accuracy would reach {best}."
    )
    return f"{summary} {_STAND_IN}" if stands_in else summary
