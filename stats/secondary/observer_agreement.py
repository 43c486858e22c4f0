"""Whether people and machine err on the same photos (error consistency)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from stats.agreement.agreement_results import Agreement, Consistency
from stats.agreement.copying import MOST_APART
from stats.agreement.error_consistency import error_consistency
from stats.agreement.kappa_differences import KappaDifference
from stats.agreement.pair_kinds import NETWORKS
from stats.apa import (
    count,
    interval,
    level_name,
    number,
    p_cell,
    sentence,
    share,
    signed,
    signed_interval,
    threshold,
)
from stats.report.blocks import Picture, Table
from stats.report.finding import Finding
from stats.secondary.material import Material
from stats.table.guessing import asks_yes_no, by_question

NAME, TITLE = "consistency", "Error consistency"
UNTOLD = (
    "No column architecture: pairs of networks may be seeds of one network or different networks, and no two "
    "networks are compared in their agreement with people."
)
HEADER = (
    "Level", "Pair", "Kappa", "Interval", "Possible range", "Within classes", "Interval", "Reliability",
)  # fmt: skip
SIZES_HEADER = (
    "Level", "Pair", "Observed", "Expected", "Pairs", "Undefined", "Left out", "Fewest shared",
    "Median shared",
)  # fmt: skip
SIZES = "Agreement and what it rests on: pairs that count, pairs left out, and photos that a pair shares"
COPIED_HEADER = ("Level", "Pair", "Kappa", "In words")
COPIED = "Kappa as copying: on how many photos it is as if one observer copied the other"
DIFFERENCES_HEADER = ("Level", "Pair", "Less", "Difference", "Interval", "p", "p, Holm")
DIFFERENCES = "Differences of kappa: the first pair less the second"
COPYING = (
    "Kappa can be read as copying (Klein et al. 2025): on that share of the photos one observer takes over "
    "whether the other is right, and elsewhere answers independently. For equal accuracies this is exact, "
    "the share is kappa, and it does not matter who copies; it is given where who copies changes it by at "
    f"most {threshold(MOST_APART)}, and never for a negative kappa. It says how much two observers agree, "
    "not that anyone copied."
)
CAPTION = "Error consistency by level, over the range that the accuracies leave possible."


def find(material: Material) -> Finding:
    """Measure error consistency per level within and between people and machines."""
    asked = asks_yes_no(material.trials)
    consistency = error_consistency(
        by_question(material.trials) if asked else material.trials,
        alpha=material.criteria.alpha,
        resamples=material.consistency_resamples,
        seed=material.seed,
        mode=material.mode,
    )
    from stats.figures import consistency_figure, svg  # matplotlib only where figures are drawn

    picture = Picture("consistency", CAPTION, svg(consistency_figure(consistency.agreements)))
    return replace(agreement_finding(consistency), pictures=(picture,))


EXPLANATION = (
    "Cohen's kappa of being right or wrong on the same photos: 0 where two observers agree as often as "
    "their accuracies alone explain, 1 where one copies the other. It is averaged over pairs that share "
    "at least {least_shared} photos, each weighing as many as it shares. The possible range is what the "
    "pairs' accuracies allow; within classes is kappa beyond what the accuracies of each class explain; "
    "reliability is how well the kappas on half of the photos tell those on the other half. Kappa is "
    "undefined (–) where two observers are always right or always wrong. Intervals: bootstrap over photos "
    "and observers, {resamples} resamples."
)


def agreement_finding(consistency: Consistency) -> Finding:
    """Return kappas per level and pair, as they are printed.

    Parameters
    ----------
    consistency
        Result of `error_consistency`.
    """
    agreements = consistency.agreements
    tables = (
        Table.of("Error consistency by level and pair", HEADER, map(_row, agreements)),
        Table.of(COPIED, COPIED_HEADER, map(_copied, agreements)),
        *_differences(consistency),
        Table.of(SIZES, SIZES_HEADER, map(_sizes, agreements)),
    )
    return Finding(NAME, TITLE, tuple(_sentences(consistency)), tables, numbers=consistency.to_dict())


def _sentences(consistency: Consistency) -> Iterator[str]:
    yield EXPLANATION.format(least_shared=consistency.least_shared, resamples=consistency.resamples)
    yield from map(sentence, consistency.warnings)
    yield from _repeats(consistency)
    yield from _untold(consistency.agreements)
    yield from _missing(consistency.agreements)
    yield COPYING
    yield from _about_differences(consistency)


def _about_differences(consistency: Consistency) -> list[str]:
    """Say how differences were tested, where there are any."""
    if not consistency.differences:
        return []
    compared = count(len(consistency.differences), "difference", "differences")
    return [
        f"Kappas are compared at each level ({compared}): people with each network against people among "
        "themselves, and people with one network against the same people with another.",
        "Both kappas of a difference are resampled together, so that the photos and people that they share "
        "cancel out. The standard error is that of the resamples, with degrees of freedom by Satterthwaite; "
        "p is two-sided, and corrected for all of them by Holm.",
        "A network that stands alone in its kind is not resampled: the difference is about that network.",
    ]


def _differences(consistency: Consistency) -> list[Table]:
    if not consistency.differences:
        return []
    return [Table.of(DIFFERENCES, DIFFERENCES_HEADER, map(_difference, consistency.differences))]


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


def _copied(agreement: Agreement) -> tuple[str, ...]:
    copying = agreement.copying
    words = copying.reason
    if copying.share is not None:
        between = "" if copying.low is None else f" {interval(copying.low, copying.high)}"
        words = f"as if one copied {share(copying.share)}{between} of the answers of the other"
    return level_name(agreement.crop_level), agreement.name, signed(agreement.kappa), words


def _difference(difference: KappaDifference) -> tuple[str, ...]:
    return (
        level_name(difference.crop_level),
        difference.first,
        difference.second,
        signed(difference.estimate),
        signed_interval(difference.ci_low, difference.ci_high),
        p_cell(difference.p),
        p_cell(difference.p_holm),
    )
