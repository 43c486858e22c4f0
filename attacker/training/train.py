"""Train one attacker: a head on frozen features, then the upper stages at a low rate; resumable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from attacker.config import AttackerConfig
from attacker.errors import CheckpointError
from attacker.example import Example
from attacker.features.cache import store
from attacker.networks.runtime import computing
from attacker.networks.staged import StagedNetwork, build
from attacker.photos.decoding import Photos
from attacker.progress import Monitor, Progress, ignore, never
from attacker.training.checkpoints import Checkpoints, require_same_run
from attacker.training.record_file import is_finished
from attacker.training.run_folder import load, save_trained
from attacker.training.setup import Job
from attacker.training.trained import TrainedAttacker, channels_last
from attacker.training.two_stages import train_stages

# Where memory runs out.
LOWER = "batch_size or image_size, or train fewer stages (finetune_depth) or adapters alone (tuning='lora')"


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
