"""SONA: one number per person and study, which the credit link takes back as `survey_code`."""

from __future__ import annotations

from study.platforms.contract import Platform

SONA = Platform(name="sona", person=("survey_code", "id"))
