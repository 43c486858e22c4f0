"""Hits, false alarms, d′ and criterion of yes-no questions, as they are printed."""

from __future__ import annotations

from collections.abc import Sequence

from stats.apa import UNDEFINED, estimate, level_name, number, number_interval
from stats.psychophysics.hits_and_alarms import YesNo
from stats.psychophysics.yes_no import YesNoLevel
from stats.report.blocks import Table
from stats.report.finding import Finding

YES_NO_HEADER = ("Level", "Observers", "Hits", "False alarms", "Unanswered", "d′", "Criterion c")
YES_NO = (
    "Hits are the share of “yes” where the photo shows the class asked about, false alarms that where it "
    "shows another; every class weighs the same, and trials without an answer are in neither (the verdict "
    "counts them as wrong). d′ = z(hits) - z(false alarms) does not depend on how readily “yes” is said; "
    "c = -(z(hits) + z(false alarms)) / 2 is above 0 where “no” is preferred. Where a share is 0 or 1, both "
    "come from shares moved inside by half a trial (Hautus 1995) and have no interval."
)


def yes_no_finding(name: str, title: str, levels: Sequence[YesNoLevel]) -> Finding:
    """Return hits, false alarms, d′ and criterion as they are printed.

    Parameters
    ----------
    levels
        Results of `yes_no_levels`.
    """
    rows = [
        (level_name(each.crop_level), each.observers, *_shares(each), *detected(each.sensitivity))
        for each in levels
    ]
    table = Table.of("Hits and false alarms with d′ and criterion c", YES_NO_HEADER, rows)
    return Finding(name, title, (YES_NO,), (table,), numbers=[each.to_dict() for each in levels])


def _shares(level: YesNoLevel) -> tuple[str, ...]:
    shares = (
        UNDEFINED if rate is None else estimate(rate.estimate, rate.ci_low, rate.ci_high)
        for rate in (level.hit, level.false_alarm)
    )
    return (*shares, str(level.unanswered))


def detected(judged: YesNo | None) -> tuple[str, str]:
    """Return d′ and criterion with their intervals, as they are printed."""
    if judged is None:
        return UNDEFINED, UNDEFINED
    return (
        f"{number(judged.d_prime)} {number_interval(judged.ci_low, judged.ci_high)}",
        f"{number(judged.criterion)} {number_interval(judged.criterion_low, judged.criterion_high)}",
    )
