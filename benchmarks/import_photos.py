"""Import of many large photos: wall time and peak memory, beside another checkout.

Draws two class folders of noise, as JPEG files of about 2 MB each (noise compresses worst and no two are
near-duplicates), and imports them by `manage.py import_photos` into a site that is thrown away. Each
import is a process of its own, whose peak memory the system tells. It reads every photo for the preview and
then stores what was read, as the desk does with a researcher's look between the two. A checkout that stores
photos as PNG needs 8 MB of disk for each, twice.
Run: python -m benchmarks.import_photos [--photos 150] [--against FOLDER]. It writes
var/benchmarks/import_photos.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "var" / "benchmarks" / "import_photos.json"
CLASSES = ("dunk", "shoot")
SIZE, QUALITY = (2000, 1500), 91  # a photo of about 2 MB, where every pixel is noise
MADE = (
    "from django.contrib.auth import get_user_model as users\n"
    "from study.models import Study\n"
    "owner, _ = users().objects.get_or_create(username='ada')\n"
    "print('CODE', Study.objects.create(name='Many photos', owner=owner).code)\n"
)
# Runs a command of manage.py as the only child, and says on the last line what the system counted of it.
COUNTED = (
    "import json, resource, subprocess, sys, time\n"
    "begun = time.perf_counter()\n"
    "done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)\n"
    "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
    "print(json.dumps({'code': done.returncode, 'seconds': time.perf_counter() - begun,"
    " 'cpu_seconds': used.ru_utime + used.ru_stime, 'peak_mb': used.ru_maxrss / 1024,"
    " 'says': done.stdout[-2000:]}))\n"
)


def main() -> None:
    chosen = _arguments()
    with tempfile.TemporaryDirectory(prefix="sweetspot-photos-") as folder:
        photos = Path(folder)
        megabytes = draw(photos, chosen.photos)
        report = {
            "machine": platform.processor() or platform.machine(),
            "photos": chosen.photos,
            "megabytes": megabytes,
            "here": imported(ROOT, photos),
        }
        if chosen.against:
            report["against"] = imported(chosen.against.resolve(), photos)
            report["goals"] = goals(report)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report, indent=2))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=150, help="in all; the contract asks for 3,000")
    parser.add_argument("--against", type=Path, help="another checkout, measured on the same photos")
    return parser.parse_args()


def draw(folder: Path, photos: int) -> float:
    """Draw photos of noise into class folders by turns; return how many megabytes they take."""
    rng = np.random.default_rng(0)
    for name in CLASSES:
        (folder / name).mkdir()
    for number in range(photos):
        coarse = Image.fromarray(rng.integers(0, 256, (12, 16, 3), dtype=np.uint8)).resize(SIZE)
        noise = rng.integers(-60, 61, (SIZE[1], SIZE[0], 3), dtype=np.int16)
        picture = Image.fromarray(np.clip(np.asarray(coarse) + noise, 0, 255).astype(np.uint8))
        picture.save(folder / CLASSES[number % len(CLASSES)] / f"{number:05d}.jpg", quality=QUALITY)
    return sum(path.stat().st_size for path in folder.rglob("*.jpg")) / 1e6


def imported(checkout: Path, photos: Path) -> dict[str, float]:
    """Import photos into a new site of a checkout; return seconds, seconds of CPU and peak memory."""
    with tempfile.TemporaryDirectory(prefix="sweetspot-site-") as site:
        manage = [str(checkout / ".venv" / "bin" / "python"), "manage.py"]
        run = _Runner(checkout, site)
        run.counted([*manage, "migrate", "--verbosity", "0"])
        code = run.counted([*manage, "shell", "-c", MADE])["says"].split("CODE ")[1].split()[0]
        step = run.counted([*manage, "import_photos", code, str(photos)])
    return {counted: step[counted] for counted in ("seconds", "cpu_seconds", "peak_mb")}


class _Runner:
    """Runs commands in a checkout, each counted by itself."""

    def __init__(self, checkout: Path, site: str) -> None:
        self.checkout = checkout
        self.environment = os.environ | {
            "SWEETSPOT_VAR": site,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": str(checkout),
        }

    def counted(self, command: list[str]) -> dict[str, Any]:
        """Run a command; return its output, seconds and peak memory.

        Raises
        ------
        RuntimeError
            If it fails; with what it said last.
        """
        counting = [sys.executable, "-c", COUNTED, *command]
        done = subprocess.run(
            counting, cwd=self.checkout, env=self.environment, stdout=subprocess.PIPE, text=True, check=True
        )
        step: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        if step["code"]:
            raise RuntimeError(f"{' '.join(command)} failed: {step['says']}")
        return step


def goals(report: dict[str, Any]) -> dict[str, float]:
    """Return the figures that the contract asks for: a third of the time, and at most 600 MB."""
    here, other = report["here"], report["against"]
    return {
        "share of the other's time (at most 0.33)": here["seconds"] / other["seconds"],
        "peak in MB (at most 600)": here["peak_mb"],
    }


if __name__ == "__main__":
    main()
