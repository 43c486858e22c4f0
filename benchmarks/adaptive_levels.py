"""Adaptive levels against the fixed design: trials for a threshold, and false sweet spots.

`python -m benchmarks.adaptive_levels --runs 2000` simulates studies of nine levels. First the width of the
95 % interval of each person's 75 % level in studies of thirty people, by both designs and numbers of trials,
analysed as the report does; then whole studies without a sweet spot, and a tenth as many with one, judged as
the site does. Prints all and writes var/benchmarks/adaptive_levels.json.
"""

from __future__ import annotations

import argparse
import json
import math
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from tqdm import trange

from benchmarks._adaptive_studies import CLASSES, Plan, ask, declares_sweet
from stats.individual_thresholds.person_posterior import Posterior
from stats.individual_thresholds.pooled_spreads import pooled
from stats.inference import binomial

OUT = Path(__file__).resolve().parent.parent / "var" / "benchmarks" / "adaptive_levels.json"
AMOUNTS = (1.0, 0.8, 0.65, 0.5, 0.4, 0.3, 0.22, 0.16, 0.12)
SOUGHT, THRESHOLD, BETWEEN_PEOPLE, LAPSE = 0.75, 0.3, 0.3, 0.02
SPREADS = (0.1, 0.2, 0.35)  # of a person's curve, in ln x: the median of all people, who differ
BETWEEN_SPREADS = 0.3  # standard deviation of ln spread
FIXED = Plan(AMOUNTS, trials=60, even_share=1)
ADAPTIVE = replace(FIXED, even_share=0.2)
PEOPLE, PHOTOS = 30, 150
IN_STUDIES = Plan(AMOUNTS, trials=48, even_share=0.3, accuracy=0.85)  # the site's own defaults
# Who fails at a level has an accuracy exactly on the boundary; in the second people's fall with the levels.
SWEET_SPOT = [0.98, 0.97, 0.96, 0.95, 0.93, 0.90, 0.80, 0.6, 0.45], [0.95, 0.8, 0.7, 0.6, *[0.5] * 5]
POWERS = {
    "Latin square": replace(IN_STUDIES, even_share=1),
    "adaptive, half of the photos even, 90 % sought": replace(IN_STUDIES, even_share=0.5, accuracy=0.9),
    "adaptive, three tenths even, 85 % sought": IN_STUDIES,
    "adaptive, a fifth even, 75 % sought": replace(IN_STUDIES, even_share=0.2, accuracy=0.75),
}
NO_SWEET_SPOT = {
    "people on the floor at every level": ([0.85] * 9, [0.95, *[0.5] * 8]),
    "people fall to the floor where the machine begins to fail": (
        [0.97, 0.95, 0.92, 0.85, 0.75, 0.6, 0.5, 0.42, 0.38],
        [0.95, 0.75, 0.75, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
    ),
    "machine on the ceiling at every level": ([0.97] * 9, [0.95, *[0.75] * 8]),
}


@dataclass(frozen=True)
class Intervals:
    """Many people's 95 % intervals.

    Attributes
    ----------
    width
        Median of ln(upper end / lower end).
    covered
        Share of the people whose interval holds their true threshold.
    """

    width: float
    covered: float


@dataclass(frozen=True)
class Width:
    """Intervals of one person's threshold over many people.

    Attributes
    ----------
    spread, design, trials
        Of the curves; fixed or adaptive; of each person.
    alone, pooled
        Intervals from a person's answers alone, and with the spreads of all people of a study.
    """

    spread: float
    design: str
    trials: int
    alone: Intervals
    pooled: Intervals


@dataclass(frozen=True)
class Declared:
    """Studies in which a sweet spot was declared, with the exact 95 % interval of the share."""

    study: str
    runs: int
    share: float
    low: float
    high: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000, help="studies without a sweet spot, of each kind")
    parser.add_argument("--people", type=int, default=600, help="people whose thresholds are measured")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    measured = [asdict(each) for each in widths(chosen.people, chosen.seed)]
    print("\n".join(map(str, measured)))
    declared = [asdict(false_declarations(truth, chosen.runs, chosen.seed)) for truth in NO_SWEET_SPOT]
    print("\n".join(map(str, declared)))
    power = [asdict(true_declarations(design, chosen.runs // 10, chosen.seed)) for design in POWERS]
    print("\n".join(map(str, power)))
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(
        json.dumps({"widths": measured, "declared": declared, "power": power}, indent=2) + "\n"
    )
    print(f"written to {chosen.out}")


def widths(people: int, seed: int) -> list[Width]:
    """Measure the intervals of both designs: adaptive with 60 trials, fixed with 60 and with 120."""
    designs = (("fixed", FIXED), ("fixed", replace(FIXED, trials=120)), ("adaptive", ADAPTIVE))
    return [_width(name, plan, spread, people, seed) for spread in SPREADS for name, plan in designs]


def _width(name: str, plan: Plan, spread: float, people: int, seed: int) -> Width:
    rng = np.random.default_rng(seed)
    thresholds = THRESHOLD * np.exp(rng.normal(0, BETWEEN_PEOPLE, people))
    spreads = spread * np.exp(rng.normal(0, BETWEEN_SPREADS, people))
    alone = [_posterior(plan, *curve, rng) for curve in zip(thresholds, spreads, strict=True)]
    studies = [alone[first : first + PEOPLE] for first in range(0, people, PEOPLE)]
    together = [person for study in studies for person in pooled(study)]
    return Width(spread, name, plan.trials, _intervals(alone, thresholds), _intervals(together, thresholds))


def _posterior(plan: Plan, threshold: float, spread: float, rng: np.random.Generator) -> Posterior:
    return ask(plan, np.tile(_curve(threshold, spread), (plan.trials, 1)), rng).posterior


def _intervals(people: Sequence[Posterior], thresholds: NDArray[np.float64]) -> Intervals:
    low, high = np.array([person.threshold_interval() for person in people]).T
    covered = (low <= thresholds) & (thresholds <= high)
    return Intervals(round(float(np.median(np.log(high / low))), 3), round(float(covered.mean()), 3))


def _curve(threshold: float, spread: float) -> NDArray[np.float64]:
    """Return the probability of a right answer at each level of a person with this 75 % level."""
    normal, guess = NormalDist(), 1 / len(CLASSES)
    room = 1 - guess - LAPSE
    location = math.log(threshold) - spread * normal.inv_cdf((SOUGHT - guess) / room)
    return np.array([guess + room * normal.cdf((math.log(x) - location) / spread) for x in AMOUNTS])


def false_declarations(truth: str, runs: int, seed: int) -> Declared:
    """Count the studies in which a sweet spot is declared though there is none."""
    return _declared(truth, IN_STUDIES, *NO_SWEET_SPOT[truth], runs, seed)


def true_declarations(design: str, runs: int, seed: int) -> Declared:
    """Count the studies of a design in which a sweet spot is declared where there are some."""
    return _declared(design, POWERS[design], *SWEET_SPOT, runs, seed)


def _declared(
    study: str, plan: Plan, people: Sequence[float], machine: Sequence[float], runs: int, seed: int
) -> Declared:
    rng = np.random.default_rng([seed, zlib.crc32(study.encode())])
    declared = [
        bool(declares_sweet(plan, people, machine, PEOPLE, PHOTOS, rng))
        for _ in trange(runs, desc=study, mininterval=30)
    ]
    share = float(np.mean(declared))
    return Declared(study, runs, share, *binomial.interval(share, runs, 0.05))


if __name__ == "__main__":
    main()
