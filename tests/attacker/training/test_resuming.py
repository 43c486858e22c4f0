"""A run that was stopped, finished, damaged or loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import timm
import torch
from safetensors.torch import save_file

from attacker import (
    Example,
    Progress,
    StoppedError,
    TrainedAttacker,
    load,
    predict,
)
from attacker.errors import CheckpointError, WeightsError
from attacker.networks import runtime
from attacker.training import checkpoints
from tests.attacker import planted


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("depth", "stop_after", "rate"),
    [
        (2, 2, 3e-3),
        (2, 5, 3e-3),
        (2, 6, 3e-3),
        (None, 2, 3e-3),
        (None, 5, 3e-3),
        (None, 6, 3e-3),
        (2, 5, 30.0),  # no epoch of fine-tuning beats the head's best
    ],
)
def test_a_stopped_run_ends_bit_for_bit_like_one_that_was_not(
    depth: int | None,
    stop_after: int,
    rate: float,
    training: list[Example],
    validation: list[Example],
    tmp_path: Path,
) -> None:
    config = planted.tiny(finetune_depth=depth, patience=9, finetune_lr=rate)
    whole = planted.fit(config, tmp_path / "whole", training, validation)
    planted.stopped(config, tmp_path / "cut", training, validation, after=stop_after)
    again: list[Progress] = []
    resumed = planted.fit(config, tmp_path / "cut", training, validation, on_progress=again.append)
    assert stop_after + sum(news.loss is not None for news in again) == len(whole.record.history) == 7
    assert resumed.record.history == whole.record.history
    assert planted.same_weights(whole, resumed)


@pytest.mark.thorough
def test_a_run_that_is_resumed_elsewhere_records_where_it_ran(
    training: list[Example], validation: list[Example], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = planted.tiny(precision="auto")
    monkeypatch.setattr(runtime, "_has_bf16", lambda _: False)
    planted.stopped(config, tmp_path, training, validation, after=2)
    monkeypatch.setattr(runtime, "_has_bf16", lambda _: True)
    resumed = planted.fit(config, tmp_path, training, validation)
    assert resumed.record.provenance["ran_on"] == ["cpu, fp32", "cpu, bf16"]


@pytest.mark.thorough
def test_a_finished_run_is_loaded_not_repeated(
    trained: TrainedAttacker, training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    first = planted.fit(planted.tiny(), tmp_path, training, validation)
    again = planted.fit(
        planted.tiny(), tmp_path, training, validation, on_progress=lambda _: pytest.fail("trained again")
    )
    assert planted.same_weights(first, again)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.json", "model.safetensors"]


def test_a_run_folder_of_other_settings_or_photos_is_refused(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    planted.fit(planted.tiny(head_epochs=1, finetune_epochs=0), tmp_path, training, validation)
    with pytest.raises(CheckpointError, match="other settings or photos"):
        planted.fit(planted.tiny(head_epochs=2, finetune_epochs=0), tmp_path, training, validation)
    with pytest.raises(CheckpointError, match="other settings or photos"):
        planted.fit(planted.tiny(head_epochs=1, finetune_epochs=0), tmp_path, training[:-1], validation)


def test_a_damaged_checkpoint_is_refused(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    seen: list[Progress] = []
    with pytest.raises(StoppedError):
        planted.fit(
            planted.tiny(),
            tmp_path,
            training,
            validation,
            on_progress=seen.append,
            should_stop=lambda: any(p.loss is not None for p in seen),
        )
    (state,) = tmp_path.glob("head-*.safetensors")
    content = bytearray(state.read_bytes())
    content[-1] ^= 1
    state.write_bytes(content)
    with pytest.raises(CheckpointError, match="checksum mismatch"):
        planted.fit(planted.tiny(), tmp_path, training, validation)


def test_damaged_weights_are_refused(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    planted.fit(planted.tiny(head_epochs=1, finetune_epochs=0), tmp_path, training, validation)
    path = tmp_path / "model.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="checksum mismatch"):
        load(tmp_path)
    path.unlink()
    with pytest.raises(CheckpointError, match="missing"):
        load(tmp_path)


@pytest.mark.thorough
def test_a_loaded_attacker_gives_the_same_answers(
    held_out: list[Example], training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    trained = planted.fit(planted.tiny(), tmp_path, training, validation)
    loaded = load(tmp_path)
    assert loaded.record == trained.record
    assert loaded.config == trained.config
    assert (predict(loaded, held_out).logits == predict(trained, held_out).logits).all()


def test_an_unfinished_folder_cannot_be_loaded(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no finished run"):
        load(tmp_path)


@pytest.mark.thorough
def test_a_run_is_that_of_its_local_weights_not_of_their_path(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    path = tmp_path / "own.safetensors"
    config = planted.tiny(head_epochs=1, finetune_epochs=0, weights=str(path))
    for seed in (0, 1):
        torch.manual_seed(seed)
        save_file(timm.create_model("test_resnet", pretrained=False).state_dict(), path)
        if seed == 0:
            first = planted.fit(config, tmp_path / "run", training, validation)
    assert len(first.record.provenance["local_weights_sha256"]) == 64
    with pytest.raises(CheckpointError, match="other settings or photos"):
        planted.fit(config, tmp_path / "run", training, validation)
    path.unlink()
    with pytest.raises(WeightsError, match=r"own\.safetensors: no such weights file"):
        planted.fit(config, tmp_path / "other", training, validation)


@pytest.mark.parametrize("text", ["[]", "null", '{"format": 1}', '{"format": 1, "config": {}, "classes": 3}'])
def test_a_record_that_is_none_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(text)
    with pytest.raises(CheckpointError, match=r"model\.json: .*restore it or train again"):
        load(tmp_path)


@pytest.mark.parametrize("left", [[], ["identity"], ["identity", "stage", "epoch", "files"]])
def test_a_state_that_is_incomplete_is_refused(
    left: list[str], training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    planted.stopped(planted.tiny(), tmp_path, training, validation, after=1)
    state = tmp_path / "state.json"
    facts = json.loads(state.read_text())
    state.write_text(json.dumps({name: facts[name] for name in left} or None))
    with pytest.raises(CheckpointError, match=r"delete the run folder and train again"):
        planted.fit(planted.tiny(), tmp_path, training, validation)


@pytest.mark.thorough
def test_what_a_killed_write_left_behind_goes_with_the_next_checkpoint(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    for name in (".finetune-0001.safetensors.x1", ".best-head-0001.safetensors.x2", ".state.json.x3"):
        (tmp_path / name).write_bytes(b"half")
    planted.fit(planted.tiny(), tmp_path, training, validation)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.json", "model.safetensors"]


def test_a_state_that_follows_within_seconds_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small network has many epochs a second, and would wait for the disk longer than it computes."""
    monkeypatch.setattr(checkpoints, "SAVED_EVERY", 60.0)
    states = checkpoints.Checkpoints(tmp_path, "a run")
    states.save(checkpoints.RunState("head", 1))
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(checkpoints, "SAVED_EVERY", 0.0)
    states.save(checkpoints.RunState("head", 2))
    restored = states.restore()
    assert restored is not None
    assert restored.epoch == 2
