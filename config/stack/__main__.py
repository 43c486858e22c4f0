"""Command line of the local stack."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

from config.stack.errors import StackError
from config.stack.layout import Site
from config.stack.up import Options, up


def main(arguments: list[str] | None = None) -> int:
    options = _parse(arguments)
    try:
        return up(options, say=partial(print, flush=True))
    except StackError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parse(arguments: list[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="python -m config.stack", description=__doc__)
    command = parser.add_subparsers(dest="command", required=True).add_parser("up", help="run the whole site")
    command.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    command.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
    command.add_argument("--demo", action="store_true", help="run the demonstration once the site is up")
    command.add_argument(
        "--photos", type=Path, metavar="DIR", help="photos for the demo, a folder a category"
    )
    command.add_argument("--once", action="store_true", help="end after the demo, with its exit code")
    chosen = parser.parse_args(arguments)
    if (chosen.once or chosen.photos) and not chosen.demo:
        parser.error("--once and --photos go with --demo")
    if chosen.photos and not chosen.photos.is_dir():
        parser.error(f"--photos: there is no directory {chosen.photos}")
    # Children run in the checkout; whoever typed the path may stand elsewhere.
    photos = chosen.photos and chosen.photos.resolve()
    return Options(Site(chosen.host, chosen.port), chosen.demo, photos, chosen.once)


if __name__ == "__main__":
    sys.exit(main())
