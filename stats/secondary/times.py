"""How fast people answer."""

from __future__ import annotations

from stats.apa import interval, number, number_interval, share
from stats.psychophysics.response_times import LevelTimes, ResponseTimes, response_times
from stats.report.blocks import Table
from stats.report.finding import Finding, Material

NAME, TITLE = "response_times", "Response times"
HEADER = (
    "Level", "Median (ms)", "Interval", "Model (ms)", "Interval", "Timeouts", "Interval", "BIS", "People",
)  # fmt: skip


def find(material: Material) -> Finding:
    """Summarise response times, timeouts and speed with accuracy per level.

    Raises
    ------
    TableError
        When people's rows hold no response times.
    """
    found = response_times(
        material.trials, alpha=material.criteria.alpha, seed=material.seed, mode=material.mode
    )
    caption = "Response times of people; the model's are geometric means of right answers"
    table = Table.of(caption, HEADER, [_row(level) for level in found.levels])
    return Finding(NAME, TITLE, _said(found), (table,), numbers=found.to_dict())


def _said(found: ResponseTimes) -> tuple[str, ...]:
    told = (
        "Median over people of their median; lognormal mixed model with crossed people and photos; share of "
        "trials without an answer; balanced integration score (BIS): z(accuracy) − z(time), higher is better."
    )
    if any(level.median_ms is not None and level.ci_low is None for level in found.levels):
        told += " The median has no interval (–) where one person took part, or where people do not differ."
    if found.note:
        return told, f"{found.note[:1].upper()}{found.note[1:]}."
    spread = (found.sd_people, found.sd_photos, found.sd_trials)
    people, photos, trials = (number(sd) for sd in spread)
    return told, f"Standard deviations of log time: people {people}, photos {photos}, trials {trials}."


def _row(one: LevelTimes) -> tuple[str, ...]:
    return (
        f"{one.crop_level:g}",
        number(one.median_ms, 0),
        number_interval(one.ci_low, one.ci_high, 0),
        number(one.model_ms, 0),
        number_interval(one.model_low, one.model_high, 0),
        share(one.timeout_rate),
        interval(one.timeout_low, one.timeout_high),
        number(one.bis),
        str(one.n_people),
    )
