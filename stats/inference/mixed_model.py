"""Linear mixed model with two crossed random intercepts (people and photos), by restricted likelihood.

Crossed effects are often fitted as one dense group, which is cubic in the number of trials. The mixed-model
equations solved here are cubic in people plus photos.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg, optimize, sparse

from stats.table.arrays import FloatArray, IntArray


@dataclass(frozen=True)
class CrossedFit:
    """Fitted model ``y = X b + person + photo + error``.

    Attributes
    ----------
    effects : (p,) fixed effects b, in units of y
    covariance : (p, p) of the fixed effects
    sd_first, sd_second, sd_error : standard deviations of people, photos and error, in units of y
    """

    effects: FloatArray
    covariance: FloatArray
    sd_first: float
    sd_second: float
    sd_error: float


def fit_crossed(y: FloatArray, design: FloatArray, first: IntArray, second: IntArray) -> CrossedFit:
    """Fit the model by restricted maximum likelihood (REML).

    Parameters
    ----------
    y : (n,) float
        Outcome.
    design : (n, p) float
        Fixed effects, of full rank.
    first, second : (n,) int
        Codes of person and photo of each trial.

    References
    ----------
    Henderson (1953), Estimation of variance and covariance components, Biometrics 9.
    Bates, Maechler, Bolker & Walker (2015), Fitting linear mixed-effects models using lme4, J. Stat. Softw.
    67.

    Examples
    --------
    Thirty people judge forty photos; every outcome is 2 plus the effects of person and photo and an error.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> person, photo = (index.ravel() for index in np.indices((30, 40)))
    >>> y = 2 + rng.normal(0, 0.5, 30)[person] + rng.normal(0, 0.3, 40)[photo] + rng.normal(0, 0.2, 1200)
    >>> fit = fit_crossed(y, np.ones((1200, 1)), person, photo)
    >>> fit.effects.round(1).tolist(), round(fit.sd_first, 1), round(fit.sd_second, 1), round(fit.sd_error, 1)
    ([2.0], 0.4, 0.3, 0.2)
    """
    model = _Equations.of(y, design, first, second)
    start = np.log([0.5, 0.5])
    optimum = optimize.minimize(
        model.criterion, start, method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-6}
    )
    return model.solution(optimum.x)


@dataclass(frozen=True)
class _Equations:
    """Cross products of all effects: fixed ones first, then people, then photos.

    Attributes
    ----------
    gram, right, squares : of the effects with each other, (q, q), with y, (q,), and of y with itself
    n : number of trials
    sizes : numbers of fixed effects, people and photos
    """

    gram: FloatArray
    right: FloatArray
    squares: float
    n: int
    sizes: tuple[int, int, int]

    @classmethod
    def of(cls, y: FloatArray, design: FloatArray, first: IntArray, second: IntArray) -> _Equations:
        codes = [np.unique(code, return_inverse=True)[1] for code in (first, second)]
        rows, ones = np.arange(y.size), np.ones(y.size)
        effects = [sparse.csr_array((ones, (rows, code))) for code in codes]
        every = sparse.csr_array(sparse.hstack([sparse.csr_array(design), *effects]))
        sizes = (design.shape[1], effects[0].shape[1], effects[1].shape[1])
        return cls(
            (every.T @ every).toarray(), np.asarray(every.T @ y, dtype=float), float(y @ y), y.size, sizes
        )

    def _factor(self, log_ratio: FloatArray) -> tuple[FloatArray, FloatArray, float]:
        """Return Cholesky factor, solution and penalised residual sum for log(sd / sd_error)."""
        ratio = np.exp(2 * np.clip(log_ratio, -12, 12))
        penalty = np.concatenate(
            [
                np.zeros(self.sizes[0]),
                *(np.full(k, 1 / r) for k, r in zip(self.sizes[1:], ratio, strict=True)),
            ]
        )
        factor = linalg.cholesky(self.gram + np.diag(penalty), lower=True)
        half = linalg.solve_triangular(factor, self.right, lower=True)
        return factor, half, self.squares - float(half @ half)

    def criterion(self, log_ratio: FloatArray) -> float:
        """Return -2 log restricted likelihood, up to a constant."""
        factor, _, residual = self._factor(log_ratio)
        random = 2 * float(np.clip(log_ratio, -12, 12) @ np.array(self.sizes[1:]))
        free = self.n - self.sizes[0]
        return 2 * float(np.log(np.diag(factor)).sum()) + random + free * float(np.log(residual / free))

    def solution(self, log_ratio: FloatArray) -> CrossedFit:
        """Return the fitted model at the optimum."""
        factor, half, residual = self._factor(log_ratio)
        variance = residual / (self.n - self.sizes[0])
        solved = linalg.solve_triangular(factor, half, lower=True, trans="T")
        p = self.sizes[0]
        inverse = linalg.cho_solve((factor, True), np.eye(factor.shape[0])[:, :p])[:p]
        sds = np.sqrt(variance) * np.exp(np.clip(log_ratio, -12, 12))
        return CrossedFit(
            solved[:p], inverse * variance, float(sds[0]), float(sds[1]), float(np.sqrt(variance))
        )
