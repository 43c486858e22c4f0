"""d': sensitivity that does not depend on how many buttons there are."""

from __future__ import annotations

from dataclasses import asdict

from stats.apa import number
from stats.errors import TableError
from stats.psychophysics.d_prime import Sensitivity, sensitivity
from stats.report.blocks import Table
from stats.report.finding import Finding, Material

NAME, TITLE = "d_prime", "Sensitivity d′"


def find(material: Material) -> Finding:
    """Translate every accuracy and its interval to d'.

    Raises
    ------
    TableError
        When there is one class only.
    """
    alternatives = len(material.outcome.per_class)
    if alternatives < 2:
        raise TableError("d′ needs two classes or more to choose between")
    observers = [
        (level.crop_level, name, observer)
        for level in material.outcome.levels
        for name, observer in (("people", level.human), ("machine", level.machine))
        if observer
    ]
    found = [(level, name, sensitivity(observer, alternatives)) for level, name, observer in observers]
    said = (
        f"d′ of an unbiased observer in a {alternatives}-alternative forced choice with the same accuracy. "
        "It is undefined (–) where the accuracy, or the end of its interval, is 0 or 1."
    )
    table = Table.of(
        "d′ with the interval of the accuracy translated",
        ("Level", "Observers", "d′", "Interval from", "to"),
        [_row(*one) for one in found],
    )
    values = [{"crop_level": level, "observers": name} | asdict(one) for level, name, one in found]
    return Finding(NAME, TITLE, (said,), (table,), numbers=values)


def _row(level: float, name: str, one: Sensitivity) -> tuple[str, ...]:
    return (f"{level:g}", name, number(one.d_prime), number(one.ci_low), number(one.ci_high))
