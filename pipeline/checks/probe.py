"""A frozen probe: the quick attacker that all checks share, and its accuracy with an interval."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np
import pandas as pd

from attacker.config import AttackerConfig
from attacker.example import Example
from pipeline.datasets import classes_of, config_of, examples_of, feature_cache, stimuli_at
from pipeline.queue.claims import Claim
from stats.apa import estimate
from stats.decision.criteria import Criteria
from stats.decision.level_tests import HypothesisTests
from stats.inference.estimates import Accuracy, Gap
from stats.inference.paired import paired_gap
from stats.table.arrays import encode
from stats.table.tidy import tidy
from study.models import Item, Level, Study

if TYPE_CHECKING:
    from attacker import TrainedAttacker

SEEDS = 3
Roles = dict[str, list[Example]]  # split -> photos


class ProbeError(RuntimeError):
    """Probes that were tested on no photo, or on none in common, cannot be compared."""


class RunOptions(TypedDict):
    """What every long call to the attacker is given."""

    cache_dir: Path
    should_stop: Callable[[], bool]


def run_options(claim: Claim) -> RunOptions:
    """Return the shared feature cache, and the question whether the job is to stop."""
    return {"cache_dir": feature_cache(), "should_stop": claim.should_stop}


def probe_config(study: Study, seed: int = 0, **changes: Any) -> AttackerConfig:
    """Return a linear head on the frozen features of the study's first architecture, one view per photo."""
    plain = {"finetune_epochs": 0, "views": 1, "test_time_augmentation": False}
    return replace(config_of(study, study.architectures[0], seed), **(plain | changes))


def photos_of(level: Level) -> Roles:
    """Return the photos of one level by split."""
    return {
        split: examples_of(stimuli_at(level.study, [level.number], [split]))
        for split in (Item.Split.TRAIN, Item.Split.VALIDATION, Item.Split.TEST)
    }


def probe(study: Study, roles: Roles, claim: Claim, seeds: int = SEEDS, **changes: Any) -> pd.DataFrame:
    """Train a probe per seed and test it.

    Returns one row per seed and test photo, in the columns of the tidy table.
    """
    rows = [row for seed in range(seeds) for row in _answers(study, roles, seed, claim, changes)]
    return pd.DataFrame(rows)


def _answers(
    study: Study, roles: Roles, seed: int, claim: Claim, changes: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    from attacker import predict

    config, classes = probe_config(study, seed, **changes), classes_of(study)
    trained = trained_probe(config, classes, roles[Item.Split.TRAIN], roles[Item.Split.VALIDATION], claim)
    test = roles[Item.Split.TEST]
    trained.require_unseen(test)
    for example, correct in zip(test, predict(trained, test, **run_options(claim)).correct, strict=True):
        yield {
            "agent_type": "model",
            "agent_id": f"seed {seed}",
            "item_id": example.item,
            "source_id": example.group,
            "category": classes[example.label],
            "crop_level": example.level,
            "correct": int(correct),
        }


def trained_probe(
    config: AttackerConfig,
    classes: Sequence[str],
    train: Sequence[Example],
    validation: Sequence[Example],
    claim: Claim,
) -> TrainedAttacker:
    """Train a probe that lives in memory only: it takes a second, and needs no checkpoint."""
    from attacker.training.train import train as train_attacker

    with tempfile.TemporaryDirectory(prefix="sweetspot-probe-") as scratch:
        return train_attacker(config, classes, train, validation, run_dir=Path(scratch), **run_options(claim))


def accuracy_of(answers: pd.DataFrame, study: Study) -> Accuracy:
    """Return the accuracy over seeds and photos, tested as the study tests its machine.

    Raises ProbeError if there are no answers.
    """
    coded = encode(tidy(answers).primary)
    criteria = Criteria(study.floor, study.ceiling, alpha=study.alpha)
    accuracy = HypothesisTests(criteria, coded.categories).machine(coded.machine[0])
    if accuracy is None:
        raise ProbeError("The probe was tested on no photo: render the test photos of this level first.")
    return accuracy


def gap_between(first: pd.DataFrame, second: pd.DataFrame, study: Study) -> Gap:
    """Return the accuracy of one probe minus that of another, paired by photo, each over its seeds.

    Raises ProbeError if no photo was shown to both.
    """
    rows = tidy(pd.concat([first.assign(probe=1), second.assign(probe=2)])).primary
    both, is_first = encode(rows).machine[0], (rows["probe"] == 1).to_numpy()
    answers = both.where(is_first), both.where(~is_first)
    gap = paired_gap(*answers, study.alpha, first_conditional=True, second_conditional=True)
    if gap is None:
        raise ProbeError("The two probes were tested on different photos: test both on those of one level.")
    return gap


def accuracy_text(accuracy: Accuracy) -> str:
    """Return an accuracy with its interval, for a sentence."""
    return estimate(accuracy.estimate, accuracy.ci_low, accuracy.ci_high)


def chance(examples: Sequence[Example]) -> float:
    """Return the accuracy of guessing: one over the number of classes."""
    return 1 / len(np.unique([example.label for example in examples]))
