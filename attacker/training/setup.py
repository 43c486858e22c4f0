"""All of a training that is fixed before its first batch."""

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
    """What is trained, on what, from where; `prepare` proves that it may be."""

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
        """Check the roles and derive labels, weights and the run's identity.

        Raises
        ------
        LeakError
            If a group, a source photo or a file stands in both roles.
        DataError
            If a class has too few photos, or the weights do not fit them.
        ArchitectureError
            If no library knows the architecture.
        DeviceError
            If the device is not there.
        WeightsError
            If weights are a local file and it is not there.
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
        """Whether the head is trained by itself: warm weights bring one, but a probe has nothing else."""
        return self.warm is None or self.config.finetune_epochs == 0

    def trained_groups(self) -> tuple[str, ...]:
        before = self.warm.record.trained_groups if self.warm else ()
        return tuple(sorted({example.group for example in self.train.examples} | set(before)))

    def trained_files(self) -> tuple[str, ...]:
        before = self.warm.record.trained_files if self.warm else ()
        return tuple(sorted({*map(short, self.train.hashes), *before}))

    def provenance(self) -> dict[str, Any]:
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
