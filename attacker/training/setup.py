"""Everything about a training that is fixed before its first batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from attacker.config import AttackerConfig
from attacker.networks.runtime import Runtime, runtime
from attacker.networks.staged import at_own_side
from attacker.networks.weights import local_sha256
from attacker.photos.decoding import Photos
from attacker.photos.splits import require_disjoint, require_enough, require_no_shared_file
from attacker.training.run_facts import data_hash, run_facts, run_identity
from attacker.training.targets import Targets, targets_of
from attacker.training.trained import TrainedAttacker, short

_LEAST_TRAIN, _LEAST_VALIDATION = 2, 1


@dataclass(frozen=True)
class Job:
    """A training that may begin: `prepare` has checked its photos.

    Parameters
    ----------
    config
        How to train, its image size known.
    classes
        Names; labels are indices into them.
    train, validation
        Photos of both roles.
    targets
        Labels and weights of the loss.
    warm
        The run whose weights are trained further; None starts from the config's `weights`.
    runtime
        Device and precision.
    local_weights
        Hash of the file that the config's `weights` names, where it names one.
    identity
        Hash of everything that decides the result.
    """

    config: AttackerConfig
    classes: tuple[str, ...]
    train: Photos
    validation: Photos
    targets: Targets
    warm: TrainedAttacker | None
    runtime: Runtime
    local_weights: str | None
    identity: str

    @classmethod
    def prepare(
        cls,
        config: AttackerConfig,
        classes: Sequence[str],
        train: Photos,
        validation: Photos,
        *,
        example_weights: Sequence[float] | None = None,
        warm: TrainedAttacker | None = None,
    ) -> Job:
        """Check the photos of both roles, and derive labels, weights and the run's identity.

        Parameters
        ----------
        config, classes, train, validation, example_weights
            As in `attacker.train`.
        warm
            See `Job`.

        Raises
        ------
        LeakError
            If a group, a source photo or a file is in both roles.
        DataError
            If a class has too few photos, or `example_weights` do not fit the photos.
        ArchitectureError
            If no library knows the architecture.
        DeviceError
            If the device is not available.
        WeightsError
            If the local file of weights does not exist.
        """
        _check(classes, train, validation, warm)
        config = at_own_side(config)
        device = runtime(config)
        weights = None if example_weights is None else [float(weight) for weight in example_weights]
        data = [data_hash(photos.examples, photos.hashes) for photos in (train, validation)]
        local = local_sha256(config.weights)
        start = (warm.record.identity if warm else None, *([local] if local else []))
        name = run_identity(config, classes, *data, weights, *start)
        targets = targets_of(
            config, len(classes), train.examples, validation.examples, weights, device.device
        )
        return cls(config, tuple(classes), train, validation, targets, warm, device, local, name)

    @property
    def needs_head(self) -> bool:
        """Whether the head is trained by itself: warm weights have one already, a probe has nothing else."""
        return self.warm is None or self.config.trains == "head"

    def trained_groups(self) -> tuple[str, ...]:
        """Return the groups that the weights are trained on, by this training or the one they come from."""
        before = self.warm.record.trained_groups if self.warm else ()
        return tuple(sorted({example.group for example in self.train.examples} | set(before)))

    def trained_files(self) -> tuple[str, ...]:
        """Return the beginnings of the hashes of the files that the weights are trained on."""
        before = self.warm.record.trained_files if self.warm else ()
        return tuple(sorted({*map(short, self.train.hashes), *before}))

    def provenance(self) -> dict[str, Any]:
        """Return what the run's record says about data, software and machine."""
        return {
            **run_facts(self.config, self.train.examples, self.validation.examples, self.runtime),
            "train_data": data_hash(self.train.examples, self.train.hashes),
            "validation_data": data_hash(self.validation.examples, self.validation.hashes),
            "local_weights_sha256": self.local_weights,
            "warm_start": self.warm.record.identity if self.warm else None,
        }


def _check(classes: Sequence[str], train: Photos, validation: Photos, warm: TrainedAttacker | None) -> None:
    require_enough(train.examples, classes, _LEAST_TRAIN, "train")
    require_enough(validation.examples, classes, _LEAST_VALIDATION, "validate")
    before = warm.record.trained_groups if warm else ()
    require_disjoint(train.examples, validation.examples, trained_before=before)
    require_no_shared_file(train.hashes, validation.hashes)
