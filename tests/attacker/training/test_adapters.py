"""A network that is trained by low-rank adapters, or by its head alone."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from attacker import Example, TrainedAttacker, load, predict
from attacker.config import AttackerConfig
from attacker.errors import ArchitectureError, ConfigError
from attacker.networks.staged import StagedNetwork, build
from attacker.training.record_file import Learnt, recorded_learning
from attacker.training.run_facts import run_identity
from tests.attacker import planted

TRANSFORMER = {"architecture": "timm:test_vit", "image_size": 160, "batch_size": 12}
RANK = 4


def by_adapters(**changes: object) -> AttackerConfig:
    settings = {"tuning": "lora", "lora_rank": RANK, "finetune_depth": None, "layer_decay": 1.0}
    return planted.tiny(**{**settings, "finetune_lr": 1e-2, **changes})


def first_weights(config: AttackerConfig) -> StagedNetwork:
    return build(config, len(planted.CLASSES))


def changed(trained: TrainedAttacker) -> set[str]:
    """Names of what differs from the weights that the training started from."""
    before, after = first_weights(trained.config).state_dict(), trained.network.state_dict()
    assert before.keys() == after.keys()
    return {name for name in after if not torch.equal(before[name], after[name])}


def accuracy(trained: TrainedAttacker, photos: list[Example]) -> float:
    answers = predict(trained, photos).logits.argmax(1)
    return float((answers == [photo.label for photo in photos]).mean())


@pytest.mark.thorough
@pytest.mark.parametrize("changes", [{}, TRANSFORMER], ids=["convolutions", "transformer"])
def test_planted_classes_are_learnt_though_no_weight_is_trained(
    changes: dict[str, object],
    training: list[Example],
    validation: list[Example],
    held_out: list[Example],
    tmp_path: Path,
) -> None:
    config = by_adapters(head_epochs=1, finetune_epochs=8, patience=9, **changes)
    trained = planted.fit(config, tmp_path / "lora", training, validation)
    assert trained.record.best.stage == "finetune"
    assert accuracy(trained, held_out) > 0.8
    first = first_weights(config).state_dict()
    for name in changed(trained) - {"head.weight", "head.bias"}:
        difference = (trained.network.state_dict()[name] - first[name]).flatten(1).double()
        assert int(torch.linalg.matrix_rank(difference, rtol=1e-3)) <= RANK
    assert {"head.weight", "head.bias"} < changed(trained)
    assert not any("norm" in name or name.endswith("bias") for name in changed(trained) - {"head.bias"})


@pytest.mark.thorough
def test_a_run_by_adapters_that_was_stopped_ends_bit_for_bit_like_one_that_was_not(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    config = by_adapters(patience=9)
    whole = planted.fit(config, tmp_path / "whole", training, validation)
    for after in (2, 5, 6):
        planted.stopped(config, tmp_path / f"cut-{after}", training, validation, after=after)
        resumed = planted.fit(config, tmp_path / f"cut-{after}", training, validation)
        assert resumed.record.history == whole.record.history
        assert planted.same_weights(whole, resumed)


@pytest.mark.thorough
def test_checkpoints_hold_adapters_and_head_alone(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    planted.stopped(by_adapters(), tmp_path / "lora", training, validation, after=6)
    planted.stopped(planted.tiny(finetune_depth=None), tmp_path / "full", training, validation, after=6)
    small, large = (
        sum(path.stat().st_size for path in (tmp_path / way).glob("finetune-*.safetensors"))
        for way in ("lora", "full")
    )
    assert 0 < small < large / 5


@pytest.mark.thorough
def test_a_loaded_run_by_adapters_gives_the_same_answers(
    training: list[Example], validation: list[Example], held_out: list[Example], tmp_path: Path
) -> None:
    trained = planted.fit(by_adapters(), tmp_path, training, validation)
    assert (predict(load(tmp_path), held_out).logits == predict(trained, held_out).logits).all()


@pytest.mark.thorough
def test_a_further_round_starts_from_the_merged_weights(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    first = planted.fit(by_adapters(), tmp_path / "first", training, validation)
    config = by_adapters(finetune_epochs=1, finetune_lr=1e-9, weight_decay=0.0)
    again = planted.fit(config, tmp_path / "again", training, validation, warm_start=tmp_path / "first")
    assert {epoch.stage for epoch in again.record.history} == {"finetune"}
    for name, tensor in first.network.state_dict().items():
        assert torch.allclose(again.network.state_dict()[name], tensor, atol=1e-6)


def test_upper_stages_alone_may_have_adapters(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    trained = planted.fit(by_adapters(finetune_depth=2), tmp_path, training, validation)
    lower = dict(first_weights(trained.config)._members(trained.network.stages[:0]))
    assert lower == {}
    upper = set(trained.network.upper_state(trained.cut))
    assert changed(trained) <= upper
    assert trained.cut == len(trained.network.stages) - 2


@pytest.mark.thorough
def test_the_record_tells_how_much_learnt(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    config = by_adapters(**TRANSFORMER, head_epochs=1, finetune_epochs=1)
    planted.fit(config, tmp_path, training, validation)
    network = first_weights(config)
    head = network.head.weight.numel() + network.head.bias.numel()
    matrices = [each.weight for each in network.network.modules() if isinstance(each, torch.nn.Linear)]
    matrices += [each.weight for each in network.network.modules() if isinstance(each, torch.nn.Conv2d)]
    added = sum(RANK * (len(matrix) + matrix[0].numel()) for matrix in matrices)
    total = sum(parameter.numel() for parameter in network.parameters())
    assert recorded_learning(tmp_path) == Learnt("lora", added + head, total, len(matrices), RANK)


@pytest.mark.parametrize("way", [{"tuning": "head"}, {"finetune_epochs": 0}])
def test_of_a_probe_only_the_head_learns(
    way: dict[str, object], training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    trained = planted.fit(planted.tiny(**way), tmp_path, training, validation)
    assert changed(trained) == {"head.weight", "head.bias"}
    assert {epoch.stage for epoch in trained.record.history} == {"head"}
    learnt = recorded_learning(tmp_path)
    assert learnt is not None
    head = trained.network.head
    assert (learnt.tuning, learnt.trained) == ("head", head.weight.numel() + head.bias.numel())


@pytest.mark.thorough
@pytest.mark.parametrize("tuning", ["full", "lora"])
def test_fine_tuning_in_bf16_is_chosen_and_recorded(
    tuning: str, training: list[Example], validation: list[Example], held_out: list[Example], tmp_path: Path
) -> None:
    config = by_adapters(tuning=tuning, precision="bf16", head_epochs=1, finetune_epochs=6, patience=9)
    trained = planted.fit(config, tmp_path, training, validation)
    assert trained.record.provenance["ran_on"] == ["cpu, bf16"]
    assert accuracy(load(tmp_path), held_out) > 0.6
    assert {tensor.dtype for tensor in trained.network.state_dict().values()} == {torch.float32}


def test_a_rank_that_leaves_no_matrix_says_what_to_do(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    with pytest.raises(ArchitectureError, match="lower lora_rank"):
        planted.fit(by_adapters(lora_rank=5000, head_epochs=1), tmp_path, training, validation)


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"tuning": "adapter"}, "tuning"),
        ({"lora_rank": 0}, "lora_rank"),
        ({"lora_rank": 2.5}, "lora_rank"),
        ({"lora_alpha": 0}, "lora_alpha"),
        ({"tuning": "lora", "normalisation": "adapt"}, "normalisation"),
    ],
)
def test_settings_of_adapters_that_cannot_be_used_are_refused(
    changes: dict[str, object], setting: str
) -> None:
    with pytest.raises(ConfigError, match=setting):
        AttackerConfig(**changes)


def test_runs_that_were_begun_before_there_were_adapters_go_on() -> None:
    """The identity of their settings is what revision ab86d14 wrote."""
    of_before = "56860cb3ca2f7ff73826d6eab82ee59a470a24b674e53aba6bbef9d9c5a5fd35"
    probe_of_before = "0a11f687df7fb11ba3c4d08769bb03d25f010323e0278011a55b50650c992f5a"
    assert run_identity(AttackerConfig(), ("dunk", "shoot"), "0f") == of_before
    assert run_identity(AttackerConfig.probe(), ("dunk", "shoot"), "0f") == probe_of_before
    assert run_identity(AttackerConfig(tuning="lora"), ("dunk", "shoot"), "0f") != of_before
    older = {name: value for name, value in asdict(AttackerConfig()).items() if "lora" not in name}
    del older["tuning"]
    assert AttackerConfig.from_dict(json.loads(json.dumps(older))).trains == "full"
