"""Do people and machine stumble over the same photos?"""

from __future__ import annotations

from collections.abc import Sequence

from stats.apa import share, signed, signed_interval
from stats.figures import consistency_figure, svg
from stats.psychophysics.error_consistency import Agreement, error_consistency
from stats.report.blocks import Picture, Table
from stats.report.finding import Finding, Material

NAME, TITLE = "consistency", "Error consistency"
MOST_KAPPAS = 20_000_000  # pairs times resamples at one level: some seconds
FEWEST = 100  # resamples
HEADER = (
    "Level",
    "Pair",
    "Kappa",
    "Interval",
    "Possible range",
    "Observed",
    "Expected",
    "Pairs",
    "Undefined",
)


def find(material: Material) -> Finding:
    """Measure error consistency per level within and between people and machines."""
    resamples = _resamples(material)
    found = error_consistency(
        material.trials,
        alpha=material.criteria.alpha,
        resamples=resamples,
        seed=material.seed,
        mode=material.mode,
    )
    said = (
        "Cohen's kappa of being right or wrong on the same photos, averaged over pairs of observers. The "
        "possible range is what the pair's accuracies leave; kappa is undefined (–) where two observers are "
        "always right or always wrong. Intervals: bootstrap over photos and observers, "
        f"{resamples} resamples."
    )
    table = Table.of("Error consistency by level and pair", HEADER, [_row(one) for one in found])
    drawn = Picture(
        "consistency",
        "Error consistency by level, over the range that the accuracies leave possible.",
        svg(consistency_figure(found)),
    )
    told = (said, *_without_interval(found))
    return Finding(NAME, TITLE, told, (table,), (drawn,), [one.to_dict() for one in found])


def _without_interval(found: Sequence[Agreement]) -> list[str]:
    """Say why an interval is missing where kappa itself is known."""
    lacking = [one for one in found if one.kappa is not None and one.reason]
    return [f"Level {one.crop_level:g}, {one.pair}: no interval; {one.reason}." for one in lacking]


def _resamples(material: Material) -> int:
    """Return fewer resamples for very many pairs, which are a mean over so many that the end moves little."""
    agents = sum(
        max((level.n_agents for level in side), default=0)
        for side in (material.coded.human, material.coded.machine)
    )
    affordable = MOST_KAPPAS // max(agents * (agents - 1) // 2, 1)
    return min(max(affordable, FEWEST), material.consistency_resamples)


def _row(one: Agreement) -> tuple[str, ...]:
    return (
        f"{one.crop_level:g}",
        one.pair,
        signed(one.kappa),
        signed_interval(one.ci_low, one.ci_high),
        signed_interval(one.bound_low, one.bound_high),
        share(one.observed),
        share(one.expected),
        str(one.n_pairs),
        str(one.n_undefined),
    )
