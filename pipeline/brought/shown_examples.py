"""Labelled examples of a pack: crops of training photos, of the level that the pack asks about."""

from __future__ import annotations

from attacker.errors import DataError
from attacker.packs.example_draw import Candidate, Draw, draw_examples
from attacker.packs.manifest import PackedExample, new_name
from pipeline.datasets import classes_of, stimuli_at
from pipeline.models import PackedExampleRow, PredictionPack
from study.models import Item


class ExamplesRefusedError(ValueError):
    """Examples cannot be drawn; the message says what to do."""


def draw_for(pack: PredictionPack) -> None:
    """Draw and store the examples that a pack shows.

    Parameters
    ----------
    pack
        With a level, if it shows any.

    Raises
    ------
    ExamplesRefusedError
        If a class has too few training photos, or the split of the photos is broken.
    """
    if not pack.shots or pack.level is None:
        return
    crops = stimuli_at(pack.study, [pack.level], [Item.Split.TRAIN]).exclude(sha256="")
    by_item = {str(crop.item_id): crop for crop in crops}
    candidates = [
        Candidate(item, crop.item.category.position, crop.item.cluster) for item, crop in by_item.items()
    ]
    draw = Draw(pack.shots, pack.examples_seed)
    # None of the groups of any other role may be shown with its class, whatever the pack asks about.
    others = pack.study.items.exclude(split=Item.Split.TRAIN).values_list("cluster", flat=True)
    try:
        drawn = draw_examples(candidates, draw, classes_of(pack.study), set(others))
    except DataError as error:
        raise ExamplesRefusedError(f"No pack with examples of level {pack.level}: {error}.") from error
    shown = [by_item[each.key] for each in drawn]
    PackedExampleRow.objects.bulk_create(
        PackedExampleRow(pack=pack, stimulus=crop, name=new_name(), sha256=crop.sha256) for crop in shown
    )


def examples_of_pack(pack: PredictionPack) -> tuple[PackedExample, ...]:
    """Return the examples that a pack shows, in the order of their names."""
    rows = PackedExampleRow.objects.filter(pack=pack).order_by("name")
    named = rows.values_list("name", "sha256", "stimulus__item__category__position")
    return tuple(PackedExample(*row) for row in named)
