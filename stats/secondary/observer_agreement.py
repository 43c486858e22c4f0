"""Whether people and machine err on the same photos (error consistency)."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from stats.apa import count, level_name, number, sentence, share, signed, signed_interval
from stats.psychophysics.error_consistency import NETWORKS, Agreement, Consistency, error_consistency
from stats.report.blocks import Picture, Table
from stats.report.finding import Finding
from stats.secondary.material import Material

NAME, TITLE = "consistency", "Error consistency"
UNTOLD = "No column architecture: pairs of networks may be seeds of one network or different networks."
HEADER = (
    "Level", "Pair", "Kappa", "Interval", "Possible range", "Within classes", "Interval", "Reliability",
)  # fmt: skip
SIZES_HEADER = (
    "Level", "Pair", "Observed", "Expected", "Pairs", "Undefined", "Left out", "Fewest shared",
    "Median shared",
)  # fmt: skip
SIZES = "Agreement and what it rests on: pairs that count, pairs left out, and photos that a pair shares"
CAPTION = "Error consistency by level, over the range that the accuracies leave possible."


def find(material: Material) -> Finding:
    """Measure error consistency per level within and between people and machines.

    Parameters
    ----------
    material
        The trials with their verdict.
    """
    consistency = error_consistency(
        material.trials,
        alpha=material.criteria.alpha,
        resamples=material.consistency_resamples,
        seed=material.seed,
        mode=material.mode,
    )
    from stats.figures import consistency_figure, svg  # matplotlib only where figures are drawn

    picture = Picture("consistency", CAPTION, svg(consistency_figure(consistency.agreements)))
    return replace(agreement_finding(consistency), pictures=(picture,))


def agreement_finding(consistency: Consistency) -> Finding:
    """Return kappas per level and pair, as they are printed.

    Parameters
    ----------
    consistency
        Result of `error_consistency`.
    """
    explanation = (
        "Cohen's kappa of being right or wrong on the same photos: 0 where two observers agree as often as "
        "their accuracies alone explain, 1 where one copies the other. It is averaged over pairs that share "
        f"at least {consistency.least_shared} photos, each weighing as many as it shares. The possible range "
        "is what the pairs' accuracies allow; within classes is kappa beyond what the accuracies of each "
        "class explain; reliability is how well the kappas on half of the photos tell those on the other "
        "half. Kappa is undefined (–) where two observers are always right or always wrong. Intervals: "
        f"bootstrap over photos and observers, {consistency.resamples} resamples."
    )
    agreements = consistency.agreements
    return Finding(
        NAME,
        TITLE,
        (explanation, *_repeats(consistency), *_untold(agreements), *_missing(agreements)),
        (
            Table.of("Error consistency by level and pair", HEADER, map(_row, agreements)),
            Table.of(SIZES, SIZES_HEADER, map(_sizes, agreements)),
        ),
        numbers=consistency.to_dict(),
    )


def _repeats(consistency: Consistency) -> list[str]:
    if not consistency.repeated:
        return []
    repeated = count(consistency.repeated, "answer repeats", "answers repeat")
    return [f"{repeated} an observer, photo and level: the answers of an observer to a photo are averaged."]


def _untold(agreements: Sequence[Agreement]) -> list[str]:
    """Say where pairs of networks may be seeds or architectures."""
    untold = any(agreement.pair == NETWORKS and not agreement.networks for agreement in agreements)
    return [UNTOLD] if untold else []


def _missing(agreements: Sequence[Agreement]) -> list[str]:
    """Say why a kappa or its interval is missing, once for all levels and pairs of one reason."""
    places: dict[str, list[str]] = {}
    for agreement in agreements:
        if agreement.reason:
            lacking = "no kappa" if agreement.kappa is None else "no interval"
            place = f"level {level_name(agreement.crop_level)}, {agreement.name}"
            places.setdefault(f"{lacking}; {agreement.reason}", []).append(place)
    return [sentence(f"{'; '.join(where)}: {reason}") for reason, where in places.items()]


def _row(agreement: Agreement) -> tuple[str, ...]:
    return (
        level_name(agreement.crop_level),
        agreement.name,
        signed(agreement.kappa),
        signed_interval(agreement.ci_low, agreement.ci_high),
        signed_interval(agreement.bound_low, agreement.bound_high),
        signed(agreement.within_class),
        signed_interval(agreement.within_low, agreement.within_high),
        signed(agreement.reliability, 2),
    )


def _sizes(agreement: Agreement) -> tuple[str, ...]:
    return (
        level_name(agreement.crop_level),
        agreement.name,
        share(agreement.observed),
        share(agreement.expected),
        str(agreement.n_pairs),
        str(agreement.n_undefined),
        str(agreement.n_left_out),
        number(agreement.shared_least, 0),
        number(agreement.shared_median, 1),
    )
