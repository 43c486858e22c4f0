"""Draw a set of demonstration photos: `python -m synthetic OUT`."""

from __future__ import annotations

import argparse
from pathlib import Path

from tqdm import tqdm

from synthetic.contact_sheet import contact_sheet
from synthetic.photo_sets import draw_set


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m synthetic", description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT", help="folder for the photos, one folder per action")
    parser.add_argument("--per-class", type=int, default=220, help="photos of each action (default 220)")
    parser.add_argument("--seed", type=int, default=1, help="another seed draws other photos (default 1)")
    parser.add_argument("--size", type=int, default=320, help="longer side in pixels (default 320)")
    parser.add_argument("--sheet", type=Path, metavar="FILE.png", help="also write a contact sheet")
    return parser.parse_args()


def main() -> None:
    arguments = _arguments()
    with tqdm(unit="photo") as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        draw_set(arguments.out, arguments.per_class, arguments.seed, arguments.size, show)
    if arguments.sheet:
        contact_sheet(arguments.out).save(arguments.sheet)


if __name__ == "__main__":
    main()
