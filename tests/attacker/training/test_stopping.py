"""Whatever takes long ends at the next batch when it is asked to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from attacker import (
    Example,
    StoppedError,
    TrainedAttacker,
    attention_maps,
    learning_curve,
    measure_faithfulness,
    predict,
    subject_maps,
)
from attacker.attention import foreground, grad_cam
from attacker.evaluation import prediction
from tests.attacker import planted

Ask = Callable[[], bool]


def _curve(_: TrainedAttacker, photos: list[Example], __: Path, ask: Ask) -> None:
    config, few = planted.tiny(head_epochs=1, finetune_epochs=0), photos[::5]
    rest = [photo for photo in photos if photo not in few]
    learning_curve(
        config, planted.CLASSES, rest, few, shares=(0.4, 0.6, 0.8, 1.0), seeds=(0, 1), should_stop=ask
    )


def _train(_: TrainedAttacker, photos: list[Example], folder: Path, ask: Ask) -> None:
    config = planted.tiny(head_epochs=1, finetune_epochs=1)
    planted.fit(config, folder, photos[1::2], photos[::2], should_stop=ask)


LONG = {
    "train": _train,
    "learning curve": _curve,
    "predict": lambda trained, photos, _, ask: predict(trained, photos, should_stop=ask),
    "attention": lambda trained, photos, _, ask: attention_maps(trained, photos, should_stop=ask),
    "faithfulness": lambda trained, photos, _, ask: measure_faithfulness(
        trained, photos, np.ones((len(photos), 4, 4)), should_stop=ask
    ),
    "subject": lambda _, photos, __, ask: subject_maps(
        "timm:test_resnet", photos, weights="random", image_size=48, should_stop=ask
    ),
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", LONG)
def test_it_stops_at_whichever_moment_it_is_asked_to(
    name: str,
    trained: TrainedAttacker,
    held_out: list[Example],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At its first question, at its last, and between: after `yes` it neither goes on nor asks again."""
    for module in (prediction, grad_cam, foreground):
        monkeypatch.setattr(module, "_BATCH", 6)
    asked: list[bool] = []
    LONG[name](trained, held_out, tmp_path / "whole", lambda: bool(asked.append(False)))
    assert len(asked) >= 18 + 2 + 3  # of the eighteen photos, their features, and of what is made of them
    for moment in {1, 18, 18 + (len(asked) - 18) // 2, len(asked)}:
        answers: list[bool] = []

        def stop_then(moment: int = moment, answers: list[bool] = answers) -> bool:
            answers.append(len(answers) + 1 == moment)
            return answers[-1]

        with pytest.raises(StoppedError):
            LONG[name](trained, held_out, tmp_path / str(moment), stop_then)
        assert len(answers) == moment
