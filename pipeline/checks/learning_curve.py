"""Can the machine still improve? Its error on validation photos against the number of training photos."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from attacker.config import AttackerConfig
from pipeline.attacks.strongest import networks_on, strongest_attack
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
    own = config_of(study, _architecture(level), seed=0)
    config = curve_config(own)

    def on_progress(progress: Progress) -> None:
        claim.progress(progress.fraction, f"training {progress.epoch} of {progress.epochs}")

    curve = learning_curve(
        config,
        classes_of(study),
        examples_of(stimuli_at(study, range(level.number + 1), [Item.Split.TRAIN])),
        examples_of(stimuli_at(study, [level.number], [Item.Split.VALIDATION])),
        cache_dir=feature_cache(),
        shares=SHARES,
        seeds=range(max(study.seeds, LEAST_SEEDS)),
        on_progress=on_progress,
        should_stop=claim.should_stop,
    )
    result = curve_result(curve, config, study.improvement_epsilon, stands_in=config != own)
    return Finding(result, svg(learning_figure(curve.sizes, curve.errors, curve.improvement)))


def curve_config(config: AttackerConfig) -> AttackerConfig:
    """Return the study's recipe, with the upper layers only where it fine-tunes all: that is quicker."""
    if config.finetune_depth is not None or config.trains == "head":
        return config
    return AttackerConfig.quick(
        architecture=config.architecture, device=config.device, image_size=config.image_size
    )


def curve_result(
    curve: LearningCurve, config: AttackerConfig, epsilon: float, *, stands_in: bool
) -> CurveResult:
    """Return what a learning curve says: a concern unless twice the photos surely gain less than epsilon.

    `stands_in` tells that the recipe is a quicker one than the attacks' own.
    """
    improvement = curve.improvement
    exhausted = improvement.is_exhausted(epsilon)
    return CurveResult(
        summary=_sentences(curve, config, epsilon, stands_in=stands_in),
        concern=not exhausted,
        settings=Settings(architecture=config.architecture, recipe=asdict(config), seeds=len(curve.seeds)),
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


def _architecture(level: Level) -> str:
    """Return the strongest network of the level."""
    strongest = strongest_attack(networks_on(level.study, level.number), level.study.seeds)
    return strongest.recipe.architecture if strongest else level.study.architectures[0]


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
