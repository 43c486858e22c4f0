"""What is wrong with a table of answers: everything at once, a few examples of each kind."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from attacker.errors import DataError

SHOWN = 3  # places of each kind of problem


class TableRefusedError(DataError):
    """A table of answers that is not taken.

    Parameters
    ----------
    problems
        Sentences: everything that stands against it.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(" ".join(("Nothing was taken.", *problems)))
        self.problems = problems


@dataclass
class Problems:
    """Problems as they are met, by their kind.

    Examples
    --------
    >>> problems = Problems()
    >>> for line in range(2, 9):
    ...     problems.add("labels that are no choice", f"line {line}")
    >>> problems.sentences()
    ('7 labels that are no choice: line 2, line 3, line 4 and 4 more.',)
    """

    places: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, kind: str, place: str) -> None:
        """Note one problem, and where it is."""
        self.places[kind].append(place)

    def sentences(self) -> tuple[str, ...]:
        """Return a sentence for each kind."""
        return tuple(
            f"{len(places)} {kind}: {', '.join(places[:SHOWN])}"
            + (f" and {len(places) - SHOWN} more." if len(places) > SHOWN else ".")
            for kind, places in self.places.items()
        )

    def refuse(self) -> None:
        """Refuse the table if there is any problem.

        Raises
        ------
        TableRefusedError
        """
        if self.places:
            raise TableRefusedError(self.sentences())
