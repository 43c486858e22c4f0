"""Whether an attacker is defeated or only biased: its accuracy after refitting class offsets."""

from __future__ import annotations

from stats.apa import estimate, interval, level_name, p_cell, share, threshold
from stats.errors import TableError
from stats.inference.estimates import Accuracy
from stats.machine.bias_correction import bias_corrected_by_level
from stats.report.blocks import Table
from stats.report.finding import Finding
from stats.secondary.material import Material
from stats.table.guessing import asks_yes_no, shows_pairs

NAME, TITLE = "bias", "Bias-corrected attacker"
HEADER = ("Level", "Offsets", "Accuracy", "Interval", "p below ceiling", "Networks", "Photos")
EXPLANATION = (
    "An attacker that answers one class too often is miscalibrated, not defeated. Here one offset per "
    "class is added to its logits, fitted on the validation photos of the level; the test photos play no "
    "part in it."
)


def find(material: Material) -> Finding:
    """Correct every attacker at the level it was trained for.

    Parameters
    ----------
    material
        The trials with their verdict; its predictions hold the networks' probabilities on both splits.

    Raises
    ------
    TableError
        When the networks' probabilities on validation photos are not known, or it is asked another
        question than the class of a photo.
    """
    if asks_yes_no(material.trials):
        raise TableError(
            "the machine answers yes or no here: whether it says one of them too readily is its criterion c"
        )
    if shows_pairs(material.trials):
        raise TableError("the machine compares two photos here, which leaves no bias to a class to correct")
    rows = material.trials if material.predictions is None else material.predictions
    if not (rows["agent_type"] == "model").any():
        raise TableError("there are no machine rows to correct")
    criteria = material.criteria
    pairs = bias_corrected_by_level(rows, ceiling=criteria.ceiling, alpha=criteria.alpha)
    by_level = {
        level_name(level): {"before": before, "after": after} for level, (before, after) in pairs.items()
    }
    lines = [_row(level, name, figure) for level, pair in by_level.items() for name, figure in pair.items()]
    table = Table.of("Macro-averaged accuracy of the machine before and after", HEADER, lines)
    numbers = {
        level: {name: figure.to_dict() for name, figure in pair.items()} for level, pair in by_level.items()
    }
    warnings = tuple(
        _warning(level, after, criteria.ceiling)
        for level, (before, after) in pairs.items()
        if before.p < criteria.alpha <= after.p
    )
    return Finding(NAME, TITLE, (EXPLANATION,), (table,), numbers=numbers, warnings=warnings)


def _warning(level: float, after: Accuracy, ceiling: float) -> str:
    reached = estimate(after.estimate, after.ci_low, after.ci_high)
    return (
        f"Level {level_name(level)}: the attacker is biased rather than defeated. "
        f"With class offsets refitted on validation photos it reaches {reached}, "
        f"which is not shown to be below {threshold(ceiling)}."
    )


def _row(level: str, name: str, accuracy: Accuracy) -> tuple[str, ...]:
    span = interval(accuracy.ci_low, accuracy.ci_high)
    sizes = (str(accuracy.n_agents), str(accuracy.n_items))
    return (level, name, share(accuracy.estimate), span, p_cell(accuracy.p), *sizes)
