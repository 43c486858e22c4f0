"""Train one attacker: a head on frozen features, then the upper stages at a low rate; resumable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from attacker.config import AttackerConfig
from attacker.errors import CheckpointError
from attacker.example import Example
from attacker.features.augmentation import PLAIN, ViewSet
from attacker.features.cache import Store, store
from attacker.features.cached_features import Bank, PixelBank
from attacker.features.extraction import bank
from attacker.features.extractor import Frozen
from attacker.networks.runtime import computing
from attacker.networks.staged import StagedNetwork, build
from attacker.photos.decoding import Photos
from attacker.progress import Monitor, Progress, ignore, never
from attacker.training.checkpoints import Checkpoints, RunState, require_same_run
from attacker.training.loop import Saver, fit
from attacker.training.phases import FinetunePhase, HeadPhase, Phase, copy_into
from attacker.training.record_file import is_finished
from attacker.training.run_folder import load, save_trained
from attacker.training.setup import Job
from attacker.training.trained import RunRecord, TrainedAttacker, channels_last, first_trained_stage

LOWER = "batch_size or image_size, or fine-tune fewer stages (finetune_depth)"  # where memory runs out
Banks = tuple[Bank | PixelBank, Bank | PixelBank]  # of training and validation photos


def train(
    config: AttackerConfig,
    classes: Sequence[str],
    train: Sequence[Example],
    validation: Sequence[Example],
    *,
    run_dir: Path,
    cache_dir: Path | None = None,
    warm_start: Path | None = None,
    example_weights: Sequence[float] | None = None,
    on_progress: Callable[[Progress], None] = ignore,
    should_stop: Callable[[], bool] = never,
) -> TrainedAttacker:
    """Train an attacker, or continue the run in `run_dir`.

    Parameters
    ----------
    config
        How to train.
    classes
        Names; an example's label is an index into them.
    train
        Photos to train on, of any levels.
    validation
        Photos that select the best epoch, by the loss averaged over classes.
    run_dir
        Folder of checkpoints and of the finished attacker; a finished one is loaded and returned.
    cache_dir
        Folder of cached features, shared between runs and processes; None keeps them in memory.
    warm_start
        Folder of a finished run with the same classes and network, whose weights fine-tuning starts from.
        Its head is already trained, so the head stage is skipped unless there is no fine-tuning.
    example_weights
        Weight of each training photo in the loss, [n_train]; None weighs all alike.
    on_progress
        Called after each epoch and each batch of features.
    should_stop
        Called before every photo that is read and every batch; the training stops where it returns True.

    Returns
    -------
    With the weights of the best epoch, averaged over the steps before its end
    (`attacker.training.optimizer.RunningAverage`).

    Raises
    ------
    LeakError
        If a group, a source photo or a file is in both roles, at whatever level.
    DataError
        If a class has too few photos; `PhotoError` if a photo cannot be read.
    WeightsError
        If pretrained weights are missing or damaged.
    CheckpointError
        If `run_dir` is damaged or belongs to another run, or `warm_start` does not fit.
    DeviceError
        If the device is missing or out of memory.
    DivergedError
        If a loss is not finite.
    StoppedError
        If `should_stop` returned True; call again to continue.

    References
    ----------
    Carlini et al. (2019), On Evaluating Adversarial Robustness, arXiv:1902.06705 (adaptive attackers).
    Howard and Ruder (2018), ULMFiT, ACL (head first, then lower layers at lower rates).

    Examples
    --------
    >>> attacker = train(
    ...     AttackerConfig.quick(seed=1), ("dunk", "shoot"), photos, validation_photos, run_dir=Path("run")
    ... )  # doctest: +SKIP
    """
    warm = _warm(warm_start, config, classes)
    monitor = Monitor(on_progress, should_stop)
    photos = Photos.read(train, monitor.check), Photos.read(validation, monitor.check)
    with computing(LOWER):
        job = Job.prepare(config, classes, *photos, example_weights=example_weights, warm=warm)
        if is_finished(run_dir):
            return _finished(run_dir, job.identity)
        checkpoints = Checkpoints(run_dir, job.identity)
        trained = train_stages(
            job, _network(job), checkpoints.restore(), checkpoints, store(cache_dir), monitor
        )
    save_trained(trained, run_dir)
    checkpoints.clear()
    monitor.report(Progress("done", 1, 1, 1.0))
    return trained


def _warm(folder: Path | None, config: AttackerConfig, classes: Sequence[str]) -> TrainedAttacker | None:
    if folder is None:
        return None
    warm = load(folder)
    if warm.classes != tuple(classes):
        raise CheckpointError(f"{folder}: trained on classes {warm.classes}, not {tuple(classes)}")
    if (warm.config.architecture, warm.config.normalisation) != (config.architecture, config.normalisation):
        raise CheckpointError(
            f"{folder}: another architecture or normalisation; start from weights of the same kind"
        )
    return warm


def _finished(run_dir: Path, expected: str) -> TrainedAttacker:
    trained = load(run_dir)
    require_same_run(trained.record.identity, expected, run_dir)
    return trained


def _network(job: Job) -> StagedNetwork:
    """Return the network to train: that of the warm start, or a new one with the config's weights."""
    if job.warm is not None:
        return job.warm.network.to(job.runtime.device)
    return channels_last(build(job.config, len(job.classes))).to(job.runtime.device)


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
        _fit_and_keep_best(_head_phase(job, network, cache, monitor), job, state, saver, monitor)
        if job.config.finetune_epochs:
            state.stage, state.epoch, state.current = "finetune", 0, {}
    if state.stage == "finetune":
        start = first_trained_stage(network, job.config)
        banks = _banks(job, network, start, cache, monitor)
        finetune = FinetunePhase(network, job.config, job.runtime, start, *banks)
        _fit_and_keep_best(finetune, job, state, saver, monitor)
    return _result(job, network, state)


def _fit_and_keep_best(phase: Phase, job: Job, state: RunState, saver: Saver, monitor: Monitor) -> None:
    fit(phase, job.targets, job.config, state, saver, monitor)
    copy_into(phase, state.best_tensors)


def _head_phase(job: Job, network: StagedNetwork, cache: Store, monitor: Monitor) -> HeadPhase:
    # Fine-tuning will need the maps at its cut anyway: the head's features are computed from those.
    base = first_trained_stage(network, job.config) if job.config.finetune_epochs else 0
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


def _result(job: Job, network: StagedNetwork, state: RunState) -> TrainedAttacker:
    assert state.best is not None, "a phase runs at least one epoch"
    origin = job.warm.record.provenance.get("first_weights") if job.warm else network.origin
    facts = {**job.provenance(), "first_weights": origin, "ran_on": state.ran_on}
    record = RunRecord(
        state.best, tuple(state.history), job.identity, job.trained_groups(), facts, job.trained_files()
    )
    return TrainedAttacker(network.eval(), job.config, job.classes, record, job.runtime)
