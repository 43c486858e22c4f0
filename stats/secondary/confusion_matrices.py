"""Which class is taken for which, by people and by the machine."""

from __future__ import annotations

from stats.apa import interval, share
from stats.figures import confusion_figure, svg
from stats.psychophysics.confusion import Confusion, confusions
from stats.report.blocks import Picture, Table
from stats.report.finding import Finding, Material, named_level

NAME, TITLE = "confusion", "Confusion matrices"
WHO = {"human": "people", "model": "machine"}
LARGEST_FIGURE = 20  # responses; beyond it the numbers in the cells cannot be read
LARGEST_TABLE = 8  # responses; beyond it a page holds the commonest confusions, and JSON holds all
COMMONEST = 20


def find(material: Material) -> Finding:
    """Count answers by true class per level and kind of observer.

    Raises
    ------
    TableError
        When the table has no responses.
    """
    matrices = confusions(material.trials, mode=material.mode, alpha=material.criteria.alpha)
    said = (
        "Share of the answers to each true class (rows) that went to each response (columns), with its "
        "interval over new people or seeds and new photos, and the number of answers."
    )
    drawn = tuple(_picture(one) for one in matrices if len(one.responses) <= LARGEST_FIGURE)
    tables = tuple(
        _table(one) if len(one.responses) <= LARGEST_TABLE else _commonest(one) for one in matrices
    )
    return Finding(NAME, TITLE, (said,), tables, drawn, [one.to_dict() for one in matrices])


def _picture(one: Confusion) -> Picture:
    name = f"confusion-{one.agent_type}-{named_level(one.crop_level)}"
    caption = f"Answers of {WHO[one.agent_type]} at level {one.crop_level:g}."
    return Picture(name, caption, svg(confusion_figure(one)))


def _table(one: Confusion) -> Table:
    caption = f"Answers of {WHO[one.agent_type]} at level {one.crop_level:g}: share [interval] (answers)"
    rows = [
        (name, *(_cell(*cell) for cell in zip(shares, intervals, counts, strict=True)))
        for name, shares, intervals, counts in zip(
            one.categories, one.shares(), one.intervals, one.counts, strict=True
        )
    ]
    return Table.of(caption, ("True class", *one.responses), rows)


def _commonest(one: Confusion) -> Table:
    caption = (
        f"Answers of {WHO[one.agent_type]} at level {one.crop_level:g}: the {COMMONEST} commonest confusions"
    )
    wrong = [
        (count, truth, response, value, span)
        for truth, counts, shares, spans in zip(
            one.categories, one.counts, one.shares(), one.intervals, strict=True
        )
        for response, count, value, span in zip(one.responses, counts, shares, spans, strict=True)
        if response != truth and count > 0
    ]
    wrong.sort(key=lambda cell: (-cell[0], cell[1], cell[2]))
    rows = [
        (truth, response, _cell(value, span, count))
        for count, truth, response, value, span in wrong[:COMMONEST]
    ]
    return Table.of(caption, ("True class", "Response", "Share [interval] (answers)"), rows)


def _cell(value: float | None, span: tuple[float, float] | None, count: int) -> str:
    if value is None or span is None:
        return "–"
    return f"{share(value, 2)} {interval(*span, 2)} ({count})"
