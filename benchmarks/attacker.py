"""The attacker beside the plain way and beside pytorch-grad-cam: one run, medians, ratios, differences.

    python -m benchmarks.attacker [--photos FOLDER] [--device cuda] [--repeats 5] [--threads 2]

Prints a table and writes var/benchmarks/attacker.json. Photos default to drawn noise: speed does not depend
on what they show, but the check of bf16 against fp32 does, and is only made on real ones.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import warnings
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch

from attacker import AttackerConfig
from attacker.devices import repeatable, runtime
from benchmarks._attacker.agreement import agreement
from benchmarks._attacker.frozen_stage import frozen_stage_rows
from benchmarks._attacker.maps import attention_rows, differences, head_change_row
from benchmarks._attacker.networks import SIZE
from benchmarks._attacker.photos import loader_row, real_photos
from benchmarks._attacker.steps import full_step_rows, step_parts

BATCH = {"cpu": 8, "cuda": 32}  # a GPU wants to be filled
REAL_PHOTOS = 240
NO_PHOTOS = "needs real photos: give --photos FOLDER, one folder per class"


def main() -> int:
    chosen = options()
    warnings.simplefilter("ignore", DeprecationWarning)  # the peer's own
    torch.set_num_threads(chosen.threads)
    x = noise(BATCH[chosen.device]).to(chosen.device)
    with tempfile.TemporaryDirectory() as scratch:
        goals = measured(x, Path(scratch), chosen.repeats)
    goals |= same_in_bf16(chosen)
    show_values(goals)
    parts = step_parts(x, chosen.repeats)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    found = {"goals": goals, "parts": parts, "machine": machine(chosen)}
    chosen.out.write_text(json.dumps(found, indent=1))
    print(f"{sum(bool(goal['met']) for goal in goals.values())} of {len(goals)} goals met -> {chosen.out}")
    return 0


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, help="real photos, one folder per class, for the bf16 check")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--out", type=Path, default=Path("var/benchmarks/attacker.json"))
    return parser.parse_args()


def noise(photos: int) -> torch.Tensor:
    """Network input, float32 [photos, 3, SIZE, SIZE] in [-1, 1]."""
    return torch.rand(photos, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(0)) * 2 - 1


def measured(x: torch.Tensor, scratch: Path, repeats: int) -> dict[str, dict[str, object]]:
    device = x.device.type
    rows = attention_rows(x, repeats)
    rows.append(head_change_row(x, repeats))
    rows += full_step_rows(x, repeats)
    rows.append(loader_row(scratch / "large", device, repeats))
    rows += frozen_stage_rows(scratch, device, max(2, repeats // 2))
    with repeatable():  # the peer's maps too: float32 is compared, not TensorFloat-32
        return {row.name: row.entry() for row in rows} | differences(x)


def same_in_bf16(chosen: argparse.Namespace) -> dict[str, dict[str, object]]:
    if chosen.photos is None:
        return unmeasured()
    with repeatable():
        return agreement(real_photos(chosen.photos, REAL_PHOTOS), chosen.device)


def unmeasured() -> dict[str, dict[str, object]]:
    return {
        name: {"value": None, "goal": goal, "met": False, "note": NO_PHOTOS}
        for name, goal in (("bf16_same_predictions", 0.99), ("bf16_top_region_iou", 0.98))
    }


def show_values(goals: dict[str, dict[str, object]]) -> None:
    for name, goal in goals.items():
        if "value" in goal:
            value = "not measured" if goal["value"] is None else f"{goal['value']:.4g}"
            print(f"{name:58} {value:>12}  goal {goal['goal']}  {'met' if goal['met'] else 'MISSED'}")
        if not goal["met"] and "note" in goal:
            print(f"  {name}: {goal['note']}")


def machine(chosen: argparse.Namespace) -> dict[str, object]:
    note = runtime(AttackerConfig(device=chosen.device)).note
    gpu = torch.cuda.get_device_name() if chosen.device == "cuda" else None
    return {
        "device": gpu or "cpu",
        "platform": platform.platform(),
        "cpu": torch.backends.cpu.get_cpu_capability(),
        "cores": os.cpu_count(),
        "threads": chosen.threads,
        "repeats": chosen.repeats,
        "load_at_end": os.getloadavg()[0],
        "torch": torch.__version__,
        "precision": note or "bf16",
    }


if __name__ == "__main__":
    sys.exit(main())
