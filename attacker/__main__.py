"""``python -m attacker``: train, evaluate and explain on a folder of photos, one folder per class."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec

# A thread that waits must sleep: on a machine with other work, spinning threads slow training several times.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

if find_spec("torch") is None:
    sys.exit("error: torch is not installed here: only what serves the site is; pip install '.[attacker]'")

from attacker.commands import (
    architectures_command,
    benchmark_command,
    evaluate_command,
    explain_command,
    landmarks_command,
    search_command,
    train_command,
)
from attacker.commands.with_packs import (
    answer_command,
    ask_command,
    few_shot_command,
    pack_command,
    take_command,
    zero_shot_command,
)
from attacker.errors import AttackerError
from stats.errors import InputError

COMMANDS = {
    "train": train_command,
    "search": search_command,
    "evaluate": evaluate_command,
    "explain": explain_command,
    "landmarks": landmarks_command,
    "pack": pack_command,
    "answer": answer_command,
    "ask": ask_command,
    "zero-shot": zero_shot_command,
    "few-shot": few_shot_command,
    "take": take_command,
    "architectures": architectures_command,
    "benchmark": benchmark_command,
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command and print what it yields.

    Returns
    -------
    0; 1 where the command cannot be done, with the reason in one line on stderr; 130 where it was
    interrupted.
    """
    args = _parser().parse_args(arguments)
    try:
        for line in COMMANDS[args.command].run(args):
            print(line)
    except (AttackerError, InputError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; the same command goes on from what is stored", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m attacker", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="|".join(COMMANDS))
    for name, module in COMMANDS.items():
        purpose = (module.__doc__ or "").split(": ", 1)[1].removesuffix(".")
        module.describe(commands.add_parser(name, help=purpose, description=purpose))
    return parser


if __name__ == "__main__":
    sys.exit(main())
