"""A process killed without warning goes on as if nothing had happened."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from attacker import load
from tests.attacker import planted

# It kills itself, as `kill -9` would, at a given place: nothing of Python runs after that.
SCRIPT = """
import sys; sys.path.insert(0, sys.argv[1])
import os, signal; from pathlib import Path
import torch
from attacker import train
from attacker.features import cache
from attacker.training import checkpoints
from tests.attacker import planted
torch.set_num_threads(1)
checkpoints.SAVED_EVERY = 0.0
root, moment, config = Path(sys.argv[2]), sys.argv[4], {"device": sys.argv[5], "architecture": sys.argv[6]}
fsync, put = os.fsync, cache.DiskStore.put

def die_at(name):
    if moment and moment in name:
        os.kill(os.getpid(), signal.SIGKILL)

def watched_fsync(handle):
    die_at("writing " + os.readlink(f"/proc/self/fd/{handle}"))
    fsync(handle)

def watched_put(store, key, array):
    die_at(f"caching {sum(1 for _ in store._root.rglob('*.npy'))} ")
    put(store, key, array)

os.fsync, cache.DiskStore.put = watched_fsync, watched_put
train(planted.tiny(head_epochs=3, finetune_epochs=4, patience=9, **config), planted.CLASSES,
      planted.examples(root / "train", 8), planted.examples(root / "validation", 4, first=100),
      run_dir=root / sys.argv[3], cache_dir=root / f"{sys.argv[3]}-cache",
      on_progress=lambda news: die_at(f"after {news.stage} {news.epoch} "))
"""


DEVICES = ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]
MOMENTS = {
    "among the features": "caching 21 ",
    "in the head": "after head 2 ",
    "early in fine-tuning": "after finetune 1 ",
    "late in fine-tuning": "after finetune 3 ",
    "while a checkpoint is written": ".finetune-0002",
    "while it is committed": ".state.json",
}


def _run(root: Path, run: str, moment: str, *config: str) -> int:
    here = str(Path(planted.__file__).parents[2])
    command = [sys.executable, "-c", SCRIPT, here, str(root), run, moment, *config]
    return subprocess.run(command, timeout=300, check=False).returncode


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("architecture", ["timm:test_resnet", "efficientnet_lite0"])
def test_a_run_killed_at_any_moment_ends_with_the_same_weights(
    architecture: str, moment: str, device: str, tmp_path: Path
) -> None:
    config = (device, architecture)
    assert _run(tmp_path, "whole", "", *config) == 0
    assert _run(tmp_path, "killed", MOMENTS[moment], *config) == -signal.SIGKILL
    assert not (tmp_path / "killed" / "model.json").exists()
    assert _run(tmp_path, "killed", "", *config) == 0
    whole, killed = load(tmp_path / "whole"), load(tmp_path / "killed")
    assert whole.record.history == killed.record.history
    states = whole.network.state_dict(), killed.network.state_dict()
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
