"""How many crops of a study show no joint of the person whom a pose model finds in the photo.

`python -m benchmarks.joints_shown --landmarks CSV` reads the crops of the study of a site (`SWEETSPOT_VAR`,
as for the site itself; `--study CODE` where it holds several) and a table of joints that the study never saw
(columns photo, landmark, x, y, visibility, as in landmarks.csv). At every crop level it counts the crops
without a joint: as they were cut, those among them that crop review asks nobody about, and those that remain
once a person has picked, in the photos that are asked about, the part with most joints. `--classes A B` takes
some classes, `--least-joints N` photos with so many visible joints. Prints a table and writes
var/benchmarks/joints_shown.json.

The crops after a pick are chosen by the study's own rule from the stored attention, around the picked part;
where networks look at the new lighter crops is not asked anew.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks._joints import (
    LEAST_VISIBILITY,
    Crop,
    Joints,
    joints_inside,
    part_meant,
    shares_without_joint,
)

if TYPE_CHECKING:
    from pipeline.crops.windows import Window
    from study.models import Item, Level, Study

OUT = Path(__file__).resolve().parent.parent / "var" / "benchmarks" / "joints_shown.json"


def main() -> None:
    chosen = _arguments()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from study.models import Study

    study = Study.objects.get(code=chosen.study) if chosen.study else Study.objects.get()
    joints = _joints(study, chosen)
    report = {str(level.number): _measured(level, joints) for level in study.levels.filter(number__gt=0)}
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps(report, indent=2) + "\n")
    print(f"written to {chosen.out}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--landmarks", type=Path, required=True, help="joints by photo")
    parser.add_argument("--study", help="code of the study")
    parser.add_argument("--classes", nargs="+", help="instead of all")
    parser.add_argument("--least-joints", type=int, default=6, help="that the pose model sees in a photo")
    parser.add_argument("--out", type=Path, default=OUT)
    return parser.parse_args()


def _joints(study: Study, chosen: argparse.Namespace) -> dict[int, Joints]:
    """Return the visible joints by item, of photos that have enough of them."""
    from attacker.photos.landmarks import read_landmarks

    items = study.items.select_related("category")
    if chosen.classes:
        items = items.filter(category__name__in=chosen.classes)
    names = {item.pk: f"{item.category.name}/{item.source_name}" for item in items}
    poses = read_landmarks(chosen.landmarks, set(names.values()))
    visible = {
        number: [joint for joint in poses.get(name, {}).values() if joint.visibility > LEAST_VISIBILITY]
        for number, name in names.items()
    }
    return {number: joints for number, joints in visible.items() if len(joints) >= chosen.least_joints}


def _measured(level: Level, joints: dict[int, Joints]) -> dict[str, float]:
    """Return the counts at a level, printed as well."""
    crops = list(_crops(level, joints))
    facts = {"keeps": level.amount, "photos": len(crops)} | shares_without_joint(crops)
    print(f"level {level.number}:", {name: round(value, 3) for name, value in facts.items()}, flush=True)
    return facts


def _crops(level: Level, joints: dict[int, Joints]) -> Iterator[Crop]:
    from pipeline.crops.level_families import window_of
    from study.models import Stimulus

    marked = set(level.study.items.filter(stimuli__people_alike=True).values_list("pk", flat=True))
    for crop in level.stimuli.filter(item__in=joints).select_related("item", "level__study"):
        inside = joints_inside(joints[crop.item_id], window_of(crop))
        asked = crop.item_id in marked and crop.subject_source == Stimulus.SubjectSource.FOREGROUND
        picked = _window_after_pick(crop.item, level, joints[crop.item_id]) if asked else None
        yield Crop(asked, inside, joints_inside(joints[crop.item_id], picked) if picked else inside)


def _window_after_pick(item: Item, level: Level, joints: Joints) -> Window | None:
    """Return the window around the part that is meant; None where no part is, or no window shows it."""
    from attacker.photos.subject_boxes import Box, box_map
    from pipeline.crops.people_seen import people_in
    from pipeline.crops.subject_windows import (
        NoReadableWindowError,
        SubjectRule,
        candidates,
        choose_among,
    )
    from pipeline.crops.subjects import GRID
    from pipeline.crops.windows import WHOLE
    from pipeline.models.crop_maps import current_maps

    meant, maps = (
        part_meant([Box(*box) for box in people_in(item).boxes], joints),
        current_maps(item.pk, level.pk),
    )
    if meant is None or maps is None:
        return None
    rule = SubjectRule(level.amount, level.study.least_fill, level.least_pixels)
    subject = box_map(meant, GRID).astype(float)
    try:
        tried = candidates(subject, maps.attention, (item.width, item.height), rule.least_pixels)
        return choose_among(tried, rule, WHOLE).window
    except NoReadableWindowError:
        return None


if __name__ == "__main__":
    main()
