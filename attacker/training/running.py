"""A job from its first batch, or from where it stands, to the trained attacker."""

from __future__ import annotations

from attacker.features.augmentation import PLAIN, ViewSet
from attacker.features.cache import Store
from attacker.features.cached_features import Bank, PixelBank
from attacker.features.extraction import bank
from attacker.features.extractor import Frozen
from attacker.networks.staged import StagedNetwork
from attacker.progress import Watch
from attacker.training.checkpoints import RunState
from attacker.training.loop import Saver, fit
from attacker.training.phases import FinetunePhase, HeadPhase, Phase, put
from attacker.training.setup import Job
from attacker.training.trained import RunRecord, TrainedAttacker, first_trained_stage

Banks = tuple[Bank | PixelBank, Bank | PixelBank]


class Unsaved:
    """Keeps no checkpoint: for runs so short that they are rather repeated than resumed."""

    def save(self, state: RunState) -> None:
        """Do nothing."""


def run(
    job: Job, network: StagedNetwork, state: RunState | None, saver: Saver, cache: Store, watch: Watch
) -> TrainedAttacker:
    """Train `network`, in place, through both stages.

    Parameters
    ----------
    job
        What to train on what.
    network
        With its first weights, on the job's device.
    state
        Where the run stands; None before the first epoch.
    saver
        Gets the state after each epoch.
    cache
        Frozen features.
    watch
        Progress and the wish to stop.
    """
    state = state or RunState("head" if job.needs_head else "finetune")
    here = f"{job.runtime.name}, {job.runtime.precision}"
    if here not in state.ran_on[-1:]:
        state.ran_on.append(here)
    if state.stage == "head":
        _fitted(_head_phase(job, network, cache, watch), job, state, saver, watch)
        if job.config.finetune_epochs:
            state.stage, state.epoch, state.current = "finetune", 0, {}
    if state.stage == "finetune":
        _fitted(_finetune_phase(job, network, cache, watch), job, state, saver, watch)
    return _result(job, network, state)


def _fitted(phase: Phase, job: Job, state: RunState, saver: Saver, watch: Watch) -> None:
    fit(phase, job.targets, job.config, state, saver, watch)
    put(phase, state.best_tensors)


def _head_phase(job: Job, network: StagedNetwork, cache: Store, watch: Watch) -> HeadPhase:
    # Fine-tuning will need the maps at its cut anyway: the head's features are computed from those.
    base = first_trained_stage(network, job.config) if job.config.finetune_epochs else 0
    banks = _banks(job, network, len(network.stages) + 1, cache, watch, base=base)
    return HeadPhase(network, job.config, *banks)


def _finetune_phase(job: Job, network: StagedNetwork, cache: Store, watch: Watch) -> FinetunePhase:
    start = first_trained_stage(network, job.config)
    return FinetunePhase(network, job.config, job.runtime, start, *_banks(job, network, start, cache, watch))


def _banks(job: Job, network: StagedNetwork, cut: int, cache: Store, watch: Watch, *, base: int = 0) -> Banks:
    frozen = Frozen(network, job.config.architecture, cut, job.config.image_size, job.runtime, base)
    views = ViewSet("augmented", job.config.views)
    return (
        bank(frozen, job.train.examples, job.train.hashes, cache, views, watch.photos),
        bank(frozen, job.validation.examples, job.validation.hashes, cache, PLAIN, watch.photos),
    )


def _result(job: Job, network: StagedNetwork, state: RunState) -> TrainedAttacker:
    assert state.best is not None, "a phase runs at least one epoch"
    origin = job.warm.record.provenance.get("first_weights") if job.warm else network.origin
    facts = {**job.provenance(), "first_weights": origin, "ran_on": state.ran_on}
    record = RunRecord(
        state.best, tuple(state.history), job.identity, job.trained_groups(), facts, job.trained_files()
    )
    return TrainedAttacker(network.eval(), job.config, job.classes, record, job.runtime)
