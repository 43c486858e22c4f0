"""Columns of sessions.csv: how far each session came, on which screen and how it was measured."""

from __future__ import annotations

from dataclasses import replace

from pipeline.exports.columns.people_columns import PERSON
from stats.table.column import YES_NO, Column
from stats.table.schema import BY_NAME
from study.models import Session

SESSIONS = (
    replace(BY_NAME["session_id"], label="Session"),
    PERSON,
    BY_NAME["mode"],
    replace(BY_NAME["list_id"], missing="no list was assigned"),
    Column("status", "How far the session came", levels=tuple(Session.Status.values)),
    Column("status_reason", "Why it ended early", missing="not ended early"),
    Column("started_at", "Start", "date-time", "UTC", derivation="the server's clock"),
    Column(
        "completed_at", "End", "date-time", "UTC", missing="not completed", derivation="the server's clock"
    ),
    Column(
        "parts_done",
        "Parts whose photos were all answered",
        "integer",
        missing="all in one go",
        derivation="of a session on several days",
    ),
    Column(
        "parts_began_at",
        "Start of each part",
        missing="all in one go",
        derivation="the server's clock, UTC; separated by |",
    ),
    Column(
        "parts_ended_at",
        "Last answer of each part",
        missing="all in one go, or no part is done",
        derivation="the server's clock, UTC; separated by |",
    ),
    Column(
        "practice_round",
        "Round of practice that was begun last",
        "integer",
        derivation="from 1; later parts count on",
    ),
    replace(BY_NAME["browser"], missing="not reported"),
    replace(BY_NAME["os"], missing="not reported"),
    Column(
        "input_device",
        "Main pointer of the device",
        levels=("pointer", "touch", "keyboard"),
        missing="not reported",
        derivation="from the device check; keyboard: a robot, which has none",
    ),
    Column(
        "answers_by",
        "How classes were answered",
        levels=tuple(Session.AnswersBy.values),
        missing="another task, or not reported",
        derivation="search: first letters were typed, and the answer chosen from those that have them",
    ),
    Column(
        "inputs_used",
        "What the answers were given with",
        missing="no answer, or not reported",
        derivation="from response_input of all trials, the most frequent first, separated by |",
    ),
    replace(BY_NAME["viewport_w"], missing="not reported"),
    replace(BY_NAME["viewport_h"], missing="not reported"),
    replace(BY_NAME["dpr"], missing="not reported"),
    replace(BY_NAME["refresh_hz"], missing="not reported"),
    Column(
        "clock_grain_ms",
        "Smallest step of the browser's clock",
        "number",
        "ms",
        missing="not reported",
        derivation="device check: no response time is known better",
    ),
    Column(
        "presentation_lag_ms",
        "How long a frame takes to the screen",
        "number",
        "ms",
        missing="the browser does not tell",
        derivation="device check: the shortest of nine pictures' ways (Element Timing, steps of 4 ms)",
    ),
    Column(
        "onset_known_by",
        "How the onset of photos is known",
        levels=tuple(Session.OnsetKnownBy.values),
        missing="not reported",
        derivation="presentation: the frame after it was drawn, and presentation_lag_ms more; two_frames: "
        "a frame more, assumed; the others, of earlier sessions: no more, up to one frame too early",
    ),
    Column(
        "size_known_by",
        "How the size of the screen's pixels is known",
        levels=tuple(Session.SizeKnownBy.values),
        missing="the design does not ask",
        derivation="card: 85.60 or 53.98 mm of a bank card; ruler: a line, measured by the person",
    ),
    Column(
        "screen_mm_per_px",
        "Side of a pixel of the screen",
        "number",
        "mm",
        missing="not measured",
        derivation="of the screen's own pixels, which stay the same when the page is zoomed",
    ),
    Column(
        "viewing_distance_cm",
        "Distance from eyes to screen",
        "number",
        "cm",
        missing="the screen was not measured",
        derivation="measured where distance_known_by is blind_spot or tape; else planned: the design's for "
        "phones or for other devices, which people read",
    ),
    Column(
        "distance_known_by",
        "How the distance from eyes to screen is known",
        levels=tuple(Session.DistanceKnownBy.values),
        missing="the screen was not measured, or the person did not come so far",
        derivation="blind_spot: median of 5 rounds, 12.9 degrees to the spot; tape: typed by the person; "
        "planned: the design does not ask; skipped, too_narrow, implausible: it asks, but the planned "
        "distance counts, since the person went on without, the window had no room, or two tries failed",
    ),
    Column(
        "distance_spread_cm",
        "How far the rounds at the blind spot differ",
        "number",
        "cm",
        missing="not measured by the blind spot",
        derivation="range of the middle half of the 5 rounds' distances",
    ),
    Column(
        "distance_tries",
        "Measurements at the blind spot",
        "integer",
        derivation="each has 5 rounds; the second follows one that could not be right",
    ),
    Column(
        "px_per_degree",
        "Pixels of the screen for each degree of visual angle",
        "number",
        missing="not measured",
        derivation="2 x viewing_distance_cm x tan(0.5 degrees) / screen_mm_per_px",
    ),
    Column(
        "photo_degrees",
        "Largest photo in visual angle",
        "number",
        "degree",
        missing="not measured, or no photo was shown",
        derivation="the largest photo_degrees of the session's trials",
    ),
    Column(
        "forced_colours",
        "The system replaced the page's colours",
        "integer",
        levels=YES_NO,
        missing="not reported",
    ),
    Column(
        "surround",
        "Colour around the photos, and before and after them",
        missing="not reported",
        derivation="CSS",
    ),
    Column("answers", "Answers to the closing questionnaire", derivation="JSON"),
)
