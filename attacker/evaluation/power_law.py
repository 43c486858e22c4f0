"""How error falls with more training photos, and what twice as many would still bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.optimize import nnls

from attacker.errors import DataError

Floats = NDArray[np.float64]

_SLOPES = np.linspace(0.05, 2.5, 50)
_FLOORS = 801  # steps over which an interval looks for the floor
_LEAST_SIZES = 4


@dataclass(frozen=True)
class PowerLaw:
    """Error = a n^-b + c.

    Parameters
    ----------
    a, b, c
        Scale, slope and floor; none is negative.
    """

    a: float
    b: float
    c: float

    def error(self, size: ArrayLike) -> Floats:
        """Return the error expected after `size` training photos."""
        result: Floats = self.a * np.asarray(size, dtype=np.float64) ** -self.b + self.c
        return result

    def gain(self, size: float) -> float:
        """Return by how much error would fall from `size` to twice as many photos."""
        return float(self.error(size) - self.error(2 * size))


@dataclass(frozen=True)
class Improvement:
    """Can the machine still improve?

    Parameters
    ----------
    law
        Fitted to all runs.
    size
        Largest training set, in photos.
    gain
        Expected fall in error at twice `size`.
    low, high
        Profile interval of the gain.
    floor_low, floor_high
        The same for the asymptote, `law.c`: the error that photos without end would leave.
    confidence
        Its nominal coverage.
    """

    law: PowerLaw
    size: float
    gain: float
    low: float
    high: float
    floor_low: float
    floor_high: float
    confidence: float

    def is_exhausted(self, epsilon: float) -> bool:
        """Whether even the interval's upper end is below what would matter, `epsilon`."""
        return self.high < epsilon


def fit_power_law(sizes: ArrayLike, errors: ArrayLike) -> PowerLaw:
    """Fit error = a n^-b + c by least squares.

    For each slope on a fine grid the best a and c that are not negative are found exactly, so there is
    no starting point to choose and no local minimum to fall into.

    Parameters
    ----------
    sizes
        Training photos of each run, [m], at least four different ones.
    errors
        Their errors in [0, 1], [m].

    Returns
    -------
    PowerLaw
        Slope in [0.05, 2.5].

    Raises
    ------
    DataError
        If there are too few sizes or values out of range.

    References
    ----------
    Viering and Loog (2023), The Shape of Learning Curves: A Review, IEEE TPAMI 45(6).
    """
    n, y = _checked(sizes, errors)
    scale = n.max()  # a is fitted at the largest size, where the two columns are alike in size
    fits = [nnls(np.stack([(n / scale) ** -b, np.ones_like(n)], 1), y) for b in _SLOPES]
    best = int(np.argmin([residual for _, residual in fits]))
    (a, c), b = fits[best][0], float(_SLOPES[best])
    return PowerLaw(float(a * scale**b), b, float(c))


def improvement(sizes: ArrayLike, errors: ArrayLike, *, confidence: float = 0.95) -> Improvement:
    """Return the gain expected from twice the data, with its interval.

    An interval holds every value for which some law fits not significantly worse than the best one (F test
    with 1 and S R - 3 degrees of freedom). A bootstrap would draw from three repetitions: it is narrow by
    construction, and narrower still where the best law lies at a limit of its parameters.

    Parameters
    ----------
    sizes
        Training photos, [S].
    errors
        Error of each size and repetition, [S, R]; repetitions differ in seed and subset.
    confidence
        Nominal coverage of the interval.

    Returns
    -------
    Improvement
        With the fit to all runs.

    Raises
    ------
    DataError
        If there are fewer than two repetitions, or as in `fit_power_law`.

    References
    ----------
    Bates and Watts (1988), Nonlinear Regression Analysis and Its Applications, ch. 6 (profile intervals).
    """
    n, y = np.asarray(sizes, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    if y.ndim != 2 or len(y) != len(n) or y.shape[1] < 2:
        raise DataError(
            f"errors {y.shape} must be [sizes, repetitions], {len(n)} sizes, two repetitions at least"
        )
    runs, errors_of_runs = np.repeat(n, y.shape[1]), y.ravel()
    law, size = fit_power_law(runs, errors_of_runs), float(n.max())
    gains, floors = _not_worse(runs, errors_of_runs, law, confidence)
    return Improvement(law, size, law.gain(size), *_ends(gains), *_ends(floors), confidence)


def _ends(values: Floats) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def _not_worse(n: Floats, y: Floats, best: PowerLaw, confidence: float) -> tuple[Floats, Floats]:
    """Return gains and floors of the laws that fit not significantly worse than the best one.

    Slopes and floors lie on grids; of each pair, the smallest and the largest scale that still fit. Floors
    below 0 take part: where the truth lies at 0, an interval that stops there misses it too often.
    """
    falling = (n / n.max()) ** -_SLOPES[:, None]  # [slopes, runs]
    floors = np.linspace(-y.max(), y.max(), _FLOORS)
    above = y - floors[:, None]  # [floors, runs]
    weight = np.square(falling).sum(1)
    scale = np.maximum(above @ falling.T / weight, 0)  # [floors, slopes], the best of each pair
    misfit = np.square(above).sum(1)[:, None] + scale * (scale * weight - 2 * above @ falling.T)
    least, free = min(misfit.min(), np.square(y - best.error(n)).sum()), len(y) - 3
    allowed = least * (1 + stats.f.ppf(confidence, 1, free) / free)
    fits = misfit <= allowed
    slack = np.sqrt(np.where(fits, allowed - misfit, 0) / weight)
    scales = np.stack([np.maximum(scale - slack, 0), scale + slack])
    gains = (scales * (1 - 2.0**-_SLOPES))[:, fits].ravel()
    kept = np.maximum(floors[fits.any(1)], 0)
    return np.append(gains, best.gain(n.max())), np.append(kept, best.c)


def _checked(sizes: ArrayLike, errors: ArrayLike) -> tuple[Floats, Floats]:
    n, y = np.asarray(sizes, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    if n.ndim != 1 or n.shape != y.shape or len(np.unique(n)) < _LEAST_SIZES or n.min() <= 0:
        raise DataError(
            f"a learning curve needs {_LEAST_SIZES} different sizes above 0 and an error for each run"
        )
    if not ((y >= 0) & (y <= 1)).all():
        raise DataError("errors must be shares in [0, 1]")
    return n, y
