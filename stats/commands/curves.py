"""`curves`: psychometric curves, the continuous sweet spot and the paired gap per level."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from stats.commands.options import add_chance, add_outputs, add_tables, add_thresholds
from stats.commands.output import write_figure, write_json
from stats.inference.estimates import Gap
from stats.psychophysics.sweet_region import SweetRegion, sweet_region
from stats.psychophysics.thresholds import Place
from stats.table.read import read_all


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    add_tables(parser)
    add_thresholds(parser)
    add_chance(parser, 10_000)
    add_outputs(parser, figure=True)


def run(args: Namespace) -> str:
    """Return curves, crossings and gaps as text."""
    region = sweet_region(
        read_all(args.tables),
        floor=args.floor,
        ceiling=args.ceiling,
        alpha=args.alpha,
        resamples=args.resamples,
        seed=args.seed,
        mode=args.mode,
    )
    if args.json:
        write_json(args.json, region.to_dict())
    if args.figure:
        from stats.figures import curves_figure  # matplotlib only where a figure is wanted

        write_figure(args.figure, curves_figure(region))
    return text(region)


def text(region: SweetRegion) -> str:
    """Return the result in words."""
    criteria = region.criteria
    certified = "none" if region.certified is None else "{:.3f} to {:.3f}".format(*region.certified)
    lines = [
        f"Axis: {region.axis}; {region.resamples} two-way bootstrap resamples, seed {region.seed}",
        f"People fall through the floor {criteria.floor:g} at {_place(region.x_human)}",
        f"Machine falls through the ceiling {criteria.ceiling:g} at {_place(region.x_machine)}",
        f"Largest gap at {_place(region.x_best)}",
        f"Certified region (machine surely below, people surely above): {certified}",
    ]
    for name, curve in (("people", region.human), ("machine", region.machine)):
        check = curve.monotone
        lines.append(
            f"Curve of {name}: mu {curve.mu:.3f}, s {curve.s:.3f}, lapse {curve.lapse:.3f}; "
            f"largest rise {check.largest_rise:.3f} (p {check.p:.3f})"
        )
    lines += [f"Gap at {x:.3f}: {_gap(gap)}" for x, gap in zip(region.x, region.gaps, strict=True)]
    return "\n".join([*lines, *(f"Warning: {warning}." for warning in region.warnings)])


def _place(place: Place) -> str:
    estimate = "no place in the tested range" if place.estimate is None else f"{place.estimate:.3f}"
    low = "below the range" if place.ci_low is None else f"{place.ci_low:.3f}"
    high = "beyond the range" if place.ci_high is None else f"{place.ci_high:.3f}"
    return f"{estimate} [{low}, {high}]"


def _gap(gap: Gap | None) -> str:
    if gap is None:
        return "no photo judged by both"
    size = f"{gap.n_first} people, {gap.n_second} seeds, {gap.n_items} photos"
    told = "; conditional on this one trained network" if gap.conditional else ""
    return f"{gap.estimate:+.3f} [{gap.ci_low:+.3f}, {gap.ci_high:+.3f}] ({size}{told})"
