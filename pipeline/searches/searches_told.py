"""What a report says of searches for a stronger attack: what each found, and where none was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.attacks.strongest import accuracy_in
from pipeline.models.frozen_machines import Machine
from pipeline.models.run_records import SearchSummary
from stats.apa import count, share

BY_CLASSES = (
    "Searches compare recipes by how often they name the class of a photo, though people are asked something "
    "else: their accuracies are on another scale than those of this study's questions. Which attacker counts "
    "is decided by the questions."
)


def searches_told(machine: Machine, fallen: Iterable[int], task: str) -> Iterator[str]:
    """Yield a sentence or two for each level that was searched, or at which the machine fails unsearched.

    `fallen` are the levels at which the machine is shown to be below the ceiling. Where people do not name
    classes in their `task`, it is said that searches do.
    """
    for level in sorted({*fallen, *machine.searches}):
        if search := machine.searches.get(level):
            yield f"Level {level}: {_outcome(search)} {_spread(search)}{_attacker(machine, level, search)}"
        else:
            yield (
                f"Level {level}, at which the machine fails: no search for a stronger attack was made, so "
                "only the study's own recipe was tried."
            )
    if machine.searches and accuracy_in(task):
        yield BY_CLASSES


def _outcome(search: SearchSummary) -> str:
    tried = count(search.tried, "recipe", "recipes")
    if not search.key:
        return (
            f"a search of {tried} on validation photos found none that is stronger than the study's "
            f"own ({share(search.today)})."
        )
    return (
        f"a search of {tried} on validation photos found a stronger one than the study's own "
        f"({search.words}): {share(search.strongest)} instead of {share(search.today)}, which is too good, "
        "as of every best of many."
    )


def _spread(search: SearchSummary) -> str:
    return (
        f"The {count(search.on_all, 'recipe', 'recipes')} that learned from all training photos reached "
        f"{share(search.worst)} to {share(search.strongest)} (median {share(search.median)}), in "
        f"{search.cpu_hours:.2g} CPU-hours; no test photo was used."
    )


def _attacker(machine: Machine, level: int, search: SearchSummary) -> str:
    """Return what became of the strongest recipe: an attacker of its own, which counts there or does not."""
    if not search.key:
        return ""
    runs = {run for run, name in machine.searched.items() if name == search.key}
    if not runs:
        return " No attacker was trained by it before this version was frozen."
    counts = bool(runs.intersection(machine.counting.get(level, ()))) and level not in machine.overruled
    verdict = "is the machine that counts there" if counts else "does not count there: another is stronger"
    return f" An attacker of its own was trained by it ({count(len(runs), 'seed', 'seeds')}), and {verdict}."
