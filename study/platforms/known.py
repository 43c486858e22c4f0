"""Which platform a study's people come from, by its settings or by what a link carries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from study.platforms.connect import CONNECT
from study.platforms.contract import BadArrivalError, Outcome, Platform
from study.platforms.in_person import LAB, PLAIN
from study.platforms.mturk import MTURK
from study.platforms.panel import panel
from study.platforms.prolific import PROLIFIC
from study.platforms.sona import SONA

ANY, PANEL = "any", "panel"
RECOGNISED = (PROLIFIC, MTURK, CONNECT, Platform(name="sona", person=("survey_code",)))  # by distinct names
BY_NAME = {platform.name: platform for platform in (PROLIFIC, MTURK, CONNECT, SONA, PLAIN, LAB)}
OWN_PARAMETERS = {
    "lang",
    "mode",
    "key",
    "agree",
    "language",
    "csrfmiddlewaretoken",
}  # of this site's own links and forms


class Settings(Protocol):
    """What a researcher has set about recruitment."""

    platform: str
    person_parameter: str
    study_parameter: str
    session_parameter: str


def platform_of(settings: Settings, sent: Mapping[str, str]) -> Platform:
    """Return the platform that a study is set to; where it takes any, the one that this link comes from."""
    if settings.platform == PANEL:
        return panel(settings.person_parameter, settings.study_parameter, settings.session_parameter)
    if settings.platform != ANY:
        return BY_NAME[settings.platform]
    return next((known for known in RECOGNISED if known.sends(sent)), PLAIN)


def platform_named(settings: Settings, name: str) -> Platform:
    """Return the platform that somebody came from, by the name that their identity has."""
    if name == PANEL or not name:
        return platform_of(settings, {})
    return BY_NAME[name]


def unknown_parameters(platform: Platform, sent: Iterable[str]) -> list[str]:
    """Return the names of parameters that neither the platform nor this site knows."""
    known = {name.lower() for name in (*platform.parameters, *OWN_PARAMETERS)}
    return sorted({name for name in sent if name.lower() not in known})


__all__ = [
    "ANY",
    "PANEL",
    "BadArrivalError",
    "Outcome",
    "platform_named",
    "platform_of",
    "unknown_parameters",
]
