"""Epochs and members of runs are read back as types, also from rows that revision 9e979d1 wrote."""

from __future__ import annotations

import pytest

from pipeline.models import ENSEMBLE, AttackerRun
from pipeline.models.run_records import EpochRecord

EPOCH = {
    "stage": "head",
    "epoch": 2,
    "loss": 0.913283497095108,
    "train_accuracy": 0.8060606122016907,
    "validation_accuracy": 0.47474750876426697,
    "validation_loss": 1.0571577548980713,
    "kept": False,
}
CONFIG = {"architecture": "efficientnet_lite0", "image_size": 224, "seed": 0, "finetune_depth": 2}


def test_a_finished_run_has_its_epochs_and_the_one_that_it_keeps() -> None:
    run = AttackerRun(history=[EPOCH, EPOCH | {"stage": "finetune", "epoch": 1, "kept": True}], config=CONFIG)
    assert run.epochs[0] == EpochRecord(
        "head", 2, 0.913283497095108, 0.8060606122016907, 0.47474750876426697, 1.0571577548980713
    )
    assert run.best_epoch == "finetune 1"


def test_a_run_under_way_has_accuracies_only() -> None:
    run = AttackerRun(history=[{"stage": "head", "validation_accuracy": 0.5}])
    assert run.epochs == [EpochRecord("head", validation_accuracy=0.5)]
    assert run.best_epoch == ""


@pytest.mark.parametrize(
    ("config", "averages"),
    [({"members": ["one", "two"]}, True), ({"members": ["one"]}, False), ({}, False), (CONFIG, False)],
)
def test_an_ensemble_knows_what_it_averages(config: dict[str, object], averages: bool) -> None:
    assert AttackerRun(architecture=ENSEMBLE, config=config).averages(["two", "one"]) == averages
