"""Prolific: three ids in the link, and one code for each outcome, the same for all who reach it."""

from __future__ import annotations

from study.platforms.contract import Outcome, Platform

COMPLETE = "https://app.prolific.com/submissions/complete?cc={code}"

PROLIFIC = Platform(
    name="prolific",
    person=("PROLIFIC_PID",),
    study="STUDY_ID",
    session="SESSION_ID",
    links=dict.fromkeys(Outcome, COMPLETE),
)
