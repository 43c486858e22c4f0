"""Is the attacker defeated, or only biased? Its accuracy with class offsets refitted on validation photos."""

from __future__ import annotations

from stats.apa import interval, p_cell, share
from stats.errors import TableError
from stats.inference.accuracy import Accuracy
from stats.machine.class_offsets import bias_corrected_by_level
from stats.report.blocks import Table
from stats.report.finding import Finding, Material

NAME, TITLE = "bias", "Bias-corrected attacker"
HEADER = ("Level", "Offsets", "Accuracy", "Interval", "p below ceiling", "Seeds", "Photos")


def find(material: Material) -> Finding:
    """Correct every attacker at the level it was trained for.

    Raises
    ------
    TableError
        When the networks' probabilities on validation photos are not known.
    """
    rows = material.trials if material.predictions is None else material.predictions
    if not (rows["agent_type"] == "model").any():
        raise TableError("there are no machine rows to correct")
    criteria = material.criteria
    found = bias_corrected_by_level(rows, ceiling=criteria.ceiling, alpha=criteria.alpha)
    said = (
        "An attacker that answers one class too often is miscalibrated, not defeated. Here one offset per "
        "class is added to its logits, fitted on the validation photos of the level; the test photos play no "
        "part in it."
    )
    lines = [_row(level, name, one) for level, pair in found.items() for name, one in _named(pair)]
    caption = "Accuracy of the attacker retrained on the level, before and after"
    values = {
        f"{level:g}": {name: one.to_dict() for name, one in _named(pair)} for level, pair in found.items()
    }
    warnings = tuple(
        _warning(level, after, criteria.ceiling)
        for level, (before, after) in found.items()
        if before.p < criteria.alpha <= after.p
    )
    tables = (Table.of(caption, HEADER, lines),)
    return Finding(NAME, TITLE, (said,), tables, numbers=values, warnings=warnings)


def _warning(level: float, after: Accuracy, ceiling: float) -> str:
    reached = f"{share(after.estimate)} {interval(after.ci_low, after.ci_high)}"
    return (
        f"Level {level:g}: the attacker is biased rather than defeated. With class offsets refitted on "
        f"validation photos it reaches {reached}, which is not shown to be below {ceiling:g}."
    )


def _named(pair: tuple[Accuracy, Accuracy]) -> tuple[tuple[str, Accuracy], ...]:
    return (("before", pair[0]), ("after", pair[1]))


def _row(level: float, name: str, one: Accuracy) -> tuple[str, ...]:
    span = interval(one.ci_low, one.ci_high)
    sizes = (str(one.n_agents), str(one.n_items))
    return (f"{level:g}", name, share(one.estimate), span, p_cell(one.p), *sizes)
