"""The continuous sweet spot: psychometric curves over the share of the photo cut away."""

from __future__ import annotations

from msgspec.structs import replace

from stats.apa import interval, number, p_cell, p_value, sentence, share, threshold
from stats.psychophysics.crop_axis import AXES, EXPLAINED
from stats.psychophysics.observer_curves import Curve
from stats.psychophysics.sweet_region import SweetRegion, sweet_region
from stats.psychophysics.thresholds import Place
from stats.report.blocks import Picture, Table
from stats.report.finding import Finding
from stats.secondary.material import Material
from stats.table.guessing import ALIKE

NAME, TITLE = "curves", "Continuous sweet spot"
NOWHERE = "at no place are both shown, the machine below the ceiling and people above the floor"
CAPTION = "Psychometric curves of people and machine with bootstrap bands, and where they cross."


def find(material: Material) -> Finding:
    """Fit both curves and find where people still are above the floor and the machine is not.

    Raises
    ------
    TableError
        When neither people nor the machine were tested at three levels or more.
    """
    criteria = material.criteria
    region = sweet_region(
        material.trials,
        floor=criteria.floor,
        ceiling=criteria.ceiling,
        competence=criteria.competence,
        alpha=criteria.alpha,
        resamples=material.resamples,
        seed=material.seed,
        mode=material.mode,
        chance=material.chance,
    )
    from stats.figures import curves_figure, svg  # matplotlib only where figures are drawn

    picture = Picture("curves", CAPTION, svg(curves_figure(region)))
    return replace(region_finding(region), pictures=(picture,))


def region_finding(region: SweetRegion) -> Finding:
    """Return the places and the curves of a continuous sweet spot, as they are printed."""
    curves = [_curve(name, curve) for name, curve in region.curves.items()]
    tables = (
        _crossings(region),
        Table.of(
            "Fitted curves", ("Curve", "Centre mu", "Width s", "Lapse rate", "Deviance", "p of fit"), curves
        ),
        _levels(region),
    )
    sentences = (
        _certified(region),
        f"Axis: {AXES[region.axis]}; {EXPLAINED[region.axis]}.",
        *map(sentence, region.reasons),
        *_guessing(region),
        *(_fit(name, curve) for name, curve in region.curves.items()),
        *map(sentence, region.warnings),
    )
    return Finding(NAME, TITLE, sentences, tables, numbers=region.to_dict())


def _certified(region: SweetRegion) -> str:
    method = f"Two-way bootstrap over people or networks and photos, {region.resamples} resamples."
    if region.certified is None:
        why = "see below" if region.reasons else NOWHERE
        return f"No certified region: {why}. {method}"
    low, high = region.certified
    return (
        f"Certified region: {share(low)} to {share(high)} on the axis “{AXES[region.axis]}”; there the "
        f"machine is shown to be below the ceiling and people above the floor. {method}"
    )


def _guessing(region: SweetRegion) -> list[str]:
    """Say what the curves fall to where it is not one share of as many answers as classes."""
    return [
        f"The curve of {name} falls to guessing at {share(of.rate)} ({of.source})."
        for name, of in region.guessing.items()
        if name in region.curves and of.source != ALIKE
    ]


def _fit(name: str, curve: Curve) -> str:
    """Say whether a curve describes the levels."""
    missed = ", ".join(share(x) for x in curve.fit.missed)
    passes = (
        f"leaves the interval of the level at {missed}" if missed else "passes through every level's interval"
    )
    p = "the answers do not vary" if curve.fit.p is None else f"bootstrap p {p_value(curve.fit.p)}"
    return f"The curve of {name} {passes}; deviance {number(curve.fit.deviance)} against the levels, {p}."


def _levels(region: SweetRegion) -> Table:
    rows = [
        (name, share(x), share(observed), interval(low, high), share(through))
        for name, curve in region.curves.items()
        for x, observed, low, high, through in zip(
            curve.x, curve.observed, curve.observed_low, curve.observed_high, curve.through, strict=True
        )
    ]
    caption = f"Each level on the axis “{AXES[region.axis]}”, with its own interval, and the curve there"
    return Table.of(caption, ("Observers", "Place", "Accuracy", "Interval", "Curve"), rows)


def _crossings(region: SweetRegion) -> Table:
    criteria = region.criteria
    places = {
        f"people fall below the floor {threshold(criteria.floor)}": region.x_human,
        f"machine falls below the ceiling {threshold(criteria.ceiling)}": region.x_machine,
        "gap is largest": region.x_best,
    }
    rows = [(name, *_place(place)) for name, place in places.items() if place]
    caption = (
        f"Places on the axis “{AXES[region.axis]}”; none lies outside the levels that its side was tested at"
    )
    return Table.of(caption, ("Where", "Estimate", "Interval from", "to"), rows)


def _place(place: Place) -> tuple[str, str, str]:
    estimate = "outside the range" if place.estimate is None else share(place.estimate)
    low = "below the range" if place.ci_low is None else share(place.ci_low)
    high = "beyond the range" if place.ci_high is None else share(place.ci_high)
    return estimate, low, high


def _curve(name: str, curve: Curve) -> tuple[str, ...]:
    fit = (number(curve.fit.deviance), p_cell(curve.fit.p))
    tested = min(curve.x) <= curve.mu <= max(curve.x)
    centre = number(curve.mu, 3) if tested else "outside the range"
    return (name, centre, number(curve.s, 3), share(curve.lapse), *fit)
