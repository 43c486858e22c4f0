"""What the results rest on: conditions, hashes and versions."""

from __future__ import annotations

from collections.abc import Iterator

from stats.apa import count, threshold
from stats.decision.records import Sample
from stats.report.blocks import Section, Table
from stats.report.content import SIMULATED, PilotOutcome, Source

FEW_NETWORKS = 10
CROPS_CHOSEN = "How the crops were chosen"
UNCHECKED = "There was no pilot: nobody has checked beforehand whether people recognise the crops."


def conditions(source: Source) -> Section:
    """Return what the results are conditional on."""
    return Section("What the results are conditional on", tuple(_statements(source)))


def crops_chosen(source: Source) -> list[Section]:
    """Return how people chose the crops in a pilot, or nothing where only a table is known."""
    if not source.facts.study:
        return []
    pilot = source.facts.pilot
    if pilot is None:
        return [Section(CROPS_CHOSEN, (UNCHECKED,))]
    return [Section(CROPS_CHOSEN, tuple(_about_pilot(pilot)), (_chosen_by_level(pilot),))]


def _about_pilot(pilot: PilotOutcome) -> Iterator[str]:
    simulated = pilot.mode == SIMULATED
    yield (
        f"In a pilot, {count(pilot.people, 'person', 'people')} gave {pilot.answers:,} answers to windows of "
        "the test photos. Of a photo's windows at a level, the one with least attention was taken for which, "
        f"after at least {pilot.least_answers} answers, it is at least {threshold(pilot.certainty)} probable "
        f"(flat prior) that more than {threshold(pilot.floor)} of people recognise it; a photo without such "
        "a window was dropped. The rule was frozen before the first answer; nobody of the pilot took part "
        "in the main study."
    )
    photos = sum(level.photos for level in pilot.levels)
    dropped = sum(level.dropped_photos for level in pilot.levels)
    yield (
        f"{dropped} of {photos} photos were dropped (counted at each level): what people and machine reach "
        "holds for photos that such a pilot lets through."
    )
    if simulated:
        yield "SIMULATED: robots chose the crops. Nothing shows that people recognise them."


def _chosen_by_level(pilot: PilotOutcome) -> Table:
    """Return windows taken and photos dropped, by level; classes are named in full."""
    first = pilot.levels[0] if pilot.levels else None
    windows = [f"Window {place}" for place in range(1, 1 + len(first.taken if first else ()))]
    classes = list(first.dropped if first else ())
    rows = [
        tuple(map(str, (level.level, level.photos, *level.taken, level.dropped_photos, *dropped)))
        for level in pilot.levels
        for dropped in [[level.dropped[name] for name in classes]]
    ]
    header = ("Level", "Photos", *windows, "Dropped", *(f"Dropped of {name}" for name in classes))
    caption = "Photos by the window that was taken; window 1 has least attention, further ones show more"
    return Table.of(caption, header, rows)


def basis(source: Source) -> Section:
    """Return hashes and versions, by which data and software can be recognised."""
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
            "One network was tested per level: the figures of the machine are conditional on this one "
            "trained network."
        )
    elif numbers and min(numbers) < FEW_NETWORKS:
        networks = count(max(numbers), "network", "networks")
        range_of_numbers = networks if len(numbers) == 1 else f"{min(numbers)} to {networks}"
        meaning = _stand_for(source.outcome.sample)
        yield f"The machine is represented by {range_of_numbers} per level: {meaning}."


def _stand_for(sample: Sample) -> str:
    """Return what a few networks stand for; only seeds of one architecture stand for new seeds."""
    if sample.architectures is None:
        return "the table does not tell whether these are seeds of one architecture or different ones"
    if len(sample.architectures) == 1:
        return "these alone stand for new seeds of the same recipe; for other architectures nothing is shown"
    return (
        "different architectures are no seeds of one recipe, and these alone stand for others of their kind"
    )
