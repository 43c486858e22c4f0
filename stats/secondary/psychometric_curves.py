"""The continuous sweet spot: psychometric curves over the share of the photo cut away."""

from __future__ import annotations

from stats.apa import number, sentence, share, threshold
from stats.figures import curves_figure, svg
from stats.psychophysics.observer_curves import Curve
from stats.psychophysics.sweet_region import SweetRegion, sweet_region
from stats.psychophysics.thresholds import Place
from stats.report.blocks import Picture, Table
from stats.report.finding import Finding
from stats.secondary.material import Material

NAME, TITLE = "curves", "Continuous sweet spot"
AXES = {"crop_fraction": "share of the photo cut away", "crop_level": "crop level"}
CAPTION = "Psychometric curves of people and machine with bootstrap bands, and where they cross."


def find(material: Material) -> Finding:
    """Fit both curves and find where people still are above the floor and the machine is not.

    Parameters
    ----------
    material
        The trials with their verdict.

    Raises
    ------
    TableError
        When there are fewer than three levels of people or of the machine.
    """
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
    return region_finding(region)


def region_finding(region: SweetRegion) -> Finding:
    """Return the places, the curves and the figure of a continuous sweet spot, as they are printed.

    Parameters
    ----------
    region
        Result of `sweet_region`.
    """
    curves = [_curve("people", region.human), _curve("machine", region.machine)]
    tables = (
        _crossings(region),
        Table.of("Fitted curves", ("Curve", "Centre mu", "Width s", "Lapse rate"), curves),
    )
    picture = Picture("curves", CAPTION, svg(curves_figure(region)))
    sentences = (_certified(region), *map(sentence, region.warnings))
    return Finding(NAME, TITLE, sentences, tables, (picture,), region.to_dict())


def _certified(region: SweetRegion) -> str:
    axis = AXES[region.axis]
    method = f"Two-way bootstrap over people or seeds and photos, {region.resamples} resamples."
    if region.certified is None:
        return (
            "No certified region: at no place are both shown, the machine below the ceiling and people above "
            f"the floor. {method}"
        )
    low, high = region.certified
    return (
        f"Certified region: {share(low)} to {share(high)} on the axis “{axis}”; there the machine is shown "
        f"to be below the ceiling and people above the floor. {method}"
    )


def _crossings(region: SweetRegion) -> Table:
    criteria = region.criteria
    places = {
        f"people fall below the floor {threshold(criteria.floor)}": region.x_human,
        f"machine falls below the ceiling {threshold(criteria.ceiling)}": region.x_machine,
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


def _curve(name: str, curve: Curve) -> tuple[str, ...]:
    return (name, number(curve.mu, 3), number(curve.s, 3), share(curve.lapse))
