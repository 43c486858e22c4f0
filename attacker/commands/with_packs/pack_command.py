"""`pack`: freeze the folder's validation and test photos as a pack for any machine anywhere."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm

from attacker.commands.inputs import read_photos


def describe(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("folder", type=Path, help="photos, one folder per class")
    parser.add_argument("--out", type=Path, default=Path("pack.zip"), help="the pack (%(default)s)")
    parser.add_argument("--key", type=Path, help="what each photo is; stays here (pack.key.json)")
    parser.add_argument("--question", default="What does the photo show?", help="(%(default)s)")
    parser.add_argument("--split-seed", type=int, default=0, help="which photos are for what (%(default)s)")
    parser.add_argument(
        "--examples", type=int, default=0, help="labelled training photos of each class to show (%(default)s)"
    )
    parser.add_argument("--examples-seed", type=int, default=0, help="of their draw (%(default)s)")
    parser.add_argument(
        "--may-leave",
        action="store_true",
        help="who is shown agreed, and whoever owns the photos, that they are sent to machines of others",
    )


def run(args: Namespace) -> Iterator[str]:
    """Write the pack and its key."""
    from attacker.packs.example_draw import Draw
    from attacker.packs.pack_key import pack_photos

    draw = Draw(args.examples, args.examples_seed)
    folder = read_photos(args)
    yield from map(str, folder.left_out)
    roles = {"validation": folder.validation, "test": folder.test}
    total = sum(map(len, roles.values()))
    with tqdm(total=total, desc="packing", unit="photo", delay=0.5) as bar:
        key = pack_photos(
            roles, folder.classes, args.question, args.out, bar.update, may_leave=args.may_leave,
            training=folder.train, draw=draw,
        )  # fmt: skip
    path = args.key or args.out.with_suffix(".key.json")
    key.write(path)
    yield f"{args.out}: {total} photos under names drawn by chance; give this file away"
    if args.examples:
        yield f"{args.out}: with {args.examples} labelled training photos of each class"
    yield f"{path}: what they are; keep this file to yourself"
