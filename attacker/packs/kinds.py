"""Kinds of attack: what a machine learnt from a study's photos. Only its owner can say."""

from __future__ import annotations

UNKNOWN = "unknown"
ZERO_SHOT, FEW_SHOT = "zero-shot", "few-shot"
# What each learnt, and whether it is enough to say "the machine cannot": only adaptive attacks support that.
KINDS = {
    ZERO_SHOT: "nothing of this study's photos",
    FEW_SHOT: "a few labelled training photos of each class",
    "transfer": "uncropped training photos",
    "adaptive": "crops of training photos, as heavy as those tested on or lighter",
    UNKNOWN: "not known",
}
