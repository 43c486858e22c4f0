"""The machine: a pretrained network that learns to recognise cropped photos, and says how sure it is.

Names are loaded on first use, so ``import attacker`` and ``attacker.config`` stay free of torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attacker.attention.faithfulness import deletion as deletion
    from attacker.attention.faithfulness import insertion as insertion
    from attacker.attention.faithfulness import measure_faithfulness as measure_faithfulness
    from attacker.attention.foreground import subject_maps as subject_maps
    from attacker.attention.grad_cam import attention_maps as attention_maps
    from attacker.attention.stability import stability as stability
    from attacker.attention.summary import by_class_and_level as by_class_and_level
    from attacker.attention.summary import overlay as overlay
    from attacker.attention.summary import share_inside as share_inside
    from attacker.config import AttackerConfig as AttackerConfig
    from attacker.errors import AttackerError as AttackerError
    from attacker.errors import LeakError as LeakError
    from attacker.errors import Stopped as Stopped
    from attacker.errors import WeightsError as WeightsError
    from attacker.evaluation.calibration import corrected_accuracy as corrected_accuracy
    from attacker.evaluation.calibration import expected_calibration_error as expected_calibration_error
    from attacker.evaluation.calibration import offsets as offsets
    from attacker.evaluation.ensembles import ensemble as ensemble
    from attacker.evaluation.learning_curves import learning_curve as learning_curve
    from attacker.evaluation.nuisance import collection_baseline as collection_baseline
    from attacker.evaluation.nuisance import mask_baseline as mask_baseline
    from attacker.evaluation.nuisance import nuisance_baseline as nuisance_baseline
    from attacker.evaluation.prediction import Predictions as Predictions
    from attacker.evaluation.prediction import predict as predict
    from attacker.evaluation.seed_results import SeedResults as SeedResults
    from attacker.evaluation.seed_results import evaluate_seeds as evaluate_seeds
    from attacker.example import Example as Example
    from attacker.photos.duplicates import near_duplicate_groups as near_duplicate_groups
    from attacker.progress import Progress as Progress
    from attacker.training.seeds import load_seeds as load_seeds
    from attacker.training.seeds import train_seeds as train_seeds
    from attacker.training.train import train as train
    from attacker.training.trained import TrainedAttacker as TrainedAttacker
    from attacker.training.trained import load as load

_HOME = {
    "AttackerConfig": "config",
    "AttackerError": "errors",
    "Example": "example",
    "LeakError": "errors",
    "Predictions": "evaluation.prediction",
    "Progress": "progress",
    "SeedResults": "evaluation.seed_results",
    "Stopped": "errors",
    "TrainedAttacker": "training.trained",
    "WeightsError": "errors",
    "attention_maps": "attention.grad_cam",
    "by_class_and_level": "attention.summary",
    "collection_baseline": "evaluation.nuisance",
    "deletion": "attention.faithfulness",
    "ensemble": "evaluation.ensembles",
    "evaluate_seeds": "evaluation.seed_results",
    "expected_calibration_error": "evaluation.calibration",
    "insertion": "attention.faithfulness",
    "learning_curve": "evaluation.learning_curves",
    "load": "training.trained",
    "load_seeds": "training.seeds",
    "mask_baseline": "evaluation.nuisance",
    "measure_faithfulness": "attention.faithfulness",
    "near_duplicate_groups": "photos.duplicates",
    "nuisance_baseline": "evaluation.nuisance",
    "corrected_accuracy": "evaluation.calibration",
    "offsets": "evaluation.calibration",
    "overlay": "attention.summary",
    "predict": "evaluation.prediction",
    "share_inside": "attention.summary",
    "stability": "attention.stability",
    "subject_maps": "attention.foreground",
    "train": "training.train",
    "train_seeds": "training.seeds",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'attacker' has no attribute {name!r}")
    return getattr(import_module(f"attacker.{_HOME[name]}"), name)
