"""`items`: what counts of right answers by photo allow to say, and why the rest is not computed."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from stats.apa import UNDEFINED, estimate, level_name, percent, sentence, share, signed, signed_interval
from stats.commands.options import add_outputs, at_least_one
from stats.commands.output import write_json
from stats.decision.from_counts import read_counts
from stats.designs.photo_counts import RESAMPLES, PhotoAccuracy, PhotoCounts, PhotoGap, photo_counts
from stats.report.blocks import Section, Table
from stats.report.plain import to_text
from stats.table.column import names_of
from stats.table.design_columns import PHOTO_COUNTS

ACCURACIES_HEADER = ("Level", "Observers", "Accuracy", "Photos", "Answers", "Answers to a photo")
GAPS_HEADER = ("Level", "People − machine", "Interval", "Photos")
AGREEMENT_HEADER = ("Level", "r", "Interval", "Reliability of people", "of machine")
CONDITIONAL = (
    "The counts do not tell who answered: all intervals are over new photos and hold for these people and "
    "these networks only. Every class weighs the same, and within it photos weigh as the answers they got."
)
AGREEMENT = (
    "r: people's share right of a photo with the machine's, within classes, with a bootstrap interval over "
    "photos. Few answers to a photo make r small: the reliability is the share of the variance between "
    "photos that is not the chance of few answers; r hardly exceeds the square root of their product."
)


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    names = ", ".join(names_of(PHOTO_COUNTS))
    parser.add_argument("tables", nargs="+", metavar="COUNTS.csv", help=f"tables with {names}")
    parser.add_argument("--alpha", type=float, default=0.05, help="error rate of the intervals (default .05)")
    parser.add_argument(
        "--resamples",
        type=at_least_one,
        default=RESAMPLES,
        help=f"of the bootstrap over photos ({RESAMPLES})",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the generator (0)")
    add_outputs(parser, figure=False)


def run(args: Namespace) -> str:
    """Return accuracies, gaps and agreement by photo as text, and what is not computed."""
    counts = read_counts(args.tables, PHOTO_COUNTS)
    result = photo_counts(counts, alpha=args.alpha, resamples=args.resamples, seed=args.seed)
    if args.json:
        write_json(args.json, result.to_dict())
    return to_text(sections(result))


def sections(result: PhotoCounts) -> list[Section]:
    """Return what counts by photo say as it is printed.

    Parameters
    ----------
    result
        From `photo_counts`.
    """
    intervals = f"with {percent(result.alpha)} intervals"
    accuracies = Table.of(f"Accuracy, {intervals}", ACCURACIES_HEADER, map(_accuracy, result.accuracies))
    paired = f"Difference on the photos that both judged, paired by photo, {intervals}"
    gaps = Table.of(paired, GAPS_HEADER, map(_gap, result.gaps))
    agreement = Table.of("Are the same photos hard?", AGREEMENT_HEADER, map(_agreement, result.gaps))
    missing = tuple(sentence(f"{what}: {why}") for what, why in result.not_computed.items())
    cautions = tuple(map(sentence, result.warnings))
    computed = Section("Counts by photo", (CONDITIONAL, *cautions), (accuracies,))
    if result.gaps:
        paragraphs = (CONDITIONAL, AGREEMENT, *cautions)
        computed = Section("Counts by photo", paragraphs, (accuracies, gaps, agreement))
    return [computed, Section("What counts by photo do not allow", missing)]


def _accuracy(of: PhotoAccuracy) -> tuple[str, ...]:
    to_a_photo = f"{of.least}" if of.least == of.most else f"{of.least} to {of.most}"
    value = estimate(of.estimate, of.ci_low, of.ci_high)
    return (level_name(of.crop_level), of.observers, value, str(of.n_items), str(of.n_trials), to_a_photo)


def _gap(of: PhotoGap) -> tuple[str, ...]:
    span = signed_interval(of.ci_low, of.ci_high)
    level, photos = level_name(of.crop_level), str(of.n_items)
    return (level, signed(of.estimate), span, photos)


def _agreement(of: PhotoGap) -> tuple[str, ...]:
    r = UNDEFINED if of.correlation is None else signed(of.correlation)
    reliabilities = (share(of.people_reliability, 2), share(of.machine_reliability, 2))
    span = signed_interval(of.correlation_low, of.correlation_high)
    return (level_name(of.crop_level), r, span, *reliabilities)
