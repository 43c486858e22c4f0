"""What the results rest on: conditions, hashes and versions."""

from __future__ import annotations

from collections.abc import Iterator

from stats.apa import count
from stats.report.blocks import Section, Table
from stats.report.content import Source

FEW_NETWORKS = 10


def conditions(source: Source) -> Section:
    """Say what the results are conditional on."""
    return Section("What the results are conditional on", tuple(_statements(source)))


def basis(source: Source) -> Section:
    """List hashes and versions, so that everything can be recognised and repeated."""
    facts = source.facts
    tables = [
        Table.of(caption, ("Of", name), [(what, value) for what, value in values.items()])
        for caption, name, values in (
            ("Hashes", "SHA-256", facts.hashes),
            ("Software", "Version", facts.software),
        )
        if values
    ]
    made = f"Analysis of “{facts.study}” made {facts.created}."
    return Section("What the results rest on", (made,), tuple(tables))


def _statements(source: Source) -> Iterator[str]:
    if source.simulated:
        yield "SIMULATED: the people are robots. Nothing here is evidence about humans."
    yield from _networks(source)
    levels = source.result["levels"]
    if any(one and one["n_items"] is None for level in levels for one in (level["human"], level["machine"])):
        yield "The photos are not told: everything is conditional on these photos."
    else:
        yield "Photos: the intervals speak for new photos of the same kind and source, no others."
    yield from source.facts.statements


def _networks(source: Source) -> Iterator[str]:
    numbers = {level["machine"]["n_agents"] for level in source.result["levels"] if level["machine"]}
    if numbers == {1}:
        yield (
            "One network was trained per level: the machine's figures are conditional on this one trained "
            "network."
        )
    elif numbers and min(numbers) < FEW_NETWORKS:
        yield (
            f"The machine is represented by {_between(numbers)} per level: new "
            "seeds of the "
            "same recipe are spoken for through these only, other architectures not at all."
        )


def _between(numbers: set[int]) -> str:
    if len(numbers) == 1:
        return count(min(numbers), "network", "networks")
    return f"{min(numbers)} to {max(numbers)} networks"
