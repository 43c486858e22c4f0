"""The study's choice of preset as the attacker's recipe."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from attacker.config import RECIPES
from pipeline.checks.learning_curve import curve_config
from pipeline.datasets import config_of
from study.models import Study


def study(preset: str) -> Study:
    return Study(attacker_preset=preset, device="cpu")


def test_every_choice_of_the_admin_is_a_recipe() -> None:
    choices = {value for value, _ in Study._meta.get_field("attacker_preset").choices}
    assert choices == set(RECIPES)


def test_a_probe_trains_its_head_only() -> None:
    assert config_of(study("probe"), "timm:vit_small_patch14_dinov2", seed=3).finetune_epochs == 0


def test_full_fine_tuning_is_not_the_quick_one() -> None:
    assert config_of(study("full"), "resnet152", seed=0).finetune_depth is None
    assert config_of(study("quick"), "resnet152", seed=0).finetune_depth == 2


def test_a_study_may_choose_the_size_at_which_networks_see_its_photos() -> None:
    original = Study(attacker_preset="full", image_size=480)
    assert config_of(original, "resnet152", seed=0).image_size == 480


@pytest.mark.parametrize("pixels", [1, 31, 1025])
def test_a_size_that_no_network_can_use_is_refused(pixels: int) -> None:
    with pytest.raises(ValidationError, match="32 to 1024"):
        Study._meta.get_field("image_size").clean(pixels, None)


@pytest.mark.parametrize("preset", ["quick", "probe"])
def test_a_learning_curve_is_trained_as_the_attackers_were(preset: str) -> None:
    config = config_of(study(preset), "efficientnet_lite0", seed=0)
    assert curve_config(config) == config


def test_the_curve_of_full_fine_tuning_is_that_of_the_upper_layers() -> None:
    config = curve_config(config_of(study("full"), "efficientnet_lite0", seed=0))
    assert (config.finetune_depth, config.architecture) == (2, "efficientnet_lite0")


def test_adapters_train_no_weight_of_a_large_network() -> None:
    config = config_of(study("lora"), "timm:vit_large_patch14_dinov2", seed=3)
    assert (config.trains, config.finetune_depth, config.architecture) == (
        "lora", None, "timm:vit_large_patch14_dinov2",
    )  # fmt: skip


def test_the_learning_curve_of_adapters_is_that_of_the_upper_layers() -> None:
    config = curve_config(config_of(study("lora"), "efficientnet_lite0", seed=0))
    assert (config.trains, config.finetune_depth) == ("full", 2)
