"""Checks of networks that are really trained, on photos in which it is known what tells their class."""

from __future__ import annotations

import pytest

from attacker import train
from pipeline.attacks.data_roles import config_of_run, roles_of
from pipeline.checks import attention, learning_curve, shuffled_labels
from pipeline.checks.attention import check_attention
from pipeline.checks.controls import CENTRE, FULL, OWN, check_controls
from pipeline.checks.learning_curve import measure_curve
from pipeline.checks.result_types import AttentionResult, ControlsResult, CurveResult, ShuffleResult
from pipeline.checks.shuffled_labels import check_shuffle
from pipeline.datasets import classes_of, run_directory
from study.models import Item, Study
from tests.pipeline.answered import add_run
from tests.pipeline.checks.coloured import (
    HEAVY,
    LARGE,
    MIDDLE,
    NETWORK,
    PHOTOS,
    WHOLE,
    PatientClaim,
    coloured_study,
    let_tiny_networks_train,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tiny_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    let_tiny_networks_train(monkeypatch)


def controls_of(study: Study) -> ControlsResult:
    claim = PatientClaim()
    finding = check_controls(study.levels.get(number=HEAVY), claim)  # type: ignore[arg-type]
    assert isinstance(finding.result, ControlsResult)
    assert finding.figure.startswith("<?xml")
    assert claim.messages == [name for name in finding.result.rules if name != OWN]
    assert claim.fractions == [0.2, 0.4, 0.6, 0.8]
    return finding.result


def test_crops_that_hide_what_tells_the_class_take_more_than_missing_pixels_and_resolution() -> None:
    result = controls_of(coloured_study())
    accuracies = {name: numbers.estimate for name, numbers in result.rules.items()}
    assert accuracies[OWN] < 0.5, "only noise is seen in the corner"
    assert accuracies[CENTRE] == accuracies[FULL] == 1.0, "nothing but colour, and all of it"
    assert result.gained_without_the_rule[FULL].ci_low > 0.5
    assert not result.concern
    assert "The rule takes more from the machine than missing pixels do" in result.summary
    assert "It is not the resolution" in result.summary
    assert {numbers.n_items for numbers in result.rules.values()} == {3 * PHOTOS[Item.Split.TEST]}
    assert set(result.left_out.values()) == {0}
    assert f"attention of another {NETWORK}" in result.rules


@pytest.mark.thorough
def test_crops_that_show_what_tells_the_class_take_no_more_than_the_centre() -> None:
    result = controls_of(coloured_study(corner=MIDDLE))
    assert result.rules[OWN].estimate == 1.0
    assert result.gained_without_the_rule[CENTRE].estimate == 0.0
    assert result.concern
    assert "Missing pixels alone may explain the machine's fall" in result.summary


def test_shuffled_labels_teach_nothing_though_the_colours_are_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shuffled_labels, "SEEDS", 6)
    level = coloured_study().levels.get(number=WHOLE)
    result = check_shuffle(level, PatientClaim()).result  # type: ignore[arg-type]
    assert isinstance(result, ShuffleResult)
    assert result.accuracy.n_agents == 6
    assert result.accuracy.estimate < 0.6, "the same head learns all of them from true labels"
    assert not result.concern


def test_a_class_that_is_learned_from_the_first_photos_cannot_be_learned_better(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(learning_curve, "LEAST_SEEDS", 2)
    claim = PatientClaim()
    finding = measure_curve(coloured_study().levels.get(number=WHOLE), claim)  # type: ignore[arg-type]
    result = finding.result
    assert isinstance(result, CurveResult)
    assert result.network == f"{NETWORK}, head on frozen features"
    assert result.sizes[-1] == 3 * PHOTOS[Item.Split.TRAIN]
    assert result.errors[-1] == (0.0, 0.0)
    assert result.gain.exhausted
    assert not result.concern
    assert finding.figure.startswith("<?xml")
    assert claim.fractions == sorted(claim.fractions)
    assert claim.messages[-1] == "training 10 of 10"


def test_attention_lies_on_what_tells_the_class(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is somebody's torso, at one place in all photos; one photo goes by the name of another colour."""
    monkeypatch.setattr(attention, "PER_CLASS", 4)
    study = coloured_study()
    study.image_size = LARGE
    study.save()
    photos = study.items.filter(split=Item.Split.TEST)
    green = photos.filter(category__name="green").first()
    photos.filter(pk=green.pk).update(category=study.categories.get(name="blue"))
    for seed in range(2):
        _train(study, seed)
    finding = check_attention(study.levels.get(number=WHOLE), PatientClaim())  # type: ignore[arg-type]
    result = finding.result
    assert isinstance(result, AttentionResult)
    assert (result.networks, result.photos) == (2, 3 * PHOTOS[Item.Split.TEST])
    torso = next(part for part in result.body.all if part.part == "torso")
    assert torso.low > torso.area
    assert min(result.deletion.low, result.insertion.low) > 0, (
        "what is attended matters, as random regions do not"
    )
    assert result.stability > 0.5
    assert (
        "Where the machine is wrong, its maps of the true and of the predicted class correlate"
        in result.summary
    )
    assert result.settings.architecture == NETWORK
    assert finding.figure.startswith("<?xml")


def _train(study: Study, seed: int) -> None:
    run = add_run(study, WHOLE, seed, skill=1.0, net=NETWORK)
    train(config_of_run(run), classes_of(study), *roles_of(run), run_dir=run_directory(run))
