"""How an attacker is trained: one frozen object, kept with the trained weights. Imports no torch."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from numbers import Integral, Real
from operator import ge, gt
from typing import Any, Literal, Self, get_args

from attacker.errors import ConfigError

Device = Literal["auto", "cpu", "cuda"]
Precision = Literal["auto", "bf16", "fp32"]
Normalisation = Literal["frozen", "adapt"]
Compile = Literal["auto", "always", "never"]
Distortion = Literal["none", "randaugment"]
Mixing = Literal["none", "mixup", "cutmix"]
Tuning = Literal["full", "head", "lora"]

_RETIRED = {"averaging"}
_WHOLE = (
    *("image_size", "seed", "head_epochs", "finetune_epochs", "batch_size", "patience", "views"),
    *("test_views", "lora_rank"),
)
_SHARES = ("smallest_view", "averaged")
_NUMBERS = (
    *("head_lr", "finetune_lr", "layer_decay", "weight_decay", "label_smoothing", "mixing_alpha"),
    "lora_alpha",
    *_SHARES,
)
_SWITCHES = ("class_balance", "test_time_augmentation", "shuffle_labels")
_WAS_A_SWITCH = {True: "auto", False: "never"}
_KINDS: tuple[tuple[tuple[str, ...], type, str], ...] = (
    (_WHOLE, Integral, "a whole number"),
    (_NUMBERS, Real, "a number"),
    (_SWITCHES, bool, "true or false"),
    (("architecture", "weights"), str, "a text"),
)


_BOUNDS: tuple[tuple[tuple[str, ...], Callable[[float, float], bool], int, str], ...] = (
    (("head_epochs", "batch_size", "patience", "views", "lora_rank"), ge, 1, "at least 1"),
    (("head_lr", "finetune_lr", "layer_decay", "mixing_alpha", "lora_alpha", *_SHARES), gt, 0, "above 0"),
    (("image_size", "weight_decay", "finetune_epochs", "seed", "test_views"), ge, 0, "at least 0"),
)
_CHOICES = (
    ("device", Device),
    ("precision", Precision),
    ("normalisation", Normalisation),
    ("compile", Compile),
    ("distortion", Distortion),
    ("mixing", Mixing),
    ("tuning", Tuning),
)
# Runs that are older than these settings go by the same name as runs that have them at their defaults.
_NEWER = (
    *_SHARES,
    *("distortion", "mixing", "mixing_alpha", "test_views", "tuning", "lora_rank", "lora_alpha"),
)


def _is(value: object, kind: type) -> bool:
    """Return whether a value is of a kind; True and False do not count as numbers."""
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


@dataclass(frozen=True, kw_only=True)
class AttackerConfig:
    """Everything that decides the result of a training, except the photos.

    Parameters
    ----------
    architecture
        ``efficientnet_lite0`` (available offline; so are ``efficientnet_lite1`` and ``efficientnet_lite2``
        once their packages are installed), a torchvision classifier, or a timm classifier (``timm:<name>``).
    weights
        ``pretrained``, ``random`` (tests, controls) or the path of a local state dict.
    image_size
        Side in pixels of the square into which a photo is fitted, its aspect ratio kept. 0, the default, is
        the side that the architecture's weights were trained with; a trained attacker's config names it.
    seed
        Of the head's first weights, the order of photos and their augmentation.
    head_epochs, head_lr
        First stage: a linear head on the frozen network's features.
    tuning
        What the second stage trains: ``full``, the weights of the stages that it reaches; ``lora``,
        low-rank adapters of their matrices, which are merged into them at the end, while the weights stay as
        they are; ``head``, nothing: the attacker is a frozen probe, as with 0 epochs.
    lora_rank, lora_alpha
        Of the adapters: what they add to a matrix has this rank, and is scaled by alpha / rank.
    finetune_epochs, finetune_lr
        Second stage: the upper layers too, at a low rate. With 0 epochs the attacker is a frozen probe.
    finetune_depth
        None fine-tunes the whole network; n only its last n stages, the features below which are cached.
    layer_decay
        Learning rate of each stage, as a share of that of the stage above it.
    weight_decay
        Of AdamW, for matrices; biases and scales have none.
    batch_size
        Photos per step.
    patience
        A stage ends after this many epochs in which the validation loss was not lower than before.
    label_smoothing
        Share of each label that is distributed over all classes, in [0, 1).
    device
        ``auto``: CUDA where it is available, else the CPU.
    precision
        ``auto``: bf16 where the device supports it, else fp32.
    compile
        Whether the fine-tuning of a whole network on CUDA is compiled, which takes a minute or more.
        ``auto``: where it has enough steps to save more time than that; ``always``; ``never``. On a CPU, and
        where only upper stages are trained, nothing is compiled.
    normalisation
        ``frozen``: batch normalisation keeps its pretraining statistics and, where the network allows it, is
        folded into the convolutions, whose weights are then trained. ``adapt``: statistics are updated by
        the new photos.
    views
        Augmented views per training photo (the first is the photo itself).
    smallest_view
        Least visible share of the width and height in an augmented view, in (0, 1].
    distortion
        ``randaugment``: in augmented views, colours and shapes are changed by two operations drawn at random
        first (`attacker.features.distortion`); ``none``.
    mixing
        In fine-tuning, what the lowest trained stage takes in is mixed with that of another photo:
        ``mixup`` blends them, ``cutmix`` puts a window of one into the other; ``none``.
    mixing_alpha
        Both parameters of the beta distribution of the share that a photo keeps; a larger one mixes more.
    averaged
        Share of a stage's steps over which the kept weights are averaged, in (0, 1].
    class_balance
        Weigh classes by their inverse frequency.
    test_time_augmentation
        `attacker.predict` averages each photo with its mirror image. The validation loss that selects the
        best epoch, and the accuracy that is reported with it, are of photos without it.
    test_views
        So many augmented views of each photo are averaged in as well, by test-time augmentation.
    shuffle_labels
        Control: permute the labels among the photos of a role; accuracy on test photos must fall to chance.

    Raises
    ------
    ConfigError
        If a value cannot be used; the message names the setting.

    Examples
    --------
    >>> AttackerConfig(architecture="resnet50", seed=3).seed
    3
    >>> AttackerConfig(batch_size=0)  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ConfigError: batch_size must be at least 1, not 0
    """

    architecture: str = "efficientnet_lite0"
    weights: str = "pretrained"
    image_size: int = 0
    seed: int = 0
    head_epochs: int = 30
    head_lr: float = 3e-3
    tuning: Tuning = "full"
    lora_rank: int = 8
    lora_alpha: float = 16.0
    finetune_epochs: int = 12
    finetune_lr: float = 3e-4
    finetune_depth: int | None = None
    layer_decay: float = 0.8
    weight_decay: float = 0.05
    normalisation: Normalisation = "frozen"
    batch_size: int = 32
    patience: int = 4
    views: int = 8
    label_smoothing: float = 0.05
    smallest_view: float = 0.6
    distortion: Distortion = "none"
    mixing: Mixing = "none"
    mixing_alpha: float = 0.4
    averaged: float = 0.25
    class_balance: bool = True
    test_time_augmentation: bool = True
    test_views: int = 0
    shuffle_labels: bool = False
    device: Device = "auto"
    precision: Precision = "auto"
    compile: Compile = "auto"

    def __post_init__(self) -> None:
        for names, kind, words in _KINDS:
            for name in names:
                self._require(_is(getattr(self, name), kind), name, words)
        for name, choices in _CHOICES:
            self._require(getattr(self, name) in get_args(choices), name, f"one of {get_args(choices)}")
        for names, holds, bound, words in _BOUNDS:
            for name in names:
                self._require(holds(getattr(self, name), bound), name, words)
        self._require(0 <= self.label_smoothing < 1, "label_smoothing", "in [0, 1)")
        for name in _SHARES:
            self._require(getattr(self, name) <= 1, name, "at most 1")
        mixes = self.mixing == "none" or self.trains != "head"
        self._require(mixes, "mixing", "'none' without fine-tuning (finetune_epochs, tuning)")
        averages = self.test_views == 0 or self.test_time_augmentation
        self._require(averages, "test_views", "0 without test_time_augmentation")
        depth = self.finetune_depth
        usable = depth is None or (_is(depth, Integral) and depth >= 1)
        self._require(usable, "finetune_depth", "None or at least 1")
        adapts = self.tuning == "lora" and self.normalisation != "frozen"
        self._require(not adapts, "normalisation", "'frozen' with tuning='lora'")

    def _require(self, holds: bool, name: str, rule: str) -> None:
        if not holds:
            raise ConfigError(f"{name} must be {rule}, not {getattr(self, name)!r}")

    @classmethod
    def quick(cls, **changes: Any) -> Self:
        """Return the preset for a laptop without a GPU: the last two stages, on cached features."""
        preset = {
            "finetune_depth": 2,
            "finetune_epochs": 6,
            "finetune_lr": 1e-3,
            "patience": 3,
            "views": 4,
            "batch_size": 64,
        }
        return cls(**{**preset, **changes})

    @classmethod
    def probe(cls, **changes: Any) -> Self:
        """Return the preset of a frozen probe: only a linear head is trained, on any architecture."""
        return cls(**{"finetune_epochs": 0, "views": 4, "batch_size": 64, **changes})

    @classmethod
    def lora(cls, **changes: Any) -> Self:
        """Return the preset for large networks: adapters in every matrix, at one rate for all stages."""
        return cls(**{"tuning": "lora", "finetune_lr": 1e-3, "layer_decay": 1.0, **changes})

    @property
    def trains(self) -> Tuning:
        """What is trained beside the head, which ``head`` and 0 epochs of fine-tuning say alike."""
        return self.tuning if self.finetune_epochs else "head"

    def identifying(self) -> dict[str, Any]:
        """Return the settings that tell a run from another.

        A setting that older versions did not have counts only where it differs from what they did.

        Examples
        --------
        >>> "mixing" in AttackerConfig().identifying(), AttackerConfig(mixing="mixup").identifying()["mixing"]
        (False, 'mixup')
        """
        return {
            name: value
            for name, value in asdict(self).items()
            if name not in _NEWER or value != getattr(type(self), name)
        }

    def to_json(self) -> str:
        """Return all settings as JSON."""
        return json.dumps(asdict(self), indent=2, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the config that `to_json` has written; see `from_dict`."""
        return cls.from_dict(json.loads(text))

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Return a config of plain values, such as a checkpoint's; a missing one has its default.

        Checkpoints without `test_time_augmentation` are older than this setting, and were tested without it.
        Settings of older checkpoints that never had an effect are ignored.

        Raises
        ------
        ConfigError
            If a name is unknown or a value cannot be used.

        Examples
        --------
        >>> AttackerConfig.from_dict({"architecture": "resnet50"}).architecture
        'resnet50'
        """
        unknown = set(values) - {field.name for field in fields(cls)} - _RETIRED
        if unknown:
            raise ConfigError(f"unknown settings: {', '.join(sorted(unknown))}")
        known = {name: value for name, value in values.items() if name not in _RETIRED}
        if isinstance(known.get("compile"), bool):
            known["compile"] = _WAS_A_SWITCH[known["compile"]]
        return cls(**{"test_time_augmentation": False, **known})


RECIPES: dict[str, Callable[..., AttackerConfig]] = {
    "full": AttackerConfig,
    "quick": AttackerConfig.quick,
    "probe": AttackerConfig.probe,
    "lora": AttackerConfig.lora,
}
