"""What training learns and says."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest
import torch

from attacker import (
    AttackerConfig,
    Example,
    Progress,
    StoppedError,
    TrainedAttacker,
    load,
    predict,
    train,
)
from attacker.errors import ArchitectureError, CheckpointError, DataError, DeviceError, DivergedError
from attacker.features.extractor import Frozen
from attacker.networks.staged import StagedNetwork, build
from attacker.training import train as train_module
from stats.provenance import git_revision
from tests.attacker import planted


def test_planted_classes_are_learned(trained: TrainedAttacker, held_out: list[Example]) -> None:
    assert predict(trained, held_out).balanced_accuracy() > 0.9


def test_the_kept_epoch_is_the_one_that_validation_prefers(trained: TrainedAttacker) -> None:
    losses = [epoch.validation_loss for epoch in trained.record.history]
    assert trained.record.best.validation_loss == min(losses)


def test_the_kept_weights_are_those_of_the_kept_epoch(
    trained: TrainedAttacker, validation: list[Example]
) -> None:
    answers = predict(trained, validation, test_time_augmentation=False)
    assert answers.balanced_accuracy() == pytest.approx(trained.record.best.validation_accuracy)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "changes", [{}, {"finetune_depth": None}, {"normalisation": "adapt"}, {"finetune_epochs": 0}]
)
def test_the_same_config_and_seed_give_the_same_weights(
    changes: dict[str, object], training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    config = planted.tiny(head_epochs=2, **{"finetune_epochs": 1, **changes})
    runs = [planted.fit(config, tmp_path / name, training, validation) for name in ("a", "b")]
    assert planted.same_weights(*runs)
    other = planted.fit(replace(config, seed=1), tmp_path / "c", training, validation)
    assert not planted.same_weights(runs[0], other)


@pytest.mark.thorough
def test_fine_tuning_moves_the_upper_stages_only(
    trained: TrainedAttacker, training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    probe = planted.fit(planted.tiny(finetune_epochs=0), tmp_path, training, validation)
    cut = trained.cut
    assert trained.record.best.stage == "finetune"
    assert trained.network.lower_fingerprint(cut) == probe.network.lower_fingerprint(cut)
    assert trained.network.lower_fingerprint(cut + 1) != probe.network.lower_fingerprint(cut + 1)


@pytest.mark.thorough
def test_the_record_names_data_and_software(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    planted.fit(planted.tiny(head_epochs=1, finetune_epochs=0), tmp_path, training, validation)
    facts = json.loads((tmp_path / "model.json").read_text())
    provenance = facts["record"]["provenance"]
    assert provenance["levels"] == [0, 1]
    assert provenance["train_per_class"] == {"0": 16, "1": 16, "2": 16}
    took_part = ("torch", "numpy", "pillow", "safetensors", "timm")  # no torchvision in a network of timm's
    versions = {package: version(package) for package in took_part}
    assert provenance["versions"] == versions | {"cuda": torch.version.cuda or "none"}
    assert provenance["git_revision"] == git_revision()
    assert (provenance["ran_on"], provenance["first_weights"]) == (["cpu, fp32"], "random")
    assert facts["record"]["trained_groups"] == sorted({example.group for example in training})


@pytest.mark.thorough
def test_a_warm_start_goes_on_from_its_weights_without_a_head_stage(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    planted.fit(planted.tiny(), tmp_path / "first", training, validation)
    record = tmp_path / "first" / "model.json"
    record.write_text(record.read_text().replace('"first_weights": "random"', '"first_weights": "abc"'))
    config = planted.tiny(finetune_epochs=1, finetune_lr=1e-9, weight_decay=0.0)
    warm = planted.fit(config, tmp_path / "second", training, validation, warm_start=tmp_path / "first")
    first = load(tmp_path / "first")
    assert [epoch.stage for epoch in warm.record.history] == ["finetune"]
    assert warm.record.provenance["first_weights"] == "abc"  # where the first run began
    for name, tensor in warm.network.state_dict().items():
        torch.testing.assert_close(tensor, first.network.state_dict()[name], rtol=0, atol=1e-5)


def test_a_warm_start_of_other_classes_is_refused(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    planted.fit(planted.tiny(head_epochs=1, finetune_epochs=0), tmp_path / "first", training, validation)
    with pytest.raises(CheckpointError, match="classes"):
        train(
            planted.tiny(),
            ("a", "b", "c"),
            training,
            validation,
            run_dir=tmp_path / "b",
            warm_start=tmp_path / "first",
        )


def test_shuffled_labels_leave_nothing_to_learn(
    training: list[Example], held_out: list[Example], tmp_path: Path
) -> None:
    many = planted.examples(tmp_path / "many", 30, first=300)
    validation = planted.examples(tmp_path / "validation", 20, first=400)
    config = planted.tiny(shuffle_labels=True, head_epochs=3, finetune_epochs=1)
    trained = planted.fit(config, tmp_path / "run", many, validation)
    chances = [epoch.validation_accuracy for epoch in trained.record.history]
    assert sum(chances) / len(chances) < 0.55  # 0.33 is chance; these photos are learned to above 0.9


@pytest.mark.thorough
def test_photos_of_weight_zero_are_not_learned_from(
    training: list[Example], validation: list[Example], held_out: list[Example], tmp_path: Path
) -> None:
    lies = [replace(e, label=(e.label + 1) % 3, item=f"lie-{e.item}") for e in training]
    weights = [1.0] * len(training) + [0.0] * len(lies)
    trained = planted.fit(planted.tiny(), tmp_path, [*training, *lies], validation, example_weights=weights)
    assert predict(trained, held_out).balanced_accuracy() > 0.9


@pytest.mark.parametrize("weights", [[1.0], [-1.0] * 48, [0.0] * 48])
def test_weights_that_fit_nothing_are_refused(
    weights: list[float], training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    with pytest.raises(DataError, match="example_weights"):
        planted.fit(planted.tiny(), tmp_path, training, validation, example_weights=weights)


def test_a_class_without_enough_photos_is_named(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    scarce = [e for e in training if e.label != 2] + [e for e in training if e.label == 2][:2]
    with pytest.raises(DataError, match=r"train: blue \(1\)"):
        planted.fit(planted.tiny(), tmp_path, scarce, validation)
    with pytest.raises(DataError, match=r"validate: green \(0\)"):
        planted.fit(planted.tiny(), tmp_path, training, [e for e in validation if e.label != 1])


@pytest.mark.thorough
def test_progress_rises_to_one_through_all_stages(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    seen: list[Progress] = []
    planted.fit(planted.tiny(), tmp_path, training, validation, on_progress=seen.append)
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert list(dict.fromkeys(p.stage for p in seen)) == [
        "features",
        "head",
        "finetune",
        "done",
    ]


def test_training_stops_before_the_next_batch(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    with pytest.raises(StoppedError, match="same run folder"):
        planted.fit(planted.tiny(), tmp_path, training, validation, should_stop=lambda: True)


@pytest.mark.hardware
@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has CUDA")
def test_cuda_that_is_not_available_is_an_error(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    with pytest.raises(DeviceError, match="device='auto'"):
        planted.fit(planted.tiny(device="cuda"), tmp_path, training, validation)


def test_the_error_of_too_little_memory_names_what_to_lower(
    training: list[Example], validation: list[Example], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 99 bytes")

    monkeypatch.setattr(Frozen, "__call__", explode)
    with pytest.raises(DeviceError, match="lower batch_size or image_size"):
        planted.fit(planted.tiny(), tmp_path, training, validation)


def test_a_training_that_diverges_is_an_error_and_no_weak_attacker(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    with pytest.raises(DivergedError, match=r"diverged in stage finetune.*lower finetune_lr"):
        planted.fit(planted.tiny(finetune_lr=1e30), tmp_path, training, validation)


def test_features_beyond_what_the_cache_holds_are_refused(
    training: list[Example], validation: list[Example], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loud(config: AttackerConfig, classes: int) -> StagedNetwork:
        network = build(config, classes)
        with torch.no_grad():
            for parameter in network.stages[0].parameters():
                parameter.mul_(1e15)
        return network

    monkeypatch.setattr(train_module, "build", loud)
    with pytest.raises(ArchitectureError, match="beyond what the cache holds"):
        planted.fit(planted.tiny(), tmp_path, training, validation)
