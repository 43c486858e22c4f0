"""`predictor`: curve and threshold along a property of the trial, such as visibility, in place of levels."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from functools import partial

import pandas as pd

from stats.apa import UNDEFINED, estimate, number, number_interval, p_value, percent, sentence, share
from stats.apa import threshold as set_share
from stats.commands.options import add_chance, add_guessing, add_outputs, add_tables, add_thresholds
from stats.commands.output import rows_section, write_figure, write_json
from stats.designs.trial_predictor import RESAMPLES, Axis, PredictorCurve, PredictorStudy, predictor_study
from stats.psychophysics.thresholds import Place
from stats.report.blocks import Section, Table
from stats.report.plain import to_text
from stats.table.design_columns import PREDICTOR
from stats.table.guessing import declared_rates
from stats.table.read import read_all, read_trials

DIGITS = 3
CURVES_HEADER = (
    "Observers",
    "Accuracy",
    "Threshold",
    "from",
    "to",
    "Centre",
    "from",
    "to",
    "Width",
    "Interval",
    "Lapse",
)
SIZES_HEADER = ("Observers", "Number", "Photos", "Trials", "Without a value", "Guessing")
BINS_HEADER = ("Observers", "Place", "Accuracy", "Curve")


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    add_tables(parser)
    parser.add_argument(
        "--predictor", default=PREDICTOR.name, metavar="COLUMN", help=f"its column (default {PREDICTOR.name})"
    )
    parser.add_argument("--falls", action="store_true", help="accuracy falls where it rises (default: rises)")
    parser.add_argument("--log", action="store_true", help="equal ratios of it are equal steps, as of sizes")
    add_thresholds(parser)
    add_guessing(parser)
    add_chance(parser, RESAMPLES)
    add_outputs(parser, figure=True)


def run(args: Namespace) -> str:
    """Return curves and thresholds as text."""
    trials = read_all(args.tables, partial(read_trials, also=[args.predictor], levels=False))
    study = _study(trials, args)
    if args.json:
        write_json(args.json, study.to_dict())
    if args.figure:
        from stats.figures import predictor_figure  # matplotlib only where a figure is wanted

        write_figure(args.figure, predictor_figure(study))
    return to_text([predictor_section(study), rows_section(trials, args.mode)])


def _study(trials: pd.DataFrame, args: Namespace) -> PredictorStudy:
    return predictor_study(
        trials,
        Axis(args.predictor, args.falls, args.log),
        floor=args.floor,
        ceiling=args.ceiling,
        alpha=args.alpha,
        resamples=args.resamples,
        seed=args.seed,
        chance=declared_rates(args.chance),
        mode=args.mode,
    )


def predictor_section(study: PredictorStudy) -> Section:
    """Return curves along a predictor as they are printed."""
    curves, column = study.curves.items(), study.axis.column
    sentences = (
        _explanation(study),
        *(f"No curve of {name}: {sentence(reason)}" for name, reason in study.reasons.items()),
        *map(sentence, study.warnings),
        *(_fit(name, of) for name, of in curves),
        *(sentence(f"{name}: {warning}") for name, of in curves for warning in of.warnings),
    )
    sizes = [
        (name, *map(str, numbers), f"{share(of.guessing.rate)} ({of.guessing.source})")
        for name, of in curves
        for numbers in [(of.n_agents, of.n_items, of.n_trials, of.left_out)]
    ]
    stretches = [row for of in curves for row in _bins(*of)]
    tables = (
        Table.of(f"Thresholds and curves, in units of {column}", CURVES_HEADER, [_row(*of) for of in curves]),
        Table.of("What they rest on", SIZES_HEADER, sizes),
        Table.of("Each stretch, with its own interval", BINS_HEADER, stretches),
    )
    return Section(f"Accuracy along {column}", sentences, tables)


def _explanation(study: PredictorStudy) -> str:
    axis = study.axis
    return (
        f"Accuracy {'falls' if axis.falls else 'rises'} with {axis.column}"
        f"{', in equal ratios' if axis.logarithmic else ''}. Trials are sorted into stretches of the "
        "predictor that hold every class, each class weighing the same; the curve is that of crop levels. "
        f"{percent(study.alpha)} intervals over new people or networks and new photos, by a two-way "
        f"bootstrap of {study.resamples} resamples. Nothing is said outside the values that were shown "
        f"({UNDEFINED})."
    )


def _fit(name: str, of: PredictorCurve) -> str:
    fit = of.curve.fit
    missed = f"leaves the intervals of {len(fit.missed)} of {len(of.curve.x)} stretches"
    passes = missed if fit.missed else "passes through the interval of every stretch"
    p = "the answers do not vary" if fit.p is None else f"bootstrap p {p_value(fit.p)}"
    return f"The curve of {name} {passes}; deviance {number(fit.deviance)} against the stretches, {p}."


def _row(name: str, of: PredictorCurve) -> tuple[str, ...]:
    place: Place = of.threshold
    return (
        name,
        set_share(of.accuracy),
        *(number(x, DIGITS) for x in (place.estimate, place.ci_low, place.ci_high)),
        *(number(x, DIGITS) for x in (of.centre.estimate, of.centre.ci_low, of.centre.ci_high)),
        number(of.curve.s, DIGITS),
        number_interval(of.s_low, of.s_high, DIGITS),
        share(of.curve.lapse),
    )


def _bins(name: str, of: PredictorCurve) -> list[tuple[str, ...]]:
    curve = of.curve
    columns = (curve.x, curve.observed, curve.observed_low, curve.observed_high, curve.through)
    return [
        (name, number(x, DIGITS), estimate(observed, low, high), share(through))
        for x, observed, low, high, through in zip(*columns, strict=True)
    ]
