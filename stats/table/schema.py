"""The words of the tidy table: which columns count, and which values they may take."""

from __future__ import annotations

REQUIRED = ("agent_type", "agent_id", "item_id", "category", "crop_level", "correct")
AGENT_TYPES = ("human", "model")
BLOCK_TYPES = ("practice", "test", "catch")
RESPONSE_STATUSES = ("answered", "timeout", "cant_tell", "aborted")
PREVIEW = "preview"

# An attacker may be tested on levels it was not trained for (the attack matrix); the primary analysis
# takes the rows where both agree.
TRAINED_THROUGH = "trained_through"
PROBABILITY = "prob_"

SPLITS = ("train", "validation", "test", "design")
RECIPE = ("architecture", "round")  # attackers that differ in them are different machines, not seeds of one

IDENTITY = ("study_id", "study_version", "config_hash")
TEXT = (
    "agent_type",
    "agent_id",
    "item_id",
    "category",
    "source_id",
    "mode",
    "block_type",
    "response_status",
    "response",
    "stim_sha256",
    "split",
    *RECIPE,
    *IDENTITY,
)
FLAGS = ("excluded_trial", "excluded_participant")
NUMBERS = ("crop_level", "crop_fraction", "rt_ms", TRAINED_THROUGH)
KNOWN = frozenset((*REQUIRED, *TEXT, *FLAGS, *NUMBERS))
