"""The machine: a pretrained network that learns to recognise cropped photos, and says how sure it is.

Names are loaded on first use, so ``import attacker`` and ``attacker.config`` stay free of torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attacker.agreement import stability as stability
    from attacker.attention import attention_maps as attention_maps
    from attacker.attention_report import by_class_and_level as by_class_and_level
    from attacker.attention_report import overlay as overlay
    from attacker.attention_report import share_inside as share_inside
    from attacker.calibration import corrected_accuracy as corrected_accuracy
    from attacker.calibration import expected_calibration_error as expected_calibration_error
    from attacker.calibration import offsets as offsets
    from attacker.config import AttackerConfig as AttackerConfig
    from attacker.duplicates import near_duplicate_groups as near_duplicate_groups
    from attacker.ensembles import ensemble as ensemble
    from attacker.errors import AttackerError as AttackerError
    from attacker.errors import LeakError as LeakError
    from attacker.errors import Stopped as Stopped
    from attacker.errors import WeightsError as WeightsError
    from attacker.example import Example as Example
    from attacker.faithfulness import deletion as deletion
    from attacker.faithfulness import insertion as insertion
    from attacker.faithfulness import measure_faithfulness as measure_faithfulness
    from attacker.learning_curves import learning_curve as learning_curve
    from attacker.nuisance import collection_baseline as collection_baseline
    from attacker.nuisance import mask_baseline as mask_baseline
    from attacker.nuisance import nuisance_baseline as nuisance_baseline
    from attacker.prediction import Predictions as Predictions
    from attacker.prediction import predict as predict
    from attacker.progress import Progress as Progress
    from attacker.seed_results import SeedResults as SeedResults
    from attacker.seed_results import evaluate_seeds as evaluate_seeds
    from attacker.seeds import load_seeds as load_seeds
    from attacker.seeds import train_seeds as train_seeds
    from attacker.subject import subject_maps as subject_maps
    from attacker.trained import TrainedAttacker as TrainedAttacker
    from attacker.trained import load as load
    from attacker.training import train as train

_HOME = {
    "AttackerConfig": "config",
    "AttackerError": "errors",
    "Example": "example",
    "LeakError": "errors",
    "Predictions": "prediction",
    "Progress": "progress",
    "SeedResults": "seed_results",
    "Stopped": "errors",
    "TrainedAttacker": "trained",
    "WeightsError": "errors",
    "attention_maps": "attention",
    "by_class_and_level": "attention_report",
    "collection_baseline": "nuisance",
    "deletion": "faithfulness",
    "ensemble": "ensembles",
    "evaluate_seeds": "seed_results",
    "expected_calibration_error": "calibration",
    "insertion": "faithfulness",
    "learning_curve": "learning_curves",
    "load": "trained",
    "load_seeds": "seeds",
    "mask_baseline": "nuisance",
    "measure_faithfulness": "faithfulness",
    "near_duplicate_groups": "duplicates",
    "nuisance_baseline": "nuisance",
    "corrected_accuracy": "calibration",
    "offsets": "calibration",
    "overlay": "attention_report",
    "predict": "prediction",
    "share_inside": "attention_report",
    "stability": "agreement",
    "subject_maps": "subject",
    "train": "training",
    "train_seeds": "seeds",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'attacker' has no attribute {name!r}")
    return getattr(import_module(f"attacker.{_HOME[name]}"), name)
