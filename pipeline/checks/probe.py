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


def probe_config(study: Study, seed: int = 0, **changes: Any) -> AttackerConfig:
    """A linear head on the frozen features of the study's first architecture, each photo seen once."""
    plain = {"finetune_epochs": 0, "views": 1, "test_time_augmentation": False}
    return replace(config_of(study, study.architectures[0], seed), **(plain | changes))


def photos_of(level: Level) -> Roles:
    """Photos of one level by split."""
    return {
        split: examples_of(stimuli_at(level.study, [level.number], [split]))
        for split in (Item.Split.TRAIN, Item.Split.VALIDATION, Item.Split.TEST)
    }


def probe(study: Study, roles: Roles, claim: Claim, seeds: int | None = None, **changes: Any) -> pd.DataFrame:
    """Train a probe per seed and test it; one row per seed and test photo, in the tidy table's columns."""
    drawn = range(seeds or SEEDS)
    rows = [row for seed in drawn for row in _answers(study, roles, seed, claim, changes)]
    return pd.DataFrame(rows)


def _answers(
    study: Study, roles: Roles, seed: int, claim: Claim, changes: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    from attacker import predict

    config, classes = probe_config(study, seed, **changes), classes_of(study)
    trained = trained_probe(config, classes, roles[Item.Split.TRAIN], roles[Item.Split.VALIDATION], claim)
    test = roles[Item.Split.TEST]
    trained.require_unseen(test)
    for example, right in zip(test, predict(trained, test, **asked(claim)).correct, strict=True):
        yield {
            "agent_type": "model",
            "agent_id": f"seed {seed}",
            "item_id": example.item,
            "source_id": example.group,
            "category": classes[example.label],
            "crop_level": example.level,
            "correct": int(right),
        }


def trained_probe(
    config: AttackerConfig,
    classes: Sequence[str],
    train: Sequence[Example],
    validation: Sequence[Example],
    claim: Claim,
) -> TrainedAttacker:
    """A probe that lives in memory only; trained in a second, it needs no checkpoint."""
    from attacker.training.train import train as train_attacker

    with tempfile.TemporaryDirectory(prefix="sweetspot-probe-") as scratch:
        return train_attacker(config, classes, train, validation, run_dir=Path(scratch), **asked(claim))


class Asked(TypedDict):
    """What every long call to the attacker is given."""

    cache_dir: Path
    should_stop: Callable[[], bool]


def asked(claim: Claim) -> Asked:
    """The shared cache, and the claim's word on when to stop."""
    return {"cache_dir": feature_cache(), "should_stop": claim.should_stop}


def accuracy_of(answers: pd.DataFrame, study: Study) -> Accuracy:
    """Accuracy over seeds and photos, tested as the study tests its machine."""
    coded = encode(tidy(answers).primary)
    criteria = Criteria(study.floor, study.ceiling, alpha=study.alpha)
    found = HypothesisTests(criteria, coded.categories).machine(coded.machine[0])
    if found is None:
        raise RuntimeError("a probe was tested on no photo")
    return found


def gap_between(one: pd.DataFrame, other: pd.DataFrame, study: Study) -> Gap:
    """Accuracy of one probe minus that of another, paired by photo, each over its seeds."""
    rows = tidy(pd.concat([one.assign(probe=1), other.assign(probe=2)])).primary
    answers = encode(rows).machine[0]
    first, second = (answers.where((rows["probe"] == number).to_numpy()) for number in (1, 2))
    gap = paired_gap(first, second, study.alpha, first_conditional=True, second_conditional=True)
    if gap is None:
        raise RuntimeError("two probes were tested on different photos")
    return gap


def in_percent(found: Accuracy) -> str:
    return f"{found.estimate:.1%} [{found.ci_low:.1%}, {found.ci_high:.1%}]"


def as_values(found: Accuracy) -> dict[str, Any]:
    """Plain numbers of an accuracy, without its classes."""
    names = ("estimate", "se", "df", "ci_low", "ci_high", "p", "n_agents", "n_items", "n_trials")
    return {name: getattr(found, name) for name in names}


def chance(examples: Sequence[Example]) -> float:
    """One over the number of classes."""
    return 1 / len(np.unique([example.label for example in examples]))
