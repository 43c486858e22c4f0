"""Both stages of a training: the head, and then upper stages themselves or adapters of their matrices."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import asdict

from attacker.config import AttackerConfig
from attacker.features.augmentation import PLAIN, ViewSet
from attacker.features.cache import Store
from attacker.features.cached_features import Bank, PixelBank
from attacker.features.extraction import bank
from attacker.features.extractor import Frozen
from attacker.networks.lora import Place, adapters, is_adapters, places_of
from attacker.networks.staged import StagedNetwork
from attacker.progress import Monitor
from attacker.training.checkpoints import RunState
from attacker.training.loop import Saver, fit
from attacker.training.phases import AdapterPhase, FinetunePhase, HeadPhase, Phase, copy_into
from attacker.training.record_file import Learnt
from attacker.training.setup import Job
from attacker.training.trained import RunRecord, TrainedAttacker, first_trained_stage

Banks = tuple[Bank | PixelBank, Bank | PixelBank]  # of training and validation photos


def train_stages(
    job: Job, network: StagedNetwork, state: RunState | None, saver: Saver, cache: Store, monitor: Monitor
) -> TrainedAttacker:
    """Train `network`, in place, through both stages.

    Parameters
    ----------
    job
        Config, photos and targets.
    network
        With its first weights, on the job's device.
    state
        The saved state of the run; None before the first epoch.
    cache
        Keeps frozen features.
    monitor
        Gets the progress; may stop the training.

    Examples
    --------
    >>> job = Job.prepare(config, classes, train_photos, validation_photos)  # doctest: +SKIP
    >>> network = build(job.config, len(classes))  # doctest: +SKIP
    >>> train_stages(job, network, None, NoCheckpoints(), store(None), Monitor())  # doctest: +SKIP
    """
    state = state or RunState("head" if job.needs_head else "finetune")
    here = f"{job.runtime.name}, {job.runtime.precision}"
    if here not in state.ran_on[-1:]:
        state.ran_on.append(here)
    if state.stage == "head":
        learnt = _train(_head_phase(job, network, cache, monitor), job, state, saver, monitor)
        if job.config.trains != "head":
            state.stage, state.epoch, state.current = "finetune", 0, {}
    if state.stage == "finetune":
        learnt = _finetune(job, network, state, saver, cache, monitor)
    return _result(job, network, state, learnt)


def _finetune(
    job: Job, network: StagedNetwork, state: RunState, saver: Saver, cache: Store, monitor: Monitor
) -> Learnt:
    """Train the upper stages themselves, or adapters of their matrices."""
    start = first_trained_stage(network, job.config)
    upper = network, job.config, job.runtime, start, *_banks(job, network, start, cache, monitor)
    if job.config.trains == "full":
        return _train(FinetunePhase(*upper), job, state, saver, monitor)
    with _adapters_of(network, job.config, start) as places:
        return _train(AdapterPhase(*upper), job, state, saver, monitor, matrices=len(places))


def _adapters_of(
    network: StagedNetwork, config: AttackerConfig, start: int
) -> AbstractContextManager[list[Place]]:
    """Return the context in which every matrix from stage `start` up, the neck's too, has an adapter."""
    lower = {id(module) for stage in network.stages[:start] for module in stage.modules()}
    upper = [module for module in network.network.modules() if id(module) not in lower]
    places = places_of(upper, config.lora_rank)
    return adapters(places, config.lora_rank, config.lora_alpha, config.seed)


def _train(
    phase: Phase, job: Job, state: RunState, saver: Saver, monitor: Monitor, *, matrices: int = 0
) -> Learnt:
    """Train a phase and keep its best epoch; return how much of the network learnt."""
    fit(phase, job.targets, job.config, state, saver, monitor)
    copy_into(phase, state.best_tensors)
    trained = sum(parameter.numel() for group in phase.groups() for parameter in group["params"])
    own = [each for name, each in phase.network.named_parameters() if not is_adapters(name)]
    return Learnt(
        job.config.trains,
        trained,
        sum(parameter.numel() for parameter in own),
        matrices,
        job.config.lora_rank if matrices else 0,
    )


def _head_phase(job: Job, network: StagedNetwork, cache: Store, monitor: Monitor) -> HeadPhase:
    # Fine-tuning will need the maps at its cut anyway: the head's features are computed from those.
    base = first_trained_stage(network, job.config) if job.config.trains != "head" else 0
    banks = _banks(job, network, len(network.stages) + 1, cache, monitor, base=base)
    return HeadPhase(network, job.config, *banks)


def _banks(
    job: Job, network: StagedNetwork, cut: int, cache: Store, monitor: Monitor, *, base: int = 0
) -> Banks:
    config = job.config
    frozen = Frozen(network, config.architecture, cut, config.image_size, job.runtime, base)
    views = ViewSet("augmented", config.views, config.smallest_view, config.distortion == "randaugment")
    return (
        bank(frozen, job.train.examples, job.train.hashes, cache, views, monitor.photos),
        bank(frozen, job.validation.examples, job.validation.hashes, cache, PLAIN, monitor.photos),
    )


def _result(job: Job, network: StagedNetwork, state: RunState, learnt: Learnt) -> TrainedAttacker:
    assert state.best is not None, "a phase runs at least one epoch"
    origin = job.warm.record.provenance.get("first_weights") if job.warm else network.origin
    facts = {
        **job.provenance(), "first_weights": origin, "ran_on": state.ran_on, "learnt": asdict(learnt),
    }  # fmt: skip
    record = RunRecord(
        state.best, tuple(state.history), job.identity, job.trained_groups(), facts, job.trained_files()
    )
    return TrainedAttacker(network.eval(), job.config, job.classes, record, job.runtime)
