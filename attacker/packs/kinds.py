"""Kinds of attack: what a machine learnt from a study's photos. Only its owner can say."""

from __future__ import annotations

UNKNOWN = "unknown"
# What each learnt, and whether it is enough to say "the machine cannot": only adaptive attacks support that.
KINDS = {
    "zero-shot": "nothing of this study's photos",
    "few-shot": "a few labelled training photos of each class",
    "transfer": "uncropped training photos",
    "adaptive": "crops of training photos, as heavy as those tested on or lighter",
    UNKNOWN: "not known",
}
