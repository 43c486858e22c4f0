"""Sensitivity d′, which does not depend on the number of classes to choose from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from stats.apa import level_name, number
from stats.errors import TableError
from stats.psychophysics.d_prime import Sensitivity, sensitivity
from stats.report.blocks import Table
from stats.report.finding import Finding
from stats.secondary.material import Material

NAME, TITLE = "d_prime", "Sensitivity d′"
HEADER = ("Level", "Observers", "d′", "Interval from", "to")


def find(material: Material) -> Finding:
    """Translate every accuracy and its interval to d′.

    Parameters
    ----------
    material
        The trials with their verdict.

    Raises
    ------
    TableError
        When there is one class only.
    """
    alternatives = len(material.outcome.per_class)
    if alternatives < 2:
        raise TableError("d′ needs two classes or more to choose between")
    translated = list(_sensitivities(material, alternatives))
    explanation = (
        f"d′ of an unbiased observer in a {alternatives}-alternative forced choice with the same accuracy. "
        "It is undefined (–) where the accuracy, or the end of its interval, is 0 or 1."
    )
    rows = [
        (level_name(level), name, *map(number, (d.d_prime, d.ci_low, d.ci_high)))
        for level, name, d in translated
    ]
    table = Table.of("d′ with the interval of the accuracy translated", HEADER, rows)
    numbers = [{"crop_level": level, "observers": name} | asdict(d) for level, name, d in translated]
    return Finding(NAME, TITLE, (explanation,), (table,), numbers=numbers)


def _sensitivities(material: Material, alternatives: int) -> Iterator[tuple[float, str, Sensitivity]]:
    for level in material.outcome.levels:
        for name, observer in (("people", level.human), ("machine", level.machine)):
            if observer:
                yield level.crop_level, name, sensitivity(observer, alternatives)
