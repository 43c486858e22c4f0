"""What a researcher takes home of a pilot: its trials, and its windows with the answers to each.

These are files of their own: nothing of a pilot is in any table of the main study.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.exports.columns.crop_columns import OF_A_WINDOW, PILOT_WINDOWS
from pipeline.exports.columns.table_columns import header
from pipeline.exports.csv_lines import Row, csv_lines
from pipeline.exports.stimulus_columns import stimulus_columns
from pipeline.exports.trial_rows import rows_of_people
from pipeline.pilot.pilot_answers import people_of_pilot
from pipeline.pilot.pilot_outcome import Decided, decided_by
from stats.planning.pilot_rule import probability_above
from stats.table.column import names_of
from study.models import Pilot, Stimulus

WINDOW = ("candidate", "left", "top", "window_width", "window_height")
OF_STIMULUS = tuple(name for name in names_of(PILOT_WINDOWS) if name not in names_of(OF_A_WINDOW))


def pilot_trials_csv(pilot: Pilot, mode: str) -> Iterator[str]:
    """Return the lines of pilot_trials.csv: one per trial, practice and excluded ones flagged."""
    people = people_of_pilot(pilot, mode)
    rows = (
        row | {name: getattr(stimulus, name) for name in WINDOW}
        for stimulus, row in rows_of_people(pilot.version, people)
    )
    return csv_lines(header("pilot_trials.csv", ()), rows)


def pilot_windows_csv(pilot: Pilot, mode: str) -> Iterator[str]:
    """Return the lines of pilot_windows.csv: one per window, with its answers and what the rule says."""
    rows = _window_rows(decided_by(pilot, mode), pilot.version.renumbered_by)
    return csv_lines(header("pilot_windows.csv", ()), rows)


def _window_rows(decided: Decided, renumbered_by: int) -> Iterator[Row]:
    stimuli = Stimulus.candidates.select_related("item__category", "level").in_bulk(
        [window for asked in decided.questions for window in asked.windows]
    )
    for asked in decided.questions:
        taken = decided.places[asked.item, asked.level]
        for place, (window, tally) in enumerate(zip(asked.windows, asked.tallies, strict=True)):
            stimulus = stimuli[window]
            known = stimulus_columns(stimulus, renumbered_by)
            known |= {name: getattr(stimulus, name) for name in WINDOW}
            yield {name: known[name] for name in OF_STIMULUS} | {
                "answers_counted": tally.answers,
                "answers_right": tally.right,
                "probability": round(probability_above(tally, decided.rule.floor), 6),
                "passed": decided.passes(tally),
                "taken": place == taken,
            }


PILOT_FILES: dict[str, Callable[[Pilot, str], Iterator[str]]] = {
    "pilot_trials.csv": pilot_trials_csv,
    "pilot_windows.csv": pilot_windows_csv,
}
