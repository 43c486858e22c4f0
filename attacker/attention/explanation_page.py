"""The attention report as files: maps, numbers as JSON, pictures, and a page that shows them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attacker.attention.body_parts import PartAttention
from attacker.attention.faithfulness_results import Contrast, Faithfulness
from attacker.attention.overlays import contact_sheet, mean_maps
from attacker.attention.summary import ClassAttention, by_class_and_level
from attacker.example import Example

MAPS, FIGURES, OVERLAYS, MEANS, PAGE = (
    "maps.npz",
    "report.json",
    "overlays.png",
    "mean-maps.png",
    "report.html",
)


def write_explanation(
    folder: Path,
    examples: Sequence[Example],
    maps: NDArray[np.float32],
    classes: Sequence[str],
    faithfulness: Faithfulness,
    stability: float | None = None,
    body: Sequence[PartAttention] = (),
    unit: str = "evidence (logits)",
) -> Path:
    """Write the report, and return the path of its page.

    Parameters
    ----------
    folder
        Created where it is missing; an older report in it is replaced.
    examples, maps
        Photos and their attention, float32 [n, g, g].
    faithfulness
        Of these maps; see `attacker.measure_faithfulness`.
    stability
        How alike the maps of several seeds are, where there are several; see `attacker.stability`.
    body
        Attention by part of the body, where landmarks are known.
    unit
        What the sum of a map is, as a heading.

    Examples
    --------
    >>> write_explanation(Path("report"), photos, maps, ("dunk", "shoot"), faithfulness)  # doctest: +SKIP
    PosixPath('report/report.html')
    """
    folder.mkdir(parents=True, exist_ok=True)
    summary = by_class_and_level(examples, maps)
    np.savez_compressed(folder / MAPS, maps=maps, items=[example.item for example in examples])
    contact_sheet(examples, maps, classes).save(folder / OVERLAYS)
    mean_maps(summary, classes).save(folder / MEANS)
    (folder / FIGURES).write_text(
        json.dumps(_figures(summary, classes, faithfulness, stability, body), indent=1)
    )
    (folder / PAGE).write_text(_page(summary, classes, faithfulness, stability, body, unit), encoding="utf-8")
    return folder / PAGE


def _figures(
    summary: Sequence[ClassAttention],
    classes: Sequence[str],
    faithfulness: Faithfulness,
    stability: float | None,
    body: Sequence[PartAttention],
) -> dict[str, Any]:
    return {
        "by_part_of_the_body": [
            {"class": classes[part.label], **asdict(part), "relative": part.relative} for part in body
        ],
        "photos": faithfulness.photos,
        "stability": stability,
        "faithfulness": {
            "words": faithfulness.summary(),
            "faithful": faithfulness.is_faithful(),
            "deletion": _plain(faithfulness.deletion),
            "insertion": _plain(faithfulness.insertion),
            "own_against_another": asdict(faithfulness.own),
        },
        "by_class_and_level": [
            {"class": classes[cell.label], **asdict(cell), "mean_map": cell.mean_map.tolist()}
            for cell in summary
        ],
    }


def _plain(contrast: Contrast) -> dict[str, Any]:
    """Return a contrast as plain values for JSON."""
    curves = {name: getattr(contrast, name).tolist() for name in ("attended_first", "random_first")}
    return {**asdict(contrast), **curves}


def _page(
    summary: Sequence[ClassAttention],
    classes: Sequence[str],
    faithfulness: Faithfulness,
    stability: float | None,
    body: Sequence[PartAttention],
    unit: str,
) -> str:
    rows = "\n".join(
        f"<tr><td>{escape(classes[cell.label])}<td>{cell.level}<td>{cell.photos}"
        f"<td>{cell.strength:.2f}<td>{cell.without_evidence:.0%}"
        for cell in summary
    )
    correlation = "" if stability is None else f" Maps of different seeds correlate at {stability:.2f}."
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Attention report</title>
<style>body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }}
img {{ max-width: 100% }} td, th {{ padding: 0 1rem 0 0; text-align: left }}</style>
<h1>Attention report</h1>
<p>{escape(faithfulness.summary())}{correlation}</p>
<table><tr><th>class<th>level<th>photos<th>{escape(unit)}<th>photos without evidence
{rows}
</table>
{_body_table(body, classes)}<h2>Mean attention map of each class and level</h2>
<img src="{MEANS}" alt="Mean attention map of each class and level">
<h2>Single photos, all on one scale</h2>
<img src="{OVERLAYS}" alt="Photos with their attention laid over them">
</html>
"""


def _body_table(body: Sequence[PartAttention], classes: Sequence[str]) -> str:
    """Return the table of attention by part of the body; nothing where no landmarks are known."""
    if not body:
        return ""
    rows = "\n".join(
        f"<tr><td>{escape(classes[part.label])}<td>{part.level}<td>{part.part}<td>{part.photos}"
        f"<td>{_percent(part.share)}<td>{_percent(part.low)} to {_percent(part.high)}"
        f"<td>{_percent(part.area)}"
        for part in body
    )
    return f"""<h2>Which part of the body</h2>
<table><tr><th>class<th>level<th>part<th>photos<th>share of attention<th>95 % interval<th>share of area
{rows}
</table>
"""


def _percent(share: float | None) -> str:
    return "unknown" if share is None else f"{share:.0%}"
