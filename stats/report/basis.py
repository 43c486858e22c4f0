"""What the results rest on: conditions, hashes and versions."""

from __future__ import annotations

from collections.abc import Iterator

from stats.apa import count
from stats.report.blocks import Section, Table
from stats.report.content import Source

FEW_NETWORKS = 10


def conditions(source: Source) -> Section:
    """Return what the results are conditional on.

    Parameters
    ----------
    source
        All parts of the report.
    """
    return Section("What the results are conditional on", tuple(_statements(source)))


def basis(source: Source) -> Section:
    """Return hashes and versions, by which data and software can be recognised.

    Parameters
    ----------
    source
        All parts of the report.
    """
    facts = source.facts
    tables = tuple(
        Table.of(caption, ("Of", name), list(values.items()))
        for caption, name, values in (
            ("Hashes", "SHA-256", facts.hashes),
            ("Software", "Version", facts.software),
        )
        if values
    )
    made = f"Analysis of “{facts.study}” made {facts.created}."
    return Section("What the results rest on", (made,), tables)


def _statements(source: Source) -> Iterator[str]:
    if source.simulated:
        yield "SIMULATED: the people are robots. Nothing here is evidence about humans."
    yield from _networks(source)
    sides = [side for level in source.outcome.levels for side in (level.human, level.machine)]
    if any(side and side.n_items is None for side in sides):
        yield "The photos are not known: everything is conditional on these photos."
    else:
        yield "Photos: the intervals hold for new photos of the same kind and source, no others."
    yield from source.facts.statements


def _networks(source: Source) -> Iterator[str]:
    numbers = {level.machine.n_agents for level in source.outcome.levels if level.machine}
    if numbers == {1}:
        yield (
            "One network was trained per level: the figures of the machine are conditional on this one "
            "trained network."
        )
    elif numbers and min(numbers) < FEW_NETWORKS:
        networks = count(max(numbers), "network", "networks")
        range_of_numbers = networks if len(numbers) == 1 else f"{min(numbers)} to {networks}"
        yield (
            f"The machine is represented by {range_of_numbers} per level: these alone stand for new seeds of "
            "the same recipe; for other architectures nothing is shown."
        )
