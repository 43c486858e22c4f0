"""What a table of answers says of the machine that gave them: the same in all rows, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from attacker.packs.kinds import FEW_SHOT, KINDS, UNKNOWN, ZERO_SHOT
from attacker.packs.table_problems import TableRefusedError

KIND, EXAMPLES, SOURCE = "kind", "examples", "source"
STATED = (KIND, EXAMPLES, SOURCE)
LEARNT_MORE = (ZERO_SHOT, FEW_SHOT, "transfer", "adaptive")  # each from more of a study's photos


class TableStatement(msgspec.Struct, frozen=True):
    """A machine's own words.

    Attributes
    ----------
    kind : of its attack; `unknown` where the table does not say
    examples : how many labelled photos of each class it was shown; None where the table does not say
    source : model, weights and prompts
    """

    kind: str = UNKNOWN
    examples: int | None = None
    source: str = ""

    @property
    def columns(self) -> dict[str, str]:
        """Cells of every row of a table that says this; what it does not say has no column.

        Examples
        --------
        >>> TableStatement("few-shot", 4).columns
        {'kind': 'few-shot', 'examples': '4'}
        """
        cells = {
            KIND: "" if self.kind == UNKNOWN else self.kind,
            EXAMPLES: "" if self.examples is None else str(self.examples),
            SOURCE: self.source,
        }
        return {name: cell for name, cell in cells.items() if cell}

    def kind_beside(self, owner_says: str) -> str:
        """Return the kind of attack where a machine's owner says something too.

        Raises
        ------
        TableRefusedError
            If the owner says that the machine learnt from less than its table does.

        Examples
        --------
        >>> few_shot = TableStatement("few-shot", 4)
        >>> few_shot.kind_beside("unknown"), few_shot.kind_beside("adaptive")
        ('few-shot', 'adaptive')
        >>> few_shot.kind_beside("zero-shot")
        Traceback (most recent call last):
        attacker.packs.table_problems.TableRefusedError: Nothing was taken. By its table the machine is ...
        """
        if UNKNOWN in (self.kind, owner_says):
            return owner_says if self.kind == UNKNOWN else self.kind
        if LEARNT_MORE.index(owner_says) < LEARNT_MORE.index(self.kind):
            raise TableRefusedError(
                (
                    f"By its table the machine is {self.kind}, which learns {KINDS[self.kind]}; it cannot be "
                    f"taken as {owner_says}.",
                )
            )
        return owner_says


def read_statement(rows: Sequence[Mapping[str, str]], shots: int) -> TableStatement:
    """Return what the rows of a table say of the machine.

    Parameters
    ----------
    rows
        All of them.
    shots
        How many examples of each class the pack holds.

    Raises
    ------
    TableRefusedError
        If rows differ, or say what cannot be.

    Examples
    --------
    >>> read_statement([{"kind": "few-shot", "examples": "4"}] * 9, shots=8)
    TableStatement(kind='few-shot', examples=4, source='')
    """
    kind, examples, source = (_same_in_all(rows, name) for name in STATED)
    if kind not in ("", *KINDS):
        raise TableRefusedError((f"There is no kind of attack {kind!r}: it is {', '.join(KINDS)}.",))
    if examples and not (examples.isdecimal() and int(examples) <= shots):
        raise TableRefusedError(
            (f"Its column examples holds {examples!r}, but the pack holds {shots} of each class.",)
        )
    number = int(examples) if examples else None
    if kind in ("", UNKNOWN):
        kind = FEW_SHOT if number else UNKNOWN
    if (kind, bool(number)) in ((ZERO_SHOT, True), (FEW_SHOT, False)) and number is not None:
        raise TableRefusedError((f"A {kind} attack is not shown {number} examples of each class.",))
    return TableStatement(kind, number, source)


def _same_in_all(rows: Sequence[Mapping[str, str]], name: str) -> str:
    cells = {row.get(name, "") for row in rows}
    if len(cells) > 1:
        shown = ", ".join(map(repr, sorted(cells)[:3]))
        raise TableRefusedError((f"Its column {name} must be the same in all rows, not {shown}.",))
    return cells.pop() if cells else ""
