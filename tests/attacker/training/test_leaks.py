"""What is held out is never learned from, at whatever level and by whatever road."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from attacker import (
    Example,
    LeakError,
    TrainedAttacker,
    load,
)
from attacker.evaluation.seed_results import evaluate_seeds, require_unseen
from tests.attacker import planted


@pytest.mark.parametrize("level", [0, 3])
def test_a_shared_group_is_a_leak_at_any_level(
    level: int, training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    leak = replace(validation[0], group=training[0].group, level=level)
    with pytest.raises(LeakError, match=training[0].group):
        planted.fit(planted.tiny(), tmp_path, training, [*validation, leak])


def test_a_shared_source_photo_is_a_leak_whatever_its_group(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    leak = replace(validation[0], item=training[0].item)
    with pytest.raises(LeakError, match=training[0].item):
        planted.fit(planted.tiny(), tmp_path, training, [*validation, leak])


def test_an_identical_file_is_a_leak_whatever_it_is_called(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    copy = tmp_path / "copy.png"
    copy.write_bytes(training[0].path.read_bytes())
    with pytest.raises(LeakError, match="identical files"):
        planted.fit(
            planted.tiny(), tmp_path / "run", training, [*validation, replace(validation[0], path=copy)]
        )


def test_a_warm_start_keeps_its_training_groups(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    config = planted.tiny(head_epochs=1, finetune_epochs=1)
    planted.fit(config, tmp_path / "first", training, validation)
    swapped = [e for e in training if e.item.endswith("-0")]
    rest = [e for e in training if not e.item.endswith("-0")]
    with pytest.raises(LeakError):
        planted.fit(config, tmp_path / "second", rest, swapped, warm_start=tmp_path / "first")


def test_a_file_that_was_trained_on_is_known_again_in_another_folder(
    trained: TrainedAttacker, training: list[Example], held_out: list[Example], tmp_path: Path
) -> None:
    """There it may stand in a group of another name, beside a near duplicate that gives the name."""
    require_unseen([trained], held_out)
    copy = tmp_path / "copy.png"
    copy.write_bytes(training[0].path.read_bytes())
    stranger = replace(held_out[0], path=copy, group="another", item="another")
    with pytest.raises(LeakError, match=r"1 files to be tested on were trained on.*copy\.png"):
        require_unseen([trained], [*held_out, stranger])
    with pytest.raises(LeakError, match=r"copy\.png"):
        evaluate_seeds([trained], held_out, [*held_out, stranger])
    with pytest.raises(LeakError, match=r"copy\.png"):
        evaluate_seeds([trained], [*held_out, stranger], held_out)
    trained.require_unseen([stranger])  # by its group alone nobody would know


@pytest.mark.thorough
def test_a_warm_start_keeps_its_training_files(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    config = planted.tiny(head_epochs=1, finetune_epochs=1)
    first = planted.fit(config, tmp_path / "first", training, validation)
    fewer = [e for e in training if not e.item.endswith("-0")]
    second = planted.fit(config, tmp_path / "second", fewer, validation, warm_start=tmp_path / "first")
    assert second.record.trained_files == first.record.trained_files
    assert len(first.record.trained_files) == len(training)
    assert load(tmp_path / "second").record == second.record
