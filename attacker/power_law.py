"""How error falls with more training photos, and what twice as many would still bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import nnls

from attacker.errors import DataError

Floats = NDArray[np.float64]

_SLOPES = np.linspace(0.05, 2.5, 50)
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
        Bootstrap percentile interval of the gain.
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


def improvement(
    sizes: ArrayLike, errors: ArrayLike, *, confidence: float = 0.95, resamples: int = 500, seed: int = 0
) -> Improvement:
    """Return the gain expected from twice the data, with its interval.

    Parameters
    ----------
    sizes
        Training photos, [S].
    errors
        Error of each size and repetition, [S, R]; repetitions differ in seed and subset.
    confidence
        Nominal coverage of the interval.
    resamples
        Bootstrap samples: repetitions are drawn anew at every size.
    seed
        Of the bootstrap.

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
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, ch. 13 (percentile interval).
    """
    n, y = np.asarray(sizes, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    if y.ndim != 2 or len(y) != len(n) or y.shape[1] < 2:
        raise DataError(
            f"errors {y.shape} must be [sizes, repetitions], {len(n)} sizes, two repetitions at least"
        )
    law = fit_power_law(np.repeat(n, y.shape[1]), y.ravel())
    random = np.random.default_rng(seed)
    laws = [_resampled(n, y, random) for _ in range(resamples)]
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = np.quantile([one.gain(n.max()) for one in laws], tails).tolist()
    floor_low, floor_high = np.quantile([one.c for one in laws], tails).tolist()
    return Improvement(law, float(n.max()), law.gain(n.max()), low, high, floor_low, floor_high, confidence)


def _resampled(sizes: Floats, errors: Floats, random: np.random.Generator) -> PowerLaw:
    picks = random.integers(0, errors.shape[1], errors.shape)
    return fit_power_law(np.repeat(sizes, errors.shape[1]), np.take_along_axis(errors, picks, axis=1).ravel())


def _checked(sizes: ArrayLike, errors: ArrayLike) -> tuple[Floats, Floats]:
    n, y = np.asarray(sizes, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    if n.ndim != 1 or n.shape != y.shape or len(np.unique(n)) < _LEAST_SIZES or n.min() <= 0:
        raise DataError(
            f"a learning curve needs {_LEAST_SIZES} different sizes above 0 and an error for each run"
        )
    if not ((y >= 0) & (y <= 1)).all():
        raise DataError("errors must be shares in [0, 1]")
    return n, y
