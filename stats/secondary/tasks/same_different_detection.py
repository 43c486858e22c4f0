"""Hits, false alarms, d′ and criterion of comparisons of two photos, as they are printed."""

from __future__ import annotations

from collections.abc import Sequence

from stats.apa import UNDEFINED, estimate, level_name
from stats.psychophysics.differencing import ComparisonLevel
from stats.report.blocks import Table
from stats.report.finding import Finding
from stats.secondary.tasks.yes_no_detection import detected

HEADER = ("Level", "Observers", "Hits", "False alarms", "Unanswered", "d′", "Criterion k")
EXPLANATION = (
    "Hits are the share of “different” where two photos show different classes, false alarms that where they "
    "show the same; every class weighs the same, and trials without an answer are in neither (the verdict "
    "counts them as wrong). d′ is that of the differencing model (Macmillan & Creelman 2005, chapter 9), as "
    "classes change from trial to trial: “different” is said where two impressions are further apart than k, "
    "and those of different classes lie d′ apart on the average. It is 0 where hits are not more than false "
    "alarms. Where a share is 0 or 1, both come from shares moved inside by half a trial (Hautus 1995) and "
    "have no interval."
)


def same_different_finding(name: str, title: str, levels: Sequence[ComparisonLevel]) -> Finding:
    """Return hits, false alarms, d′ and criterion as they are printed.

    Parameters
    ----------
    levels
        Results of `comparison_levels`.
    """
    rows = [
        (level_name(each.crop_level), each.observers, *_shares(each), *detected(each.sensitivity))
        for each in levels
    ]
    table = Table.of("Hits and false alarms with d′ and criterion k", HEADER, rows)
    return Finding(name, title, (EXPLANATION,), (table,), numbers=[each.to_dict() for each in levels])


def _shares(level: ComparisonLevel) -> tuple[str, ...]:
    shares = (
        UNDEFINED if rate is None else estimate(rate.estimate, rate.ci_low, rate.ci_high)
        for rate in (level.hit, level.false_alarm)
    )
    return (*shares, str(level.unanswered))
