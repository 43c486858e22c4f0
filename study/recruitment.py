"""How a participant arrives: what a recruitment platform adds to the link, and in which mode."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest

from study.models import Pilot, Study, StudyVersion
from study.models.people import Mode
from study.sessions import Identity

PLATFORM_PARAMETERS = {
    "prolific": ("PROLIFIC_PID", "STUDY_ID", "SESSION_ID"),
    "mturk": ("workerId", "hitId", "assignmentId"),
    "sona": ("survey_code", "", ""),
}
PLAUSIBLE_ID = re.compile(r"[A-Za-z0-9_.@-]{1,128}")
SIMULATION_SALT = "study.simulated"
SIMULATION_KEY_LIFE = timedelta(hours=12)


class BadArrivalError(ValueError):
    """The link carries parameters that no recruitment platform sends."""


@dataclass(frozen=True)
class Arrival:
    """A visit before anything is stored: `parameters` are carried from page to page until consent."""

    mode: Mode
    identity: Identity | None
    parameters: dict[str, str]

    @property
    def query(self) -> str:
        """The parameters as the query of an address, for links to the next or the first page."""
        return f"?{urlencode(self.parameters)}" if self.parameters else ""


@dataclass(frozen=True)
class Entrance:
    """What a link leads to: the main part of a study or its pilot.

    Attributes
    ----------
    code : of the link
    version : what newcomers join; None before the main part is frozen
    is_open, is_over : whether people may come in, and whether those who have begun may still finish
    """

    code: str
    study: Study
    version: StudyVersion | None
    is_open: bool
    is_over: bool

    @classmethod
    def named(cls, code: str) -> Entrance | None:
        """Return the entrance whose link has this code; None if there is none."""
        study = Study.objects.filter(code=code).first()
        if study is not None:
            version = study.versions.defer("config").order_by("-number").first()
            return cls(code, study, version, study.is_open, study.status == Study.Status.CLOSED)
        pilot = Pilot.objects.filter(code=code).select_related("version__study").first()
        if pilot is None:
            return None
        return cls(code, pilot.version.study, pilot.version, pilot.is_open, not pilot.is_open)


class NotAllowedError(Exception):
    """This visitor may not open the study in this mode, though they may have when they began."""

    def __init__(self, arrival: Arrival) -> None:
        self.arrival = arrival
        super().__init__(arrival.mode)


def arrival_of(request: HttpRequest, entrance: Entrance) -> Arrival:
    """Read from a request's link or form who arrives, and in which mode.

    Raises
    ------
    BadArrivalError, NotAllowedError
    """
    fields = request.POST if request.method == "POST" else request.GET
    mode = _mode(fields)
    identity, parameters = _identity(fields) if mode is Mode.LIVE else (None, {})
    if mode is not Mode.LIVE:
        parameters = {name: fields[name] for name in ("mode", "key") if name in fields}
    arrival = Arrival(mode, identity, parameters)
    if not _may_open(request, fields, entrance, mode):
        raise NotAllowedError(arrival)
    return arrival


def simulation_key(study: Study) -> str:
    """Return a signed key that lets robots in; only code that runs on the server can make one."""
    return signing.dumps(study.code, salt=SIMULATION_SALT)


def _mode(fields: Mapping[str, str]) -> Mode:
    try:
        return Mode(fields.get("mode", Mode.LIVE))
    except ValueError as error:
        raise BadArrivalError("mode must be preview or simulated, or absent.") from error


def _may_open(request: HttpRequest, fields: Mapping[str, str], entrance: Entrance, mode: Mode) -> bool:
    study = entrance.study
    if mode is Mode.SIMULATED:
        return _has_key(fields, study)
    if mode is Mode.PREVIEW:
        user = request.user
        return user.is_authenticated and Study.objects.of(user).filter(pk=study.pk).exists()
    return entrance.is_open


def _has_key(fields: Mapping[str, str], study: Study) -> bool:
    try:
        code = signing.loads(fields.get("key", ""), salt=SIMULATION_SALT, max_age=SIMULATION_KEY_LIFE)
    except signing.BadSignature:
        return False
    return bool(code == study.code)


def _identity(fields: Mapping[str, str]) -> tuple[Identity | None, dict[str, str]]:
    for platform, names in PLATFORM_PARAMETERS.items():
        if fields.get(names[0]):
            known = {name: _plausible(name, fields[name]) for name in names if fields.get(name)}
            return Identity(platform, *(known.get(name, "") for name in names)), known
    return None, {}


def _plausible(name: str, value: str) -> str:
    if not PLAUSIBLE_ID.fullmatch(value):
        raise BadArrivalError(f"{name} does not look like an id of a recruitment platform.")
    return value
