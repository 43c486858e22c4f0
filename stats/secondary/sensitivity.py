"""Sensitivity d′, which does not depend on the number of classes to choose from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict

from stats.apa import level_name, number, sentence, share
from stats.errors import TableError
from stats.psychophysics.d_prime import Sensitivity, sensitivity
from stats.psychophysics.differencing import comparison_levels
from stats.psychophysics.yes_no import yes_no_levels
from stats.report.blocks import Table
from stats.report.finding import Finding
from stats.secondary.material import Material
from stats.secondary.tasks.same_different_detection import same_different_finding
from stats.secondary.tasks.yes_no_detection import yes_no_finding
from stats.table.guessing import asks_if_same, asks_which_photo, asks_yes_no

NAME, TITLE = "d_prime", "Sensitivity d′"
HEADER = ("Level", "Observers", "d′", "Interval from", "to")
COMPARED = "Of two photos it is √2 z(accuracy) (Macmillan & Creelman 2005, chapter 7)."


def find(material: Material) -> Finding:
    """Translate every accuracy and its interval to d′; of two answers, take hits and false alarms.

    Raises
    ------
    TableError
        When there is one class only, or guessing is not right once in m times.
    """
    if asks_yes_no(material.counted):
        levels = yes_no_levels(material.counted, material.criteria.alpha)
        return yes_no_finding(NAME, TITLE, levels)
    if asks_if_same(material.counted):
        return same_different_finding(
            NAME, TITLE, comparison_levels(material.counted, material.criteria.alpha)
        )
    alternatives = {name: None if of.uneven else of.alternatives for name, of in material.guessing.items()}
    translated = list(_sensitivities(material, alternatives))
    if not translated:
        raise TableError("; ".join(_undefined(material)) or "d′ needs answers of people or of a machine")
    explanation = (
        f"d′ of an unbiased observer in {_choices(alternatives)} with the same accuracy. "
        "It is undefined (–) where the accuracy, or the end of its interval, is 0 or 1."
    )
    if asks_which_photo(material.counted):
        explanation += f" {COMPARED}"
    undefined = tuple(map(sentence, _undefined(material)))
    rows = [
        (level_name(level), name, *map(number, (d.d_prime, d.ci_low, d.ci_high)))
        for level, name, d in translated
    ]
    table = Table.of("d′ with the interval of the accuracy translated", HEADER, rows)
    numbers = [{"crop_level": level, "observers": name} | asdict(d) for level, name, d in translated]
    return Finding(NAME, TITLE, (explanation, *undefined), (table,), numbers=numbers)


def _choices(alternatives: Mapping[str, int | None]) -> str:
    """Name the forced choice, that of each kind of observer where they differ."""
    known = {name: m for name, m in alternatives.items() if m}
    if len(set(known.values())) == 1:
        return f"a {next(iter(known.values()))}-alternative forced choice"
    return " and ".join(f"a {m}-alternative forced choice ({name})" for name, m in known.items())


def _undefined(material: Material) -> list[str]:
    """Return why a kind of observer has no d′."""
    if all(of.rate == 1 for of in material.guessing.values()):
        return ["d′ needs two classes or more to choose between"]
    return [
        f"no d′ of {name}: it needs answers that are alike, so that guessing is right once in m times, and "
        f"guessing is right at {share(of.rate)} ({of.source})"
        for name, of in material.guessing.items()
        if of.uneven or not of.alternatives
    ]


def _sensitivities(
    material: Material, alternatives: Mapping[str, int | None]
) -> Iterator[tuple[float, str, Sensitivity]]:
    for level in material.outcome.levels:
        for name, observer in (("people", level.human), ("machine", level.machine)):
            m = alternatives.get(name)
            if observer and m:
                yield level.crop_level, name, sensitivity(observer, m)
