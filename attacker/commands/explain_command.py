"""`explain`: write a report on where the best seed looks in the test photos."""

from __future__ import annotations

import math
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from attacker.commands.arguments import add_places
from attacker.commands.inputs import read_runs_and_photos
from attacker.commands.progress_bar import percent_bar, shown_on
from attacker.example import Example
from attacker.progress import part_of

if TYPE_CHECKING:
    from attacker.attention.body_parts import PartAttention
    from attacker.training.trained import TrainedAttacker

GRAD_CAM = "grad-cam"
UNITS = {GRAD_CAM: "evidence (logits)", "rollout": "share of what is read", "relevance": "relevance"}
Maps = NDArray[np.float32]  # [n, g, g]


def describe(parser: ArgumentParser) -> None:
    """Add the arguments."""
    add_places(parser)
    parser.add_argument("--landmarks", type=Path, help="table of joints: attention by part of the body")
    parser.add_argument(
        "--method",
        choices=UNITS,
        default=GRAD_CAM,
        help="rollout and relevance: of transformers whose blocks all attend to the same tokens",
    )


def run(args: Namespace) -> Iterator[str]:
    """Explain the seed that validation prefers, and say how alike the maps of all seeds are."""
    from attacker.attention.explanation_page import write_explanation
    from attacker.attention.faithfulness import measure_faithfulness
    from attacker.evaluation.seed_results import require_unseen
    from attacker.training.seeds import best_seed

    runs, folder = read_runs_and_photos(args)
    yield from map(str, folder.left_out)
    best, test = best_seed(runs), folder.test
    require_unseen(runs, test)
    maps_of_seeds = _maps_of_seeds(runs, test, args)
    maps = maps_of_seeds[runs.index(best)]
    with percent_bar("faithfulness") as bar:
        faithfulness = measure_faithfulness(best, test, maps, on_progress=shown_on(bar))
    correlation = _stability(maps_of_seeds)
    body = _by_part(args.landmarks, test, maps)
    name = "attention" if args.method == GRAD_CAM else f"attention-{args.method}"
    unit = UNITS[args.method]
    page = write_explanation(args.run / name, test, maps, best.classes, faithfulness, correlation, body, unit)
    yield f"seed {best.config.seed}: {faithfulness.summary()}"
    if correlation is not None:
        yield f"maps of {len(runs)} seeds correlate at {correlation:.2f}"
    yield f"report -> {page}"


def _maps_of_seeds(runs: Sequence[TrainedAttacker], test: Sequence[Example], args: Namespace) -> list[Maps]:
    from attacker.attention.grad_cam import attention_maps
    from attacker.attention.tokens.rollout import token_maps

    mapped = attention_maps if args.method == GRAD_CAM else partial(token_maps, method=args.method)
    with percent_bar("attention") as bar:
        return [
            mapped(
                trained,
                test,
                targets="true",
                cache_dir=args.cache,
                on_progress=part_of(shown_on(bar), number, len(runs)),
            )
            for number, trained in enumerate(runs)
        ]


def _stability(maps: Sequence[Maps]) -> float | None:
    """Return how alike the maps of several seeds are; None for one seed, or where no map has any contrast."""
    from attacker.attention.stability import stability

    correlation = stability(maps) if len(maps) > 1 else math.nan
    return None if math.isnan(correlation) else correlation


def _by_part(table: Path | None, test: Sequence[Example], maps: Maps) -> tuple[PartAttention, ...]:
    """Return the attention by part of the body; nothing without a table of joints."""
    from attacker.attention.body_parts import by_part
    from attacker.photos.decoding import size_of
    from attacker.photos.landmarks import read_landmarks

    if table is None:
        return ()
    poses = read_landmarks(table, [example.item for example in test])
    sizes = [size_of(example.path) for example in test]
    return by_part(test, maps, [poses.get(example.item) for example in test], sizes)
