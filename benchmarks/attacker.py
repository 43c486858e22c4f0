"""The attacker compared with the plain way and with pytorch-grad-cam: medians, ratios, differences.

    python -m benchmarks.attacker [--photos FOLDER] [--device cuda] [--repeats 5] [--threads 2]

Prints a table and writes var/benchmarks/attacker.json. Speed is measured on noise, as it does not depend on
what photos show; the check of bf16 against fp32 does, and is made on --photos, or on drawn ones without them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch

from attacker import AttackerConfig
from attacker.networks.runtime import computing, runtime
from benchmarks._attacker.agreement import agreement
from benchmarks._attacker.frozen_stage import frozen_stage_rows
from benchmarks._attacker.maps import attention_rows, differences, head_change_row
from benchmarks._attacker.photos import chosen_photos, loader_row
from benchmarks._attacker.plain import CLASSES, noise
from benchmarks._attacker.rows import Comparison, comparison, set_up_process
from benchmarks._attacker.steps import full_step_rows, step_parts
from synthetic import draw_set

BATCH = {"cpu": 8, "cuda": 32}  # a GPU wants to be filled
SEEN = 240  # photos on which bf16 is checked


def main() -> int:
    chosen = options()
    set_up_process(chosen.threads)
    x = noise(BATCH[chosen.device], chosen.device)
    with comparison(chosen.repeats, chosen.threads) as compared, computing("the number of photos"):
        goals = measured(x, compared) | same_in_bf16(chosen.photos, chosen.device)
        show_values(goals)
        parts = step_parts(x, compared)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    results = {"goals": goals, "parts": parts, "machine": machine(chosen)}
    chosen.out.write_text(json.dumps(results, indent=1))
    print(f"{sum(bool(goal['met']) for goal in goals.values())} of {len(goals)} goals met -> {chosen.out}")
    return 0


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, help="photos for the bf16 check, one folder per class")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--out", type=Path, default=Path("var/benchmarks/attacker.json"))
    return parser.parse_args()


def measured(x: torch.Tensor, compared: Comparison) -> dict[str, dict[str, object]]:
    device = x.device.type
    rows = attention_rows(x, compared)
    rows.append(head_change_row(x, compared))
    rows += full_step_rows(x, compared)
    with tempfile.TemporaryDirectory() as scratch:
        rows.append(loader_row(Path(scratch, "large"), device, compared))
        rows += frozen_stage_rows(Path(scratch), device, compared)
    return {row.name: row.entry() for row in rows} | differences(x)


def same_in_bf16(photos: Path | None, device: str) -> dict[str, dict[str, object]]:
    with tempfile.TemporaryDirectory() as scratch:
        root = photos or draw_set(Path(scratch, "drawn"), SEEN // CLASSES, seed=0)
        comparison = agreement(chosen_photos(root, SEEN), device)
    return {name: {**entry, "photos": str(photos or "drawn")} for name, entry in comparison.items()}


def show_values(goals: dict[str, dict[str, object]]) -> None:
    for name, goal in goals.items():
        if "value" in goal:
            print(
                f"{name:58} {goal['value']:12.4g}  goal {goal['goal']}  {'met' if goal['met'] else 'MISSED'}"
            )
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
