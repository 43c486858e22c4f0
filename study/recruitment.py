"""How a participant arrives: what a recruitment platform adds to the link, and in which mode."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest

from study.languages.offered import language_of
from study.models import Pilot, Recruitment, Study, StudyVersion, UnknownParameter
from study.models.people import Mode
from study.models.recruitment_settings import MOST_UNKNOWN
from study.models.studies import Stage
from study.platforms.contract import BadArrivalError, Identity, Outcome, Platform, WayBack
from study.platforms.in_person import PLAIN
from study.platforms.known import platform_of, unknown_parameters
from study.statements.prepared_sql import PreparedQuery

PLAUSIBLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}")
LANGUAGE = "lang"  # parameter of a link whose pages come in a language that was chosen
SIMULATION_SALT = "study.simulated"
SIMULATION_KEY_LIFE = timedelta(hours=12)
STUDY = PreparedQuery(lambda code: Study.objects.filter(code=code), str)


@dataclass(frozen=True)
class Arrival:
    """A visit before anything is stored.

    Attributes
    ----------
    parameters : what is carried from page to page until consent
    is_preview : whether somebody looks at the task on their platform without having taken it
    unknown : names of parameters that the link carried and no setting knows
    """

    mode: Mode
    identity: Identity | None
    parameters: dict[str, str]
    platform: Platform = PLAIN
    is_preview: bool = False
    unknown: tuple[str, ...] = ()

    @property
    def language(self) -> str:
        """The language that was chosen, or that the link asks for; empty: the browser's."""
        return self.parameters.get(LANGUAGE, "")

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
    recruitment : where its people come from, and what they take back
    version : what newcomers join; None before the main part is frozen
    is_open, is_over : whether people may come in, and whether those who have begun may still finish
    """

    code: str
    study: Study
    recruitment: Recruitment
    version: StudyVersion | None
    is_open: bool
    is_over: bool

    @classmethod
    def named(cls, code: str) -> Entrance | None:
        """Return the entrance whose link has this code; None if there is none."""
        study = STUDY.first(code)
        if study is not None:
            version = study.version()
            recruitment = Recruitment.objects.of(study.pk, Stage.MAIN)
            is_over = study.status == Study.Status.CLOSED
            return cls(code, study, recruitment, version, study.is_open, is_over)
        pilot = Pilot.objects.filter(code=code).select_related("version__study").first()
        if pilot is None:
            return None
        study = pilot.version.study
        recruitment = Recruitment.objects.of(study.pk, Stage.PILOT)
        return cls(code, study, recruitment, pilot.version, pilot.is_open, not pilot.is_open)

    def way_back(self, arrival: Arrival, outcome: Outcome) -> WayBack:
        """Return what leads somebody back for whom nothing is stored."""
        code, link = self.recruitment.code_of(outcome), self.recruitment.link_of(outcome)
        return arrival.platform.way_back(outcome, code, link, arrival.identity)


class NotAllowedError(Exception):
    """This visitor may not open the study in this mode, though they may have when they began."""

    def __init__(self, arrival: Arrival) -> None:
        self.arrival = arrival
        super().__init__(arrival.mode)


def arrival_of(request: HttpRequest, entrance: Entrance) -> Arrival:
    """Read from a request's link or form who arrives, and in which mode.

    Raises BadArrivalError, NotAllowedError.
    """
    fields = request.POST if request.method == "POST" else request.GET
    mode = _mode(fields)
    if mode is Mode.LIVE:
        arrival = _from_platform(fields, entrance.recruitment)
    else:
        arrival = Arrival(mode, None, {name: fields[name] for name in ("mode", "key") if name in fields})
    arrival = replace(arrival, parameters=arrival.parameters | _language(fields))
    if not _may_open(request, fields, entrance, mode):
        raise NotAllowedError(arrival)
    return arrival


def note_unknown(entrance: Entrance, arrival: Arrival, now: datetime) -> None:
    """Note for the researcher which parameters no setting knows: only their names, each once, and few."""
    where = {"study": entrance.study, "stage": entrance.recruitment.stage}
    names = [name for name in arrival.unknown if PLAUSIBLE_NAME.fullmatch(name)]
    if not names or UnknownParameter.objects.filter(**where).count() >= MOST_UNKNOWN:
        return
    new = [UnknownParameter(**where, name=name, first_seen=now) for name in names[:MOST_UNKNOWN]]
    UnknownParameter.objects.bulk_create(new, ignore_conflicts=True)


def simulation_key(study: Study) -> str:
    """Return a signed key that lets robots in; only code that runs on the server can make one."""
    return signing.dumps(study.code, salt=SIMULATION_SALT)


def _language(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the language that the link asks for, if there is such a language here."""
    wanted = fields.get(LANGUAGE, "")
    return {LANGUAGE: wanted} if language_of(wanted) else {}


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


def _from_platform(fields: Mapping[str, str], recruitment: Recruitment) -> Arrival:
    sent = dict(fields.items())
    platform = platform_of(recruitment, sent)
    return Arrival(
        Mode.LIVE,
        platform.identity(sent),
        platform.carried(sent),
        platform,
        platform.is_preview(sent),
        tuple(unknown_parameters(platform, sent)),
    )
