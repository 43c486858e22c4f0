"""Columns of a photo at a level: what it is, and how it was cut."""

from __future__ import annotations

from stats.table.column import Column

STIMULUS = (
    Column(
        "item_id",
        "Source photo",
        "integer",
        derivation="the same at every level",
        read_as="text",
        required=True,
        aliases=("item", "imagename", "image", "stimulus", "photo"),
    ),
    Column(
        "source_id",
        "Cluster of near-duplicates and parts of one picture",
        derivation="perceptual hash, keypoints, sources.csv",
        read_as="text",
    ),
    Column("stimulus_id", "Photo at a level", "integer"),
    Column("stim_sha256", "Hash of the pixels' file", derivation="SHA-256", read_as="text"),
    Column(
        "crop_level",
        "Crop level",
        "integer",
        derivation="0 is the whole photo",
        read_as="number",
        required=True,
        aliases=("level", "condition"),
    ),
    Column(
        "level_probability",
        "Chance with which the photo's level was drawn for this person",
        "number",
        "share",
        missing="machine, practice and catch trials, or levels by a Latin square",
        derivation="adaptive levels; people's accuracies weigh answers by its inverse",
        read_as="number",
    ),
    Column(
        "crop_fraction",
        "Share of the area cut away",
        "number",
        "share",
        derivation="levels by photo: 1 - side squared; by subject: 1 - area of the stimulus' window",
        read_as="number",
    ),
    Column(
        "subject_kept",
        "Share of the subject map left visible",
        "number",
        "share",
        missing="cut without a subject map",
        read_as="number",
    ),
    Column(
        "attention_kept",
        "Share of the attention map left visible",
        "number",
        "share",
        missing="cut without an attention map",
    ),
    Column(
        "subject_share",
        "Share of the crop that the subject fills",
        "number",
        "share",
        missing="level 0, levels by photo, or cut by hand",
        derivation="mean of the subject map inside the window",
        read_as="number",
    ),
    Column(
        "category", "True class", read_as="text", required=True, aliases=("true_category", "label", "class")
    ),
)
