"""The continuous sweet spot: psychometric curves over the share of the photo cut away."""

from __future__ import annotations

from stats.apa import number, share
from stats.psychophysics.sweet_region import Curve, SweetRegion, sweet_region
from stats.psychophysics.thresholds import Place
from stats.report.blocks import Picture, Table
from stats.report.finding import Finding, Material

NAME, TITLE = "curves", "Continuous sweet spot"
AXES = {"crop_fraction": "share of the photo cut away", "crop_level": "crop level"}


def find(material: Material) -> Finding:
    """Fit both curves and find where people still are above the floor and the machine is not.

    Raises
    ------
    TableError
        When there are fewer than three levels of people or of the machine.
    """
    from stats.figures import curves_figure, svg

    criteria = material.criteria
    region = sweet_region(
        material.trials,
        floor=criteria.floor,
        ceiling=criteria.ceiling,
        alpha=criteria.alpha,
        resamples=material.resamples,
        seed=material.seed,
        mode=material.mode,
    )
    caption = "Psychometric curves of people and machine with bootstrap bands, and where they cross."
    picture = Picture("curves", caption, svg(curves_figure(region)))
    tables = (_crossings(region), _parameters(region))
    said = (_certified(region), *(f"{warning[:1].upper()}{warning[1:]}." for warning in region.warnings))
    return Finding(NAME, TITLE, said, tables, (picture,), region.to_dict())


def _certified(region: SweetRegion) -> str:
    axis = AXES[region.axis]
    drawn = f"Two-way bootstrap over people or seeds and photos, {region.resamples} resamples."
    if region.certified is None:
        return (
            "No certified region: there is no place where the machine surely is below the ceiling and "
            f"people surely are above the floor. {drawn}"
        )
    low, high = region.certified
    return (
        f"Certified region: {share(low)} to {share(high)} on the axis “{axis}”; there the machine surely is "
        f"below the ceiling and people surely are above the floor. {drawn}"
    )


def _crossings(region: SweetRegion) -> Table:
    criteria = region.criteria
    places = {
        f"people fall through the floor {share(criteria.floor, 2)}": region.x_human,
        f"machine falls through the ceiling {share(criteria.ceiling, 2)}": region.x_machine,
        "gap is largest": region.x_best,
    }
    rows = [(name, *_place(place)) for name, place in places.items()]
    caption = f"Places on the axis “{AXES[region.axis]}”; nothing is extrapolated beyond the tested range"
    return Table.of(caption, ("Where", "Estimate", "Interval from", "to"), rows)


def _place(place: Place) -> tuple[str, str, str]:
    estimate = "outside the range" if place.estimate is None else share(place.estimate)
    low = "below the range" if place.ci_low is None else share(place.ci_low)
    high = "beyond the range" if place.ci_high is None else share(place.ci_high)
    return estimate, low, high


def _parameters(region: SweetRegion) -> Table:
    rows = [_curve("people", region.human), _curve("machine", region.machine)]
    return Table.of("Fitted curves", ("Curve", "Centre mu", "Width s", "Lapse rate"), rows)


def _curve(name: str, curve: Curve) -> tuple[str, ...]:
    return (name, number(curve.mu, 3), number(curve.s, 3), share(curve.lapse))
