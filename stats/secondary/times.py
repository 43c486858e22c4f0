"""How fast people answer."""

from __future__ import annotations

from stats.apa import interval, level_name, number, number_interval, sentence, share
from stats.psychophysics.response_times import LevelTimes, ResponseTimes, response_times
from stats.report.blocks import Table
from stats.report.finding import Finding
from stats.secondary.material import Material

NAME, TITLE = "response_times", "Response times"
HEADER = (
    "Level", "Median (ms)", "Interval", "Model (ms)", "Interval", "Timeouts", "Interval", "BIS", "People",
)  # fmt: skip
EXPLANATION = (
    "Median over people of their median; lognormal mixed model with crossed people and photos; share of "
    "trials without an answer; balanced integration score (BIS): z(accuracy) − z(time), higher is better."
)
NO_INTERVAL = "The median has no interval (–) where one person took part, or where people do not differ."


def find(material: Material) -> Finding:
    """Summarise response times, timeouts and speed with accuracy per level.

    Raises
    ------
    TableError
        When people's rows hold no response times.
    """
    times = response_times(
        material.trials, alpha=material.criteria.alpha, seed=material.seed, mode=material.mode
    )
    caption = "Response times of people; those of the model are geometric means of right answers"
    table = Table.of(caption, HEADER, [_row(level) for level in times.levels])
    return Finding(NAME, TITLE, tuple(_sentences(times)), (table,), numbers=times.to_dict())


def _sentences(times: ResponseTimes) -> list[str]:
    lacking = any(level.median_ms is not None and level.ci_low is None for level in times.levels)
    explanation = [EXPLANATION, NO_INTERVAL] if lacking else [EXPLANATION]
    if times.note:
        return [*explanation, sentence(times.note)]
    people, photos, trials = map(number, (times.sd_people, times.sd_photos, times.sd_trials))
    spread = f"Standard deviations of log time: people {people}, photos {photos}, trials {trials}."
    return [*explanation, spread]


def _row(level: LevelTimes) -> tuple[str, ...]:
    return (
        level_name(level.crop_level),
        number(level.median_ms, 0),
        number_interval(level.ci_low, level.ci_high, 0),
        number(level.model_ms, 0),
        number_interval(level.model_low, level.model_high, 0),
        share(level.timeout_rate),
        interval(level.timeout_low, level.timeout_high),
        number(level.bis),
        str(level.n_people),
    )
