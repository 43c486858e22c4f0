"""The attack matrix as it is stored and printed: one cell per level trained through and level tested at."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from stats.apa import UNDEFINED, estimate, level_name
from stats.report.blocks import Picture, Section, Table

if TYPE_CHECKING:
    from stats.inference.estimates import Accuracy
    from stats.machine.attack_matrix import AttackMatrix, BroughtRow

TITLE = "Attack matrix"
HEAT_MAP = "Accuracy of the attackers by the level trained through and the level tested at."
CAPTION = "Accuracy of the attackers with its interval"
EXPLANATION = (
    "Accuracy of the attacker trained through a level (rows) on test photos of a level (columns), with its "
    "interval over new seeds and new photos. The diagonal is the adaptive attack, right of it is the "
    "transfer attack."
)
OUTSIDE = "from outside"
FROM_OUTSIDE = (
    "Machines from outside answered a pack of the same photos; what they learnt from is what their owners "
    "say. Their intervals are over new photos only, as each is one machine."
)


class Attack(StrEnum):
    """How the level tested at relates to the heaviest level that the attacker was trained on."""

    ADAPTIVE = "adaptive"  # it is that level
    TRANSFER = "transfer"  # it is heavier
    EASIER = "easier"  # it is lighter


class AttackCell(Struct, frozen=True):
    """Accuracy of the attackers trained through one level, at one level.

    Attributes
    ----------
    kind : adaptive, transfer or easier
    estimate : accuracy in [0, 1]
    ci_low, ci_high : its interval over new seeds and new photos
    n_agents, n_items : seeds and photos behind it
    """

    kind: Attack
    estimate: float
    ci_low: float
    ci_high: float
    n_agents: int
    n_items: int | None


class BroughtCell(Struct, frozen=True):
    """Accuracy of a machine from outside at one level, with its interval over new photos."""

    estimate: float
    ci_low: float
    ci_high: float
    n_items: int | None


class BroughtLine(Struct, frozen=True):
    """A machine from outside.

    Attributes
    ----------
    name, kind : of the machine, and of its attack as its owner says
    cells : by the levels tested at; None where it was not tested
    """

    name: str
    kind: str
    cells: tuple[BroughtCell | None, ...]


class AttackGrid(Struct, frozen=True, omit_defaults=True):
    """All cells.

    Attributes
    ----------
    tested, trained : levels, light to heavy: the columns and the rows
    rows : cells by row and column; None where nothing was tested
    brought : further rows, of machines from outside
    """

    tested: tuple[float, ...]
    trained: tuple[float, ...]
    rows: tuple[tuple[AttackCell | None, ...], ...]
    brought: tuple[BroughtLine, ...] = ()


def grid_of(matrix: AttackMatrix) -> AttackGrid:
    """Return the cells of an attack matrix as they are stored."""
    rows = tuple(
        tuple(
            _cell(trained, tested, accuracy) if accuracy else None
            for tested, accuracy in zip(matrix.tested, row, strict=True)
        )
        for trained, row in zip(matrix.trained, matrix.cells, strict=True)
    )
    return AttackGrid(matrix.tested, matrix.trained, rows, tuple(map(_line_of, matrix.brought)))


def section(grid: AttackGrid, figures: Mapping[str, str], loop_ended: str = "") -> Section:
    """Return the attack matrix as a part of the report.

    Parameters
    ----------
    grid
        The cells.
    figures
        SVG texts by name; "matrix" is drawn where it is among them.
    loop_ended
        Why the attackers' training ended, or "".

    Examples
    --------
    >>> cell = AttackCell(Attack.ADAPTIVE, 0.53, 0.45, 0.6, 3, 132)
    >>> section(AttackGrid((3,), (3,), ((cell,),)), {}).tables[0].rows
    (('level 3', '.53 [.45, .60]'),)
    """
    header = ("Trained through", *(f"tested at {level_name(level)}" for level in grid.tested))
    rows = [
        (f"level {level_name(trained)}", *map(_printed, row))
        for trained, row in zip(grid.trained, grid.rows, strict=True)
    ] + [(f"{line.name} ({OUTSIDE}, {line.kind})", *map(_printed, line.cells)) for line in grid.brought]
    pictures = (Picture("matrix", HEAT_MAP, figures["matrix"]),) if "matrix" in figures else ()
    ended = (f"Why the training of attackers ended: {loop_ended}",) if loop_ended else ()
    notes = (EXPLANATION, *((FROM_OUTSIDE,) if grid.brought else ()), *ended)
    repeats = bool(pictures) and not grid.brought
    return Section(TITLE, notes, (Table.of(CAPTION, header, rows, repeats=repeats),), pictures)


def _line_of(row: BroughtRow) -> BroughtLine:
    cells = (
        BroughtCell(cell.estimate, cell.ci_low, cell.ci_high, cell.n_items) if cell else None
        for cell in row.cells
    )
    return BroughtLine(row.name, row.kind, tuple(cells))


def _printed(cell: AttackCell | BroughtCell | None) -> str:
    return estimate(cell.estimate, cell.ci_low, cell.ci_high, 2) if cell else UNDEFINED


def _cell(trained: float, tested: float, accuracy: Accuracy) -> AttackCell:
    return AttackCell(
        _kind(trained, tested),
        accuracy.estimate,
        accuracy.ci_low,
        accuracy.ci_high,
        accuracy.n_agents,
        accuracy.n_items,
    )


def _kind(trained: float, tested: float) -> Attack:
    if trained == tested:
        return Attack.ADAPTIVE
    return Attack.TRANSFER if tested > trained else Attack.EASIER
