"""A process killed without warning goes on as if nothing had happened."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import planted
import pytest
import torch

from attacker import load

SCRIPT = """
import sys; sys.path.insert(0, sys.argv[1])
import time; from pathlib import Path
import planted, torch
from attacker import train
torch.set_num_threads(1)
root = Path(sys.argv[2])
train(planted.tiny(head_epochs=3, finetune_epochs=4, patience=9, device=sys.argv[5]), planted.CLASSES,
      planted.examples(root / "train", 8), planted.examples(root / "validation", 4, first=100),
      run_dir=root / sys.argv[3], on_progress=lambda progress: time.sleep(float(sys.argv[4])))
"""


DEVICES = ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]


def _start(root: Path, run: str, pause: float, device: str) -> subprocess.Popen[bytes]:
    here = str(Path(planted.__file__).parent)
    return subprocess.Popen([sys.executable, "-c", SCRIPT, here, str(root), run, str(pause), device])


def _wait_for(folder: Path, pattern: str) -> None:
    deadline = time.monotonic() + 60
    while not list(folder.glob(pattern)):
        assert time.monotonic() < deadline, f"no {pattern} after a minute"
        time.sleep(0.005)


@pytest.mark.slow
@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("moment", ["head-*.safetensors", "finetune-0001*", "finetune-0003*", ".finetune-*"])
def test_a_run_killed_at_any_moment_ends_with_the_same_weights(
    moment: str, device: str, tmp_path: Path
) -> None:
    assert _start(tmp_path, "whole", 0, device).wait(60) == 0
    victim = _start(tmp_path, "killed", 0.2, device)
    _wait_for(tmp_path / "killed", moment)
    victim.send_signal(signal.SIGKILL)
    assert victim.wait(60) == -signal.SIGKILL
    assert not (tmp_path / "killed" / "model.json").exists()
    assert _start(tmp_path, "killed", 0, device).wait(60) == 0
    whole, killed = load(tmp_path / "whole"), load(tmp_path / "killed")
    assert whole.record.history == killed.record.history
    states = whole.network.state_dict(), killed.network.state_dict()
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
