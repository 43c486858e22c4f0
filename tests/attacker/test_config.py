from __future__ import annotations

import pkgutil
import subprocess
import sys

import pytest

import attacker
from attacker.config import AttackerConfig
from attacker.errors import ConfigError


def test_a_config_survives_json() -> None:
    config = AttackerConfig(architecture="resnet152", finetune_depth=3, seed=7, shuffle_labels=True)
    assert AttackerConfig.from_json(config.to_json()) == config


def test_a_checkpoint_that_is_older_than_test_time_augmentation_was_tested_without() -> None:
    assert AttackerConfig().test_time_augmentation
    assert not AttackerConfig.from_dict({"seed": 4}).test_time_augmentation


def test_a_checkpoint_may_speak_of_a_setting_that_never_did_anything() -> None:
    assert AttackerConfig.from_dict({"averaging": 0.0, "seed": 4}) == AttackerConfig.from_dict({"seed": 4})


@pytest.mark.parametrize(("once", "now"), [(True, "auto"), (False, "never")])
def test_a_checkpoint_may_have_the_former_switch_for_compiling(once: bool, now: str) -> None:
    assert AttackerConfig.from_dict({"compile": once}).compile == now


def test_quick_is_a_preset_that_can_be_changed() -> None:
    assert AttackerConfig.quick(seed=5).seed == 5
    assert AttackerConfig.quick().finetune_depth is not None


def test_a_probe_trains_nothing_but_a_head() -> None:
    assert AttackerConfig.probe(architecture="resnet50").finetune_epochs == 0


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("device", "tpu"),
        ("precision", "fp16"),
        ("batch_size", 0),
        ("batch_size", 1.5),
        ("seed", "abc"),
        ("seed", True),
        ("head_lr", "fast"),
        ("class_balance", 1),
        ("finetune_depth", "all"),
        ("finetune_depth", 0),
        ("label_smoothing", 1.0),
        ("finetune_lr", 0.0),
        ("seed", -1),
        ("smallest_view", 0.0),
        ("smallest_view", 1.5),
        ("averaged", 0),
        ("mixing", "blend"),
        ("mixing_alpha", 0.0),
        ("distortion", "autoaugment"),
        ("test_views", -1),
    ],
)
def test_a_useless_setting_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(ConfigError, match=name):
        AttackerConfig(**{name: value})


def test_a_misspelt_setting_is_refused() -> None:
    with pytest.raises(ConfigError, match="epoch"):
        AttackerConfig.from_dict({"epoch": 3})


def test_configuring_an_attacker_loads_no_torch() -> None:
    code = "import sys, attacker; attacker.AttackerConfig, attacker.Example; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_importing_the_package_loads_none_of_its_modules() -> None:
    code = "import sys, attacker; sys.exit(any(name.startswith('attacker.') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_public_name_is_hidden_by_a_module_or_a_room_of_the_same_name() -> None:
    """An imported submodule becomes an attribute of its package, in place of what was there."""
    submodules = {module.name for module in pkgutil.iter_modules(attacker.__path__)}
    assert {"config", "training"} <= submodules  # modules and rooms
    assert not submodules & set(attacker.__all__)


def test_every_public_name_can_be_had() -> None:
    assert all(getattr(attacker, name) is not None for name in attacker.__all__)
    with pytest.raises(AttributeError, match="nothing_here"):
        attacker.nothing_here  # noqa: B018


def test_views_that_test_time_augmentation_would_average_need_it() -> None:
    assert AttackerConfig(test_views=2).test_views == 2
    with pytest.raises(ConfigError, match="test_views must be 0 without test_time_augmentation"):
        AttackerConfig(test_views=2, test_time_augmentation=False)
