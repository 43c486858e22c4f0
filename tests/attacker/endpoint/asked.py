"""The command that asks a machine behind an endpoint, and what it has written."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec

from attacker.endpoint.ledger import Line, Replied
from tests.attacker.endpoint.chat_server import (
    PHOTO_TOKENS,
    PRICE_IN,
    PRICE_OUT,
)

PARALLEL = 4
PRICES = [
    f"--price-in={PRICE_IN}",
    f"--price-out={PRICE_OUT}",
    f"--photo-tokens={PHOTO_TOKENS}",
    "--written-tokens=8",
]


def arguments(folder: Path, base_url: str, *more: str) -> list[str]:
    """The command without waits that a test would feel."""
    pace = [f"--parallel={PARALLEL}", "--first-wait=0.01"]
    place = [f"--base-url={base_url}", "--model=planted", f"--out={folder / 'out'}"]
    return ["ask", str(folder / "pack.zip"), *place, *pace, *more]


def lines(folder: Path) -> list[Line]:
    content = (folder / "out" / "requests.jsonl").read_bytes()
    return [msgspec.json.decode(line, type=Line) for line in content.splitlines()]


def replies(folder: Path) -> list[Replied]:
    return [line for line in lines(folder) if isinstance(line, Replied)]


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "out" / "answers.csv").open(newline="") as file:
        return list(csv.DictReader(file))
