"""The whole loop of a study without its web site: time and peak memory of every level, the attack matrix.

`python -m benchmarks.loop` draws the demo's photos and holds the loop against the demo's ten minutes. With
`--photos FOLDER` (one folder per class) and `--architectures A B` it is the loop of a real study. Prints
tables and writes var/benchmarks/loop.json. Everything else goes to a directory that is thrown away, or stays
with `--keep FOLDER`: other benchmarks read that site (`SWEETSPOT_VAR=FOLDER`).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

OUT = Path(__file__).resolve().parent.parent / "var" / "benchmarks" / "loop.json"
GOAL_MINUTES = 10
LEVEL_IN_KEY = re.compile(r":l(\d+)")


def main() -> None:
    chosen = _arguments()
    site = chosen.keep or Path(tempfile.mkdtemp(prefix="sweetspot-loop-"))
    os.environ |= {"SWEETSPOT_VAR": str(site), "DJANGO_SETTINGS_MODULE": "config.settings"}
    try:
        report = measured(chosen, site)
    finally:
        if chosen.keep is None:
            shutil.rmtree(site, ignore_errors=True)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps(report, indent=2) + "\n")
    print(f"written to {chosen.out}")
    if not report["finished"]:
        sys.exit(f"the loop did not finish: {report['loop']}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, help="one folder per class; without it the demo's are drawn")
    parser.add_argument("--architectures", nargs="+", default=["efficientnet_lite0"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--preset", choices=["quick", "full", "probe"], default="quick")
    levels = parser.add_mutually_exclusive_group()
    levels.add_argument(
        "--shares", type=float, nargs="+", default=[1.0, 0.8, 0.5, 0.35], help="of the subject"
    )
    levels.add_argument(
        "--sides", type=float, nargs="+", help="of the photo, instead of shares of the subject"
    )
    parser.add_argument("--ceiling", type=float, default=0.75)
    parser.add_argument("--minimum-levels", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="an empty folder for the site, which stays")
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    if chosen.keep and chosen.keep.exists() and any(chosen.keep.iterdir()):
        parser.error(f"{chosen.keep} is not empty: name a new folder")
    return chosen


def measured(chosen: argparse.Namespace, site: Path) -> dict[str, Any]:
    """Set the site up, import photos, run the loop in this process, and return what was measured."""
    import django

    django.setup()
    _silence_the_log()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    study = _study(chosen, _photos(chosen, site))
    started = time.perf_counter()
    levels = _work_off(study)
    minutes = (time.perf_counter() - started) / 60
    finished = study.loop.state == study.loop.State.FINISHED
    report = {
        "photos": study.items.count(),
        "classes": study.categories.count(),
        "architectures": study.architectures,
        "levels by": study.get_level_family_display(),
        "seeds": study.seeds,
        "preset": study.attacker_preset,
        "minutes": round(minutes, 2),
        "levels": levels,
        "finished": finished,
        **_findings(study),
        "machine": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {_device(study)}",
        "spread": "one run; seeds are the spread of every accuracy",
    }
    drawn = chosen.photos is None
    report["goals"] = (
        {
            "drawn photos: whole loop, minutes": {
                "value": round(minutes, 2),
                "goal": GOAL_MINUTES,
                "met": finished and minutes < GOAL_MINUTES,
            }
        }
        if drawn
        else {}
    )
    print(f"{minutes:.1f} minutes in all")
    return report


def _photos(chosen: argparse.Namespace, site: Path) -> Path:
    from pipeline.demo.run import PER_CLASS, SEED
    from synthetic import draw_set

    return chosen.photos or draw_set(site / "drawn", PER_CLASS, SEED)


def _study(chosen: argparse.Namespace, photos: Path) -> Any:
    from django.contrib.auth import get_user_model

    from pipeline.crops.levels import add_levels
    from pipeline.intake.archive import open_source
    from pipeline.intake.photo_import import import_photos
    from study.models import Study

    owner = get_user_model().objects.create_superuser("benchmark")
    study = Study.objects.create(
        name=photos.name,
        owner=owner,
        architectures=chosen.architectures,
        seeds=chosen.seeds,
        attacker_preset=chosen.preset,
        ceiling=chosen.ceiling,
        level_family="crop" if chosen.sides else "subject",
        minimum_levels=chosen.minimum_levels,
        trials_per_person=4 * len(chosen.sides or chosen.shares) * 9,
    )
    add_levels(study, chosen.sides or chosen.shares)
    import_photos(study, open_source(photos), lambda _: None)
    return study


def _work_off(study: Any) -> dict[str, dict[str, float]]:
    """Be the worker until the loop ends; seconds and peak memory by level."""
    from pipeline.loop import advance
    from pipeline.models import Job
    from pipeline.worker.execute import perform

    nothing = {"seconds": 0.0, "peak_mib": 0.0, "peak_gpu_mib": 0.0}
    levels: dict[str, dict[str, float]] = defaultdict(nothing.copy)
    advance.start(study)
    while job := study.jobs.filter(state=Job.State.QUEUED).first():
        _reset_peak()
        started = time.perf_counter()
        perform(job.pk)
        seconds, peak = time.perf_counter() - started, _peak_mib()
        level = levels[LEVEL_IN_KEY.search(job.key)[1]]
        kind = job.key.split(":")[1] if job.kind == Job.Kind.CHECK else job.kind
        level["seconds"] = round(level["seconds"] + seconds, 1)
        level[kind] = round(level.get(kind, 0.0) + seconds, 1)
        level["peak_mib"] = max(level["peak_mib"], peak)
        level["peak_gpu_mib"] = max(level["peak_gpu_mib"], _peak_gpu_mib())
        print(f"{seconds:7.1f} s {peak:7.0f} MiB  {job.key}", file=sys.stderr, flush=True)
    study.loop.refresh_from_db()
    print(f"loop {study.loop.state}: {study.loop.reason}")
    return dict(levels)


def _findings(study: Any) -> dict[str, Any]:
    """Attack matrix, learning curves and checks, printed and as plain values."""
    import msgspec
    import pandas as pd

    from pipeline.desk.machine_page import attacks_of
    from stats.machine.attack_matrix import attack_matrix
    from stats.report import attack_grid
    from stats.report.plain import to_text

    grid = attack_grid.grid_of(attack_matrix(pd.DataFrame(_answers(study)), ceiling=study.ceiling))
    print(to_text([attack_grid.section(grid, {})]))
    for attack in attacks_of(study):
        counts = f"  <- counts at {', '.join(map(str, attack.counts_at))}" if attack.counts_at else ""
        accuracy = f"{attack.mean_pct:.1f} ({attack.lowest_pct:.1f} to {attack.highest_pct:.1f})"
        print(f"level {attack.level} round {attack.round} {attack.architecture}: {accuracy}{counts}")
    checks = [{"level": check.level, "kind": check.kind, **check.result} for check in study.checks.done()]
    for check in checks:
        print(f"level {check['level']} {check['kind']}: {check['says']}")
    return {"loop": study.loop.reason, "attack_matrix": msgspec.to_builtins(grid), "checks": checks}


def _answers(study: Any) -> list[dict[str, Any]]:
    """Answers to test photos of the attacks that the cells of the attack matrix show."""
    from pipeline.attacks.matrix_cells import attack_of_each_cell
    from pipeline.models import Prediction

    shown = {
        (run.pk, tested) for (_, tested), attack in attack_of_each_cell(study).items() for run in attack.runs
    }
    rows = Prediction.objects.filter(stimulus__item__split="test")
    fields = (
        "run_id", "run__trained_through", "stimulus__item_id", "stimulus__item__cluster",
        "stimulus__item__category__name",
    )  # fmt: skip
    return [
        {
            "agent_type": "model",
            "agent_id": f"run{run}",
            "trained_through": trained,
            "item_id": item,
            "source_id": cluster,
            "category": category,
            "crop_level": level,
            "correct": int(correct),
        }
        for run, trained, item, cluster, category, level, correct in rows.values_list(
            *fields, "stimulus__level__number", "correct"
        )
        if (run, level) in shown
    ]


def _device(study: Any) -> str:
    return ", ".join(sorted(set(study.attacker_runs.exclude(device="").values_list("device", flat=True))))


def _silence_the_log() -> None:
    """Hide the warning of every job that no broker runs here."""
    import logging

    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def _reset_peak() -> None:
    """Let Linux and CUDA count this process's peak memory anew."""
    import torch

    Path("/proc/self/clear_refs").write_text("5")
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()


def _peak_mib() -> float:
    status = Path("/proc/self/status").read_text()
    return round(int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024)


def _peak_gpu_mib() -> float:
    import torch

    return round(torch.cuda.max_memory_allocated() / 2**20) if torch.cuda.is_available() else 0.0


if __name__ == "__main__":
    main()
