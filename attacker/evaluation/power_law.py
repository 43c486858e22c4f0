"""How error falls with more training photos, and by how much twice as many would still lower it."""

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
        """Return the error expected with `size` training photos, of the shape of `size`."""
        result: Floats = self.a * np.asarray(size, dtype=np.float64) ** -self.b + self.c
        return result

    def gain(self, size: float) -> float:
        """Return the fall in error from `size` to twice as many photos."""
        return float(self.error(size) - self.error(2 * size))


@dataclass(frozen=True)
class Improvement:
    """The gain that more photos can still bring, with its interval.

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
        The same for the asymptote, `law.c`: the error that remains however many photos there are.
    confidence
        Nominal coverage of the intervals.
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
        """Return whether even the upper end of the interval is below `epsilon`, what would matter."""
        return self.high < epsilon


def fit_power_law(sizes: ArrayLike, errors: ArrayLike) -> PowerLaw:
    """Fit error = a n^-b + c by least squares.

    For each slope on a fine grid the best non-negative a and c are found exactly, so that the fit needs no
    starting point and cannot end in a local minimum.

    Parameters
    ----------
    sizes
        Training photos of each run, [m], at least four different ones.
    errors
        Their errors in [0, 1], [m].

    Returns
    -------
    Slope in [0.05, 2.5].

    Raises
    ------
    DataError
        If there are too few sizes or values out of range.

    References
    ----------
    Viering and Loog (2023), The Shape of Learning Curves: A Review, IEEE TPAMI 45(6).

    Examples
    --------
    >>> sizes = np.array([25, 50, 100, 200, 400])
    >>> law = fit_power_law(sizes, 1.5 * sizes**-0.5 + 0.05)
    >>> round(law.a, 2), round(law.b, 2), round(law.c, 2)
    (1.5, 0.5, 0.05)
    """
    n, y = _checked(sizes, errors)
    scale = n.max()  # a is fitted at the largest size, where the two columns are alike in size
    fits = [nnls(np.stack([(n / scale) ** -b, np.ones_like(n)], 1), y) for b in _SLOPES]
    best = int(np.argmin([residual for _, residual in fits]))
    (a, c), b = fits[best][0], float(_SLOPES[best])
    return PowerLaw(float(a * scale**b), b, float(c))


def improvement(sizes: ArrayLike, errors: ArrayLike, *, confidence: float = 0.95) -> Improvement:
    """Return the gain expected from twice the data, with its interval.

    The interval holds every value for which some law does not fit significantly worse than the best one (F
    test with 1 and S R - 3 degrees of freedom). A bootstrap over a few repetitions is too narrow, and
    narrower still where the best law is at a limit of its parameters.

    Parameters
    ----------
    sizes
        Training photos, [S].
    errors
        Error of each size and repetition, [S, R]; repetitions differ in seed and subset.
    confidence
        Nominal coverage of the interval.

    Raises
    ------
    DataError
        If there are fewer than two repetitions, or as in `fit_power_law`.

    References
    ----------
    Bates and Watts (1988), Nonlinear Regression Analysis and Its Applications, ch. 6 (profile intervals).

    Examples
    --------
    >>> sizes = np.array([25, 50, 100, 200, 400])
    >>> errors = (1.5 * sizes**-0.5)[:, None] + np.array([-0.01, 0.0, 0.01])
    >>> result = improvement(sizes, errors)
    >>> round(result.gain, 3), result.low < result.gain < result.high
    (0.022, True)
    """
    n, y = np.asarray(sizes, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    if y.ndim != 2 or len(y) != len(n) or y.shape[1] < 2:
        raise DataError(
            f"errors {y.shape} must be [sizes, repetitions], {len(n)} sizes, two repetitions at least"
        )
    runs, errors_of_runs = np.repeat(n, y.shape[1]), y.ravel()
    law, size = fit_power_law(runs, errors_of_runs), float(n.max())
    gains, floors = _fitting_laws(runs, errors_of_runs, law, confidence)
    return Improvement(
        law,
        size,
        law.gain(size),
        low=float(gains.min()),
        high=float(gains.max()),
        floor_low=float(floors.min()),
        floor_high=float(floors.max()),
        confidence=confidence,
    )


def _fitting_laws(n: Floats, y: Floats, best: PowerLaw, confidence: float) -> tuple[Floats, Floats]:
    """Return gains and floors of the laws that do not fit significantly worse than the best one.

    Slopes and floors are on grids; of each pair, the smallest and the largest scale that still fit are taken.
    Floors below 0 are included: where the true floor is 0, an interval that ends there misses it too often.
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
    possible_floors = np.maximum(floors[fits.any(1)], 0)
    return np.append(gains, best.gain(n.max())), np.append(possible_floors, best.c)


def _checked(sizes: ArrayLike, errors: ArrayLike) -> tuple[Floats, Floats]:
    n, y = np.asarray(sizes, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    if n.ndim != 1 or n.shape != y.shape or len(np.unique(n)) < _LEAST_SIZES or n.min() <= 0:
        raise DataError(
            f"a learning curve needs {_LEAST_SIZES} different sizes above 0 and an error for each run"
        )
    if not ((y >= 0) & (y <= 1)).all():
        raise DataError("errors must be shares in [0, 1]")
    return n, y
