"""`landmarks`: estimate people's joints in all photos (needs sweetspot[pose])."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from tqdm import tqdm

from attacker.commands.arguments import add_places
from attacker.commands.inputs import read_photos


def describe(parser: ArgumentParser) -> None:
    """Add the arguments."""
    add_places(parser)


def run(args: Namespace) -> Iterator[str]:
    """Write a table of joints into the folder of photos."""
    from attacker.photos.class_folders import LANDMARKS
    from attacker.photos.landmarks import estimate_landmarks, estimator_name, write_landmarks

    folder = read_photos(args)
    yield from map(str, folder.left_out)
    photos = [*folder.train, *folder.validation, *folder.test]
    with tqdm(total=len(photos), desc="landmarks", unit="photo") as bar:
        poses = estimate_landmarks(photos, bar.update)
    write_landmarks(args.folder / LANDMARKS, poses, estimator_name())
    yield f"a person in {len(poses)} of {len(photos)} photos -> {args.folder / LANDMARKS}"
