"""Can the machine still improve? Its error on validation photos against the number of training photos."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from attacker.config import AttackerConfig
from pipeline.attacks.strongest import networks_on, strongest_attack
from pipeline.checks.result import Finding
from pipeline.datasets import classes_of, config_of, examples_of, feature_cache, stimuli_at
from pipeline.queue.claims import Claim
from stats.figures.learning_figure import learning_figure
from stats.figures.style import svg
from study.models import Item, Level

if TYPE_CHECKING:
    from attacker.evaluation.learning_curves import LearningCurve
    from attacker.progress import Progress

LEAST_SEEDS = 3
SHARES = (0.1, 0.18, 0.32, 0.56, 1.0)  # of the training photos; even steps on the curve's logarithmic axis
_STAND_IN = (
    " This quicker recipe stands in for the attacks' own; the loop heeds it only where no attack is stronger "
    "by as much as the study's epsilon."
)


def measure_curve(level: Level, claim: Claim) -> Finding:
    """Train on growing parts of the photos, on all levels through this one, as the attackers were."""
    from attacker.evaluation.learning_curves import learning_curve

    study = level.study
    own = config_of(study, _architecture(level), seed=0)
    config = curve_config(own)

    def show(progress: Progress) -> None:
        claim.progress(progress.fraction, f"training {progress.epoch} of {progress.epochs}")

    curve = learning_curve(
        config,
        classes_of(study),
        examples_of(stimuli_at(study, range(level.number + 1), [Item.Split.TRAIN])),
        examples_of(stimuli_at(study, [level.number], [Item.Split.VALIDATION])),
        cache_dir=feature_cache(),
        shares=SHARES,
        seeds=range(max(study.seeds, LEAST_SEEDS)),
        on_progress=show,
        should_stop=claim.should_stop,
    )
    return _finding(curve, config, study.improvement_epsilon, stands_in=config != own)


def curve_config(config: AttackerConfig) -> AttackerConfig:
    """The study's recipe; a full fine-tuning is replaced by that of the upper layers on cached features."""
    if config.finetune_depth is not None or config.finetune_epochs == 0:
        return config
    return AttackerConfig.quick(
        architecture=config.architecture, device=config.device, image_size=config.image_size
    )


def _architecture(level: Level) -> str:
    """The strongest network of the level."""
    strongest = strongest_attack(networks_on(level.study, level.number), level.study.seeds)
    return strongest.recipe.architecture if strongest else level.study.architectures[0]


def _recipe(config: AttackerConfig) -> str:
    if config.finetune_epochs == 0:
        return "head on frozen features"
    if config.finetune_depth is None:
        return "trained whole"
    return f"upper {config.finetune_depth} stages trained on cached features"


def _finding(curve: LearningCurve, config: AttackerConfig, epsilon: float, *, stands_in: bool) -> Finding:
    found = curve.improvement
    exhausted = found.is_exhausted(epsilon)
    of = f"{config.architecture}, {_recipe(config)}"
    it = "this recipe" if stands_in else "it"
    verdict = (
        f"surely below {epsilon:g}: {it} cannot improve" if exhausted else f"{epsilon:g} is not ruled out"
    )
    values = {
        "of": of,
        "sizes": curve.sizes.tolist(),
        "errors": curve.errors.tolist(),
        "stand_in": 1 - float(curve.errors[-1].mean()) if stands_in else None,
        "law": asdict(found.law),
        "asymptote": {"estimate": found.law.c, "low": found.floor_low, "high": found.floor_high},
        "gain": {
            "estimate": found.gain,
            "low": found.low,
            "high": found.high,
            "confidence": found.confidence,
            "epsilon": epsilon,
            "exhausted": exhausted,
        },
    }
    return Finding(
        values,
        f"Learning curve of {of}. Twice the photos would gain {found.gain:+.3f} "
        f"[{found.low:+.3f}, {found.high:+.3f}]; {verdict}. "
        f"With photos without end, accuracy would reach {1 - found.law.c:.3f} "
        f"[{1 - found.floor_high:.3f}, {1 - found.floor_low:.3f}]." + (_STAND_IN if stands_in else ""),
        concern=not exhausted,
        figure=svg(learning_figure(curve.sizes, curve.errors, found)),
        settings={"architecture": config.architecture, "recipe": asdict(config), "seeds": len(curve.seeds)},
    )
