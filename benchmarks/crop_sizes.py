"""What a crop tells of how large its window was, by its sharpness and by what it shows.

`python -m benchmarks.crop_sizes` reads the crops of the study of a site (`SWEETSPOT_VAR`, as for the site
itself; `--study CODE` where it holds several). At every crop level two readers learn the side of the window
from the pixels, once with each crop at its own pixels and once with all equally sharp: the power spectrum,
and a pretrained network that sees more. A side may be told by what is in the picture (a crouching player is
wide) and that is no fault; so photos are also made smaller, which changes their sharpness and nothing else,
and what is told of them follows as far as it goes by sharpness. Prints a table and writes
var/benchmarks/crop_sizes.json.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from benchmarks._size_readers import READERS, Crops, Smaller, named, read

if TYPE_CHECKING:
    from study.models import Level, Stimulus

OUT = Path(__file__).resolve().parent.parent / "var" / "benchmarks" / "crop_sizes.json"
LARGER = 1.6  # times the shared pixels: photos with so large a window are made smaller
PHOTOS, TIMES = 200, 2  # that are made smaller at a level, and how often


@dataclass(frozen=True)
class Pictures:
    """Crops of a level as they are shown with some number of pixels, and of the photos made smaller."""

    crops: Sequence[Image.Image]
    smaller: Sequence[Image.Image]


def main() -> None:
    chosen = _arguments()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from study.models import Study

    study = Study.objects.get(code=chosen.study) if chosen.study else Study.objects.get()
    report = {level.number: measured(level) for level in study.levels.filter(number__gt=0)}
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps(report, indent=2) + "\n")
    print(f"written to {chosen.out}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--study", help="code of the study")
    parser.add_argument("--out", type=Path, default=OUT)
    return parser.parse_args()


def measured(level: Level) -> dict[str, Any]:
    """Return what the readers tell of the windows of a level, printed as well."""
    rng = np.random.default_rng(0)
    stimuli = list(level.stimuli.select_related("item", "level__study").order_by("pk"))
    sides = np.array([stimulus.window_width * stimulus.item.width for stimulus in stimuli])
    pixels = level.crop_pixels or round(sides.min())
    crops = Crops(
        np.log(sides),
        np.array([stimulus.item.category_id for stimulus in stimuli]),
        np.unique([str(stimulus.item.cluster) for stimulus in stimuli], return_inverse=True)[1],
    )
    reduced = _reduced(sides, pixels, rng)
    facts = {"crops": len(stimuli), "pixels": pixels, "named by side": named(crops, 1, rng)}
    facts |= {"chance": 1 / len(set(crops.category)), "made smaller": len(set(reduced.of.tolist()))}
    print(f"level {level.number}:", {name: round(value, 3) for name, value in facts.items()}, flush=True)
    for shown_with, count in (("own pixels", None), ("equally sharp", pixels)):
        pictures = _drawn(stimuli, sides, reduced, count)
        for name, described in READERS.items():
            reading = read(crops, reduced, described(pictures.crops), described(pictures.smaller))
            by = {"named": named(crops, max(reading.explained, 0), rng)}
            by |= {"named by sharpness": named(crops, reading.by_sharpness, rng)}
            facts[f"{shown_with}, {name}"] = asdict(reading) | by
            print(
                " ", shown_with, name, {k: round(v, 3) for k, v in (asdict(reading) | by).items()}, flush=True
            )
    return facts


def _reduced(sides: np.ndarray, pixels: int, rng: np.random.Generator) -> Smaller:
    """Choose photos with large windows, and to what sides these are to shrink."""
    large = rng.permutation(np.flatnonzero(sides >= LARGER * pixels))[:PHOTOS]
    of = np.repeat(np.sort(large), TIMES)
    return Smaller(of, rng.uniform(np.log(pixels), np.log(sides[of])))


def _drawn(stimuli: Sequence[Stimulus], sides: np.ndarray, reduced: Smaller, pixels: int | None) -> Pictures:
    from pipeline.crops.stimuli import hiding_of, original, shown
    from pipeline.models.crop_changes import CropState
    from study.models import Level

    level, crops, smaller = Level(number=1, crop_pixels=pixels), [], []
    for number, stimulus in enumerate(stimuli):
        photo, hiding = original(stimulus.item), hiding_of(CropState.of(stimulus))
        crops.append(shown(photo, hiding, level))
        for side in np.exp(reduced.side[reduced.of == number]):
            share = side / sides[number]
            size = round(photo.width * share), round(photo.height * share)
            smaller.append(shown(photo.resize(size, Image.Resampling.LANCZOS), hiding, level))
    return Pictures(crops, smaller)


if __name__ == "__main__":
    main()
