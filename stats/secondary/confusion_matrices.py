"""Which class is taken for which, by people and by the machine."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from stats.apa import UNDEFINED, estimate, level_name
from stats.psychophysics.confusion import Confusion, confusions
from stats.report.blocks import Picture, Table
from stats.report.finding import Finding
from stats.secondary.material import Material

NAME, TITLE = "confusion", "Confusion matrices"
OBSERVERS = {"human": "people", "model": "machine"}
LARGEST_FIGURE = 20  # responses; beyond it the numbers in the cells cannot be read
LARGEST_TABLE = 8  # responses; beyond it a page holds the commonest confusions, and JSON holds all
COMMONEST = 20
EXPLANATION = (
    "Share of the answers to each true class (rows) that went to each response (columns), with its "
    "interval over new people or networks and new photos, and the number of answers."
)


def find(material: Material) -> Finding:
    """Count the answers by true class, per level and kind of observer.

    Raises
    ------
    TableError
        When the table has no responses.
    """
    matrices = confusions(material.trials, mode=material.mode, alpha=material.criteria.alpha)
    pictures = tuple(_picture(matrix) for matrix in matrices if _is_drawn(matrix))
    return replace(confusion_finding(matrices), pictures=pictures)


def confusion_finding(matrices: Sequence[Confusion]) -> Finding:
    """Return confusion matrices as tables, as they are printed.

    Parameters
    ----------
    matrices
        Results of `confusions`.
    """
    tables = tuple(
        _whole_table(matrix) if len(matrix.responses) <= LARGEST_TABLE else _commonest(matrix)
        for matrix in matrices
    )
    numbers = [matrix.to_dict() for matrix in matrices]
    return Finding(NAME, TITLE, (EXPLANATION, *_strange(matrices)), tables, numbers=numbers)


def _is_drawn(matrix: Confusion) -> bool:
    """Whether a heat map of so many answers can be read."""
    return len(matrix.responses) <= LARGEST_FIGURE


def _strange(matrices: Sequence[Confusion]) -> list[str]:
    """Say which answers are no class: classes in other capitals, keys or buttons would be such."""
    answers = sorted({name for matrix in matrices for name in matrix.answers_of_no_class})
    shown = ", ".join(answers[:COMMONEST]) + (" ..." if len(answers) > COMMONEST else "")
    return [f"Answers that are no class of the table: {shown}. Do the names of the classes agree?"] * bool(
        answers
    )


def _answers_of(matrix: Confusion) -> str:
    return f"Answers of {OBSERVERS[matrix.agent_type]} at level {level_name(matrix.crop_level)}"


def _picture(matrix: Confusion) -> Picture:
    from stats.figures import confusion_figure, svg  # matplotlib only where figures are drawn

    level = level_name(matrix.crop_level).replace(".", "_").replace("-", "minus")
    name = f"confusion-{matrix.agent_type}-{level}"  # part of a file's name and of an address
    return Picture(name, f"{_answers_of(matrix)}.", svg(confusion_figure(matrix)))


def _whole_table(matrix: Confusion) -> Table:
    caption = f"{_answers_of(matrix)}: share [interval] (answers)"
    rows = [
        (name, *(_cell(*cell) for cell in zip(shares, intervals, counts, strict=True)))
        for name, shares, intervals, counts in zip(
            matrix.categories, matrix.shares(), matrix.intervals, matrix.counts, strict=True
        )
        if sum(counts)
    ]
    return Table.of(caption, ("True class", *matrix.responses), rows, repeats=_is_drawn(matrix))


def _commonest(matrix: Confusion) -> Table:
    caption = f"{_answers_of(matrix)}: the {COMMONEST} commonest confusions"
    wrong = [
        (count, truth, response, value, span)
        for truth, counts, shares, spans in zip(
            matrix.categories, matrix.counts, matrix.shares(), matrix.intervals, strict=True
        )
        for response, count, value, span in zip(matrix.responses, counts, shares, spans, strict=True)
        if response != truth and count > 0
    ]
    wrong.sort(key=lambda cell: (-cell[0], cell[1], cell[2]))
    rows = [
        (truth, response, _cell(value, span, count))
        for count, truth, response, value, span in wrong[:COMMONEST]
    ]
    header = ("True class", "Response", "Share [interval] (answers)")
    return Table.of(caption, header, rows, repeats=_is_drawn(matrix))


def _cell(value: float | None, span: tuple[float, float] | None, count: int) -> str:
    if value is None or span is None:
        return UNDEFINED
    return f"{estimate(value, *span, digits=2)} ({count})"
