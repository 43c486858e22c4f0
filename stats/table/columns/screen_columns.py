"""Columns about how a photo was shown: how long, on which screen, and by whose clock."""

from __future__ import annotations

from stats.table.column import YES_NO, Column

PLANNED_DURATION = Column("stimulus_ms_planned", "Planned duration", "number", "ms", missing="until answered")
ACHIEVED_DURATION = Column(
    "stimulus_ms_achieved",
    "Achieved duration",
    "number",
    "ms",
    missing="machine",
    derivation="from painted frames",
)
MASK_DURATION = Column("mask_ms_achieved", "Achieved duration of the mask", "number", "ms", missing="no mask")
DURATIONS = (PLANNED_DURATION, ACHIEVED_DURATION, MASK_DURATION)
DISPLAY = (
    Column(
        "frame_ms",
        "Length of a frame",
        "number",
        "ms",
        missing="machine",
        derivation="median of measured frames",
    ),
    Column("dropped_frames", "Frames dropped while the photo stood", "integer", missing="machine"),
    Column("focus_lost", "The page lost focus", "integer", levels=YES_NO, missing="machine"),
    Column("fullscreen", "Full screen at onset", "integer", levels=YES_NO, missing="machine"),
)
SIZES = (
    Column(
        "shown_px",
        "Longer side of the photo on the screen",
        "number",
        "px of the screen",
        missing="machine, grids, or not reported",
        derivation="as it was drawn",
    ),
    Column(
        "magnification",
        "Pixels of the screen for each pixel of the source photo",
        "number",
        missing="machine, grids, or not reported",
        derivation="shown_px / longer side of the window in the source photo's pixels",
    ),
    Column(
        "photo_degrees",
        "Longer side of the photo in visual angle",
        "number",
        "degree",
        missing="machine, grids, or the screen was not measured",
        derivation="2 atan(shown_px x screen_mm_per_px / (2 x viewing distance)), both of the session",
    ),
)
ONSET = Column(
    "onset_utc",
    "Onset",
    "date-time",
    "UTC",
    missing="machine",
    derivation="the participant's clock",
    read_as="text",
)
TIMESTAMPS = (
    ONSET,
    Column(
        "received_utc",
        "Arrival at the server",
        "date-time",
        "UTC",
        missing="machine",
        derivation="the server's clock",
    ),
)
DEVICE = (
    Column("refresh_hz", "Measured refresh rate", "number", "Hz", missing="machine"),
    Column("browser", "Browser family", missing="machine", derivation="no version, no full user agent"),
    Column("os", "Operating system family", missing="machine"),
    Column("viewport_w", "Width of the page", "integer", "CSS px", missing="machine"),
    Column("viewport_h", "Height of the page", "integer", "CSS px", missing="machine"),
    Column("dpr", "Device pixels per CSS pixel", "number", missing="machine"),
)
