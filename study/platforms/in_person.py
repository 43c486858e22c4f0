"""Without a platform: a plain link, and a laboratory where the experimenter types a person's number."""

from __future__ import annotations

from study.platforms.contract import Platform

PLAIN = Platform(name="plain")
LAB = Platform(name="lab", person=("participant",), typed=True)
