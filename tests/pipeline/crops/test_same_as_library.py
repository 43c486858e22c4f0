"""The site's attacker is the library's: same config, seed and photos give the same weights and answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from attacker import AttackerConfig, Example, load, predict, train
from pipeline.attacks import train_run
from pipeline.attacks.enqueue import queue_attack
from pipeline.crops.stimuli import render
from pipeline.datasets import run_directory
from pipeline.models import AttackerRun
from pipeline.storage import local_path
from stats.machine.calibration_error import expected_calibration_error
from stats.machine.class_offsets import class_offsets, corrected_accuracy
from study.models import Item, Stimulus, Study
from tests.pipeline.studies import imported_study, work_off
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
EARLIER = 7200.0  # seconds that an attempt took which was killed
TINY = AttackerConfig(
    architecture="timm:test_resnet",
    weights="random",
    image_size=48,
    seed=3,
    head_epochs=2,
    finetune_epochs=2,
    finetune_depth=2,
    batch_size=8,
    views=2,
    device="cpu",
    precision="fp32",
)


@pytest.fixture
@remembered
def study() -> Study:
    """A study whose photos stand at level 0 only, uncropped."""
    study = imported_study(sides=(1.0, 0.5), seeds=1)
    for item in study.items.exclude(split=Item.Split.DESIGN):
        render(item, study.levels.get(number=0))
    return study


@pytest.fixture
def run(study: Study, monkeypatch: pytest.MonkeyPatch) -> AttackerRun:
    """An attacker trained and tested by the site's worker."""
    monkeypatch.setattr(train_run, "config_of_run", lambda *_: TINY)
    queued = queue_attack(study, TINY.architecture, TINY.seed, trained_through=0)
    AttackerRun.objects.filter(pk=queued.pk).update(seconds=EARLIER)
    work_off(study)
    queued.refresh_from_db()
    return queued


def _photos(study: Study, *splits: str) -> list[Example]:
    """What somebody with the same files would write down without the site."""
    names = [category.name for category in study.categories.order_by("position")]
    stimuli = Stimulus.objects.filter(item__study=study, item__split__in=splits).order_by("item_id")
    return [
        Example(
            local_path(stimulus.image, stimulus.sha256),
            names.index(stimulus.item.category.name),
            str(stimulus.item_id),
            0,
            stimulus.item.cluster,
        )
        for stimulus in stimuli
    ]


def test_the_site_and_the_library_give_the_same_attacker(
    study: Study, run: AttackerRun, tmp_path: Path
) -> None:
    roles = {split: _photos(study, split) for split in (Item.Split.TRAIN, Item.Split.VALIDATION)}
    classes = [category.name for category in study.categories.order_by("position")]
    ours = train(TINY, classes, roles["train"], roles["validation"], run_dir=tmp_path / "run")
    theirs = load(run_directory(run))
    assert ours.record.history == theirs.record.history
    assert EARLIER < run.seconds < EARLIER + 600
    assert run.best_epoch == f"{ours.record.best.stage} {ours.record.best.epoch}"
    assert ours.record.trained_groups == theirs.record.trained_groups
    for name, tensor in ours.network.state_dict().items():
        np.testing.assert_array_equal(tensor.numpy(), theirs.network.state_dict()[name].numpy(), err_msg=name)

    photos = _photos(study, Item.Split.TEST, Item.Split.VALIDATION)
    stored = dict(run.predictions.values_list("stimulus__item_id", "logits"))
    predictions = predict(ours, photos)
    np.testing.assert_allclose([stored[int(photo.item)] for photo in photos], predictions.logits, atol=1e-5)

    own = predict(ours, roles["validation"])
    assert run.validation_accuracy == pytest.approx(own.balanced_accuracy())
    assert run.offsets == pytest.approx(class_offsets(own.logits, own.labels), abs=1e-6)
    assert run.corrected_accuracy == pytest.approx(
        corrected_accuracy(own.logits, own.labels, [example.group for example in own.examples])
    )
    assert run.calibration_error == pytest.approx(
        expected_calibration_error(own.logits, own.labels), abs=1e-6
    )
