"""Write a whole set of photos, one folder per action, in parallel and only when it is not there yet."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread

import numpy as np
from PIL import Image

from attacker.photos.class_folders import LANDMARKS
from attacker.photos.landmarks import Pose, write_landmarks
from synthetic.camera_effects import photograph
from synthetic.figure.poses import ACTIONS, Action
from synthetic.joint_positions import landmarks_of
from synthetic.picture import draw_picture
from synthetic.scene.cues import Cues
from synthetic.scene.scene import Scene, draw_scene, player_box

MANIFEST = "manifest.json"
JPEG_QUALITY = 92
PROCESSES = 2
SMALL_SET = 12

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class SetSettings:
    """What determines every pixel of a set."""

    per_class: int
    seed: int
    size: int
    code: str

    def __post_init__(self) -> None:
        if self.per_class < 1 or self.size < 32 or self.seed < 0:
            raise ValueError(
                f"cannot draw {self}: per_class must be at least 1, size at least 32, seed not negative"
            )


@dataclass(frozen=True)
class DrawnPhoto:
    """One file of a set, the cues it shows, and the player's box (left, top, right, bottom) in pixels."""

    path: str
    action: Action
    cues: Cues
    box: tuple[int, int, int, int]
    sha256: str


@dataclass(frozen=True)
class Drawn:
    """A photo that was written, and where its player's joints are."""

    photo: DrawnPhoto
    pose: Pose


def code_digest() -> str:
    """Return a digest of the drawing code: photos drawn by other code are another set."""
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"".join(s.read_bytes() for s in sources)).hexdigest()


def draw_photo(action: Action, index: int, seed: int, size: int) -> tuple[Image.Image, Scene]:
    """Draw photo number `index` (from 1) of an action; the same numbers give the same pixels."""
    rng = np.random.default_rng([seed, ACTIONS.index(action), index])
    scene = draw_scene(rng, action, size)
    return photograph(draw_picture(scene), rng), scene


def _write_one(out: Path, action: Action, index: int, settings: SetSettings) -> Drawn:
    relative = f"{action}/{action}_{index:04d}.jpg"
    photo, scene = draw_photo(action, index, settings.seed, settings.size)
    photo.save(out / relative, "JPEG", quality=JPEG_QUALITY)
    digest = hashlib.sha256((out / relative).read_bytes()).hexdigest()
    return Drawn(DrawnPhoto(relative, action, scene.cues, player_box(scene), digest), landmarks_of(scene))


def is_complete(out: Path, settings: SetSettings) -> bool:
    """Say whether the set is there, from these settings, with every file unchanged."""
    manifest = out / MANIFEST
    if not manifest.exists() or not (out / LANDMARKS).exists():
        return False
    written = json.loads(manifest.read_text())
    return written["settings"] == asdict(settings) and all(
        (out / p["path"]).exists()
        and hashlib.sha256((out / p["path"]).read_bytes()).hexdigest() == p["sha256"]
        for p in written["photos"]
    )


def _write_manifest(out: Path, settings: SetSettings, drawn: list[Drawn]) -> None:
    """Name the files and cues of a finished set; the rename makes it appear at once or not at all."""
    drawn = sorted(drawn, key=lambda item: item.photo.path)
    write_landmarks(out / LANDMARKS, {item.photo.path: item.pose for item in drawn})
    ordered = [asdict(item.photo) for item in drawn]
    draft = out / f"{MANIFEST}.part"
    draft.write_text(json.dumps({"settings": asdict(settings), "photos": ordered}, indent=1))
    draft.replace(out / MANIFEST)


def _drawn(out: Path, settings: SetSettings) -> Iterator[Drawn]:
    """Draw the photos as they get done; a small set is done before other processes could start."""
    jobs = [(out, a, k, settings) for a in ACTIONS for k in range(1, settings.per_class + 1)]
    if len(jobs) <= SMALL_SET:
        yield from (_write_one(*job) for job in jobs)
        return
    pool = ProcessPoolExecutor(PROCESSES, get_context("spawn"), initializer=_end_with_parent)
    try:
        for done in as_completed([pool.submit(_write_one, *job) for job in jobs]):
            yield done.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """Let a worker process end when the process that started it is killed."""

    def watch() -> None:
        parent = parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=watch, daemon=True).start()


def _clear(out: Path) -> None:
    """Remove the photos of an earlier set, so that the folders hold this set and nothing else."""
    (out / MANIFEST).unlink(missing_ok=True)
    for action in ACTIONS:
        (out / action).mkdir(parents=True, exist_ok=True)
        for old in (out / action).glob(f"{action}_[0-9]*.jpg"):
            old.unlink()


def draw_set(
    out: Path, per_class: int, seed: int, size: int = 320, on_progress: Progress = lambda _done, _all: None
) -> Path:
    """Draw `per_class` photos of each action below `out`, unless the same set is there already.

    Files are named `<action>/<action>_0001.jpg` and so on; `manifest.json` lists them with their cues and
    the player's box, `landmarks.csv` where the player's joints are.
    `on_progress` is called with the number of photos done and the number of photos in all.
    """
    settings = SetSettings(per_class, seed, size, code_digest())
    total = per_class * len(ACTIONS)
    if is_complete(out, settings):
        on_progress(total, total)
        return out
    _clear(out)
    drawn: list[Drawn] = []
    for item in _drawn(out, settings):
        drawn.append(item)
        on_progress(len(drawn), total)
    _write_manifest(out, settings, drawn)
    return out
