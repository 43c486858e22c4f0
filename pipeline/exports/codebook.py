"""What every column of the tidy table means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

CODEBOOK_COLUMNS = ["name", "label", "type", "unit", "levels", "missing", "derivation"]

# name, label, type, unit, levels, when missing, derivation
_ENTRIES: Sequence[tuple[str, str, str, str, str, str, str]] = (
    ("row_id", "Row", "string", "", "", "never", "t + trial, p + prediction"),
    ("study_id", "Study", "string", "", "", "never", "the code in the participants' link"),
    ("study_version", "Frozen version", "integer", "", "", "never", ""),
    ("config_hash", "Hash of the frozen design", "string", "", "", "never", "SHA-256 of its canonical JSON"),
    ("agent_type", "Who answered", "string", "", "human|model", "never", ""),
    ("agent_id", "Participant, or network and seed", "string", "", "", "never", ""),
    ("session_id", "Session or attacker run", "string", "", "", "never", ""),
    ("mode", "How the session came about", "string", "", "live|preview|simulated", "never", ""),
    ("list_id", "Row of the Latin square", "integer", "", "", "machine", ""),
    ("block_id", "Block in the session", "integer", "", "", "machine", ""),
    ("block_type", "Kind of trial", "string", "", "practice|test|catch", "never", ""),
    ("trial_id", "Trial or prediction", "string", "", "", "never", ""),
    ("trial_index", "Position in the session", "integer", "", "", "machine", "from 1"),
    ("attempt", "Attempt at the trial", "integer", "", "", "machine", ""),
    ("item_id", "Source photo", "integer", "", "", "never", "the same at every level"),
    (
        "source_id",
        "Cluster of near-duplicates and parts of one picture",
        "string",
        "",
        "",
        "never",
        "perceptual hash, keypoints, sources.csv",
    ),
    ("stimulus_id", "Photo at a level", "integer", "", "", "never", ""),
    ("stim_sha256", "Hash of the pixels' file", "string", "", "", "never", "SHA-256"),
    ("crop_level", "Crop level", "integer", "", "", "never", "0 is the whole photo"),
    ("crop_fraction", "Share of the area cut away", "number", "share", "", "never", "1 - side squared"),
    ("category", "True class", "string", "", "", "never", ""),
    ("choices", "Classes to choose from", "string", "", "", "never", "separated by |"),
    ("choice_positions", "Order of the answer buttons", "string", "", "", "machine", "separated by |"),
    ("response", "Class answered", "string", "", "", "no answer in time", ""),
    (
        "response_status",
        "How the trial ended",
        "string",
        "",
        "answered|timeout|cant_tell|aborted",
        "never",
        "",
    ),
    (
        "correct",
        "Right answer",
        "integer",
        "",
        "0|1",
        "aborted trials",
        "no answer in time counts as wrong; a machine's answer is its largest logit, without class offsets",
    ),
    ("confidence", "Confidence", "integer", "", "1-4", "not asked, or machine", ""),
    ("rt_ms", "Response time", "number", "ms", "", "no answer, or machine", "event minus painted onset"),
    ("stimulus_ms_planned", "Planned duration", "number", "ms", "", "until answered", ""),
    ("stimulus_ms_achieved", "Achieved duration", "number", "ms", "", "machine", "from painted frames"),
    ("mask_ms_achieved", "Achieved duration of the mask", "number", "ms", "", "no mask", ""),
    ("frame_ms", "Length of a frame", "number", "ms", "", "machine", "median of measured frames"),
    ("dropped_frames", "Frames dropped while the photo stood", "integer", "", "", "machine", ""),
    ("focus_lost", "The page lost focus", "integer", "", "0|1", "machine", ""),
    ("fullscreen", "Full screen at onset", "integer", "", "0|1", "machine", ""),
    ("onset_utc", "Onset", "date-time", "UTC", "", "machine", "the participant's clock"),
    ("received_utc", "Arrival at the server", "date-time", "UTC", "", "machine", "the server's clock"),
    ("refresh_hz", "Measured refresh rate", "number", "Hz", "", "machine", ""),
    ("browser", "Browser family", "string", "", "", "machine", "no version, no full user agent"),
    ("os", "Operating system family", "string", "", "", "machine", ""),
    ("viewport_w", "Width of the page", "integer", "CSS px", "", "machine", ""),
    ("viewport_h", "Height of the page", "integer", "CSS px", "", "machine", ""),
    ("dpr", "Device pixels per CSS pixel", "number", "", "", "machine", ""),
    ("excluded_trial", "Trial is excluded", "integer", "", "0|1", "never", "rules of the frozen version"),
    ("excluded_participant", "Participant is excluded", "integer", "", "0|1", "never", "the same"),
    ("exclusion_reason", "Why", "string", "", "", "not excluded", ""),
    ("architecture", "Network", "string", "", "", "people", "predictions.csv only"),
    ("seed", "Training seed", "integer", "", "", "people", "predictions.csv only"),
    ("trained_through", "Heaviest level trained on", "integer", "", "", "people", "predictions.csv only"),
    ("round", "Retraining round", "integer", "", "", "people", "predictions.csv only"),
    ("split", "Role of the photo", "string", "", "validation|test", "people", "predictions.csv only"),
    (
        "offsets",
        "Class offsets of the logits",
        "string",
        "logits",
        "",
        "untrained runs",
        "runs.csv only; JSON, in the classes' order; refitted on validation photos of the run's own level; "
        "a record: the secondary bias-corrected accuracy refits its own with equal weight per class",
    ),
    ("tile_id", "Photo of a grid", "string", "", "", "never", "tiles.csv only"),
    ("position", "Place in the grid", "integer", "", "", "never", "tiles.csv only; row by row, from 0"),
    ("target", "Class to select all photos of", "string", "", "", "never", "tiles.csv only"),
    ("is_target", "The photo is of that class", "integer", "", "0|1", "never", "tiles.csv only"),
    ("selected", "The photo was selected", "integer", "", "0|1", "grid not submitted", "tiles.csv only"),
    (
        "outcome",
        "What the selection was",
        "string",
        "",
        "hit|miss|false_alarm|correct_rejection",
        "grid not submitted",
        "tiles.csv only; is_target and selected",
    ),
    (
        "grid_solved",
        "No tile was wrong",
        "integer",
        "",
        "0|1",
        "aborted",
        "tiles.csv only; 0 without submission",
    ),
)


def codebook_rows(class_names: Sequence[str]) -> Iterator[dict[str, str]]:
    """One row per column of trials.csv, predictions.csv and tiles.csv, and for the offsets of runs.csv."""
    for entry in _ENTRIES:
        yield dict(zip(CODEBOOK_COLUMNS, entry, strict=True))
    for name in class_names:
        meaning = (
            f"prob_{name}",
            f"Probability of {name}",
            "number",
            "share",
            "",
            "people",
            "softmax of logits",
        )
        yield dict(zip(CODEBOOK_COLUMNS, meaning, strict=True))
