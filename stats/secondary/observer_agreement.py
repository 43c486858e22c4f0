"""Whether people and machine err on the same photos (error consistency)."""

from __future__ import annotations

from collections.abc import Sequence

from stats.apa import level_name, share, signed, signed_interval
from stats.figures import consistency_figure, svg
from stats.psychophysics.error_consistency import Agreement, error_consistency
from stats.report.blocks import Picture, Table
from stats.report.finding import Finding
from stats.secondary.material import Material

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
CAPTION = "Error consistency by level, over the range that the accuracies leave possible."


def find(material: Material) -> Finding:
    """Measure error consistency per level within and between people and machines.

    Parameters
    ----------
    material
        The trials with their verdict.
    """
    resamples = _resamples(material)
    agreements = error_consistency(
        material.trials,
        alpha=material.criteria.alpha,
        resamples=resamples,
        seed=material.seed,
        mode=material.mode,
    )
    return agreement_finding(agreements, resamples)


def agreement_finding(agreements: Sequence[Agreement], resamples: int) -> Finding:
    """Return kappas per level and pair with their figure, as they are printed.

    Parameters
    ----------
    agreements
        Results of `error_consistency`.
    resamples
        Resamples of their intervals.
    """
    explanation = (
        "Cohen's kappa of being right or wrong on the same photos, averaged over pairs of observers. The "
        "possible range is what the pair's accuracies allow; kappa is undefined (–) where two observers are "
        "always right or always wrong. Intervals: bootstrap over photos and observers, "
        f"{resamples} resamples."
    )
    rows = [_row(agreement) for agreement in agreements]
    return Finding(
        NAME,
        TITLE,
        (explanation, *_missing_intervals(agreements)),
        (Table.of("Error consistency by level and pair", HEADER, rows),),
        (Picture("consistency", CAPTION, svg(consistency_figure(agreements))),),
        [agreement.to_dict() for agreement in agreements],
    )


def _missing_intervals(agreements: Sequence[Agreement]) -> list[str]:
    """Say why an interval is missing where kappa itself is known."""
    return [
        f"Level {level_name(agreement.crop_level)}, {agreement.pair}: no interval; {agreement.reason}."
        for agreement in agreements
        if agreement.kappa is not None and agreement.reason
    ]


def _resamples(material: Material) -> int:
    """Return fewer resamples for very many pairs, whose mean varies little between resamples."""
    agents = sum(
        max((level.n_agents for level in side), default=0)
        for side in (material.coded.human, material.coded.machine)
    )
    affordable = MOST_KAPPAS // max(agents * (agents - 1) // 2, 1)
    return min(max(affordable, FEWEST), material.consistency_resamples)


def _row(agreement: Agreement) -> tuple[str, ...]:
    return (
        level_name(agreement.crop_level),
        agreement.pair,
        signed(agreement.kappa),
        signed_interval(agreement.ci_low, agreement.ci_high),
        signed_interval(agreement.bound_low, agreement.bound_high),
        share(agreement.observed),
        share(agreement.expected),
        str(agreement.n_pairs),
        str(agreement.n_undefined),
    )
