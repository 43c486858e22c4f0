"""Machines side by side: kind of attack, accuracy by level, refusals, costs, time, and whom they err with."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from stats.apa import sentence
from stats.machine.comparison import FINDING, Comparison
from stats.report.blocks import Picture
from stats.report.finding import Finding
from stats.secondary.machines.compare_machines import compare_machines
from stats.secondary.machines.comparison_tables import NOT_TOLD, comparison_tables
from stats.secondary.machines.named_machines import is_several
from stats.secondary.material import Material

NAME, TITLE = FINDING, "Machines side by side"
ACCURACIES, KAPPAS = "machines", "machine-pairs"  # names of the figures
EXPLANATION = (
    "Kind of attack: adaptive networks were trained on crops of the level, transfer attacks on the lightest "
    "level alone; what machines from outside learnt is what their owners say. Only an adaptive attack "
    "supports that the machine cannot; of every other kind a high accuracy counts, a low one says little. "
    "Attackers trained through yet other levels stand in the attack matrix."
)
OF_ACCURACY = (
    "Accuracy is macro-averaged, with the interval of the primary analysis: over new photos, and over new "
    "networks where a machine has several. A refusal counts as wrong and is told apart, as a machine that "
    "refuses is not a weak one; so do the other states: none of the classes was named (off-list), several "
    "were, or nothing was written (empty)."
)
OF_COSTS = (
    "Cost and time are what the answers carry: the mean cost times 1,000, in the currency of each machine's "
    f"owner, and seconds for one answer. “{NOT_TOLD}” means that nobody says it, not that it is 0."
)


def is_asked(material: Material) -> bool:
    """Return whether there is anything to compare: two machines, or one from outside."""
    return is_several(material.machine_rows)


def find(material: Material) -> Finding:
    """Put all machines of a study side by side.

    Parameters
    ----------
    material
        The trials with their verdict; see `compare_machines`.

    Raises
    ------
    TableError
        When there is no machine row.
    """
    return comparison_finding(compare_machines(material))


def comparison_finding(comparison: Comparison) -> Finding:
    """Return a comparison as it is printed: figures, tables and sentences of the same numbers.

    Parameters
    ----------
    comparison
        Result of `compare_machines`.
    """
    from stats.figures import kappa_matrices, machines_figure, svg  # matplotlib only where figures are drawn

    people = ", and of people," if comparison.people else ""
    caption = f"Accuracy of every machine{people} by level, with intervals."
    pictures = [Picture(ACCURACIES, caption, svg(machines_figure(comparison)))]
    if comparison.pairs:
        caption = (
            "Error consistency (Cohen's kappa) of all with all, by level; the numbers of the machines are "
            "those of the tables."
        )
        pictures.append(Picture(KAPPAS, caption, svg(kappa_matrices(comparison))))
    return Finding(
        NAME,
        TITLE,
        (EXPLANATION, OF_ACCURACY, OF_COSTS, *_of_kappa(comparison)),
        tuple(comparison_tables(comparison)),
        tuple(pictures),
        numbers=msgspec.to_builtins(comparison),
    )


def _of_kappa(comparison: Comparison) -> Iterator[str]:
    """Say what kappa is, and once for each reason where there is none."""
    yield (
        "Kappa is error consistency: 0 where two err on the same photos as often as their accuracies alone "
        "explain, 1 where one copies the other. It is the mean over pairs of observers that share at least "
        f"{comparison.least_shared} photos, with a bootstrap interval over photos and observers "
        f"({comparison.resamples} resamples); a machine of one network is not resampled."
    )
    reasons = dict.fromkeys(pair.reason for pair in comparison.pairs if pair.kappa is None)
    yield from (sentence(f"No kappa stands where {reason}") for reason in reasons)
