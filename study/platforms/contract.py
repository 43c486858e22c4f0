"""What every platform must say: which parameters name a person, and what leads back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qsl, quote, urlsplit

PLAUSIBLE_ID = re.compile(r"[A-Za-z0-9_.@:+/=|~-]{1,128}")
SUBMIT_PATH = "/mturk/externalSubmit"


class BadArrivalError(ValueError):
    """The link carries parameters that no recruitment platform sends."""


class Outcome(StrEnum):
    """How somebody's visit ended, as a platform asks it."""

    COMPLETED = "completed"
    SCREENED_OUT = "screened_out"
    DECLINED = "declined"
    FULL = "full"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Identity:
    """Who this is, according to a recruitment platform; `submit_to` is the host that takes the work."""

    platform: str
    person: str
    study_reference: str = ""
    session_reference: str = ""
    submit_to: str = ""


@dataclass(frozen=True)
class WayBack:
    """What somebody takes back to their platform: a code to copy, and an address to go to."""

    code: str = ""
    link: str = ""

    def __bool__(self) -> bool:
        return bool(self.code or self.link)

    @property
    def is_form(self) -> bool:
        """Whether the address takes a form (MTurk's does) and no visit."""
        return urlsplit(self.link).path == SUBMIT_PATH

    @property
    def action(self) -> str:
        """The address without its query, for a form."""
        return self.link.partition("?")[0]

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What the form sends."""
        return parse_qsl(urlsplit(self.link).query)


@dataclass(frozen=True)
class Platform:
    """One recruitment platform.

    Attributes
    ----------
    person : names of the parameter that names the person; the first is how it is passed on between pages
    study, session : names of the parameters for the platform's study and for this visit; empty for none
    links : where an outcome leads to with a code of the platform, as a template with `{code}`
    frame_ancestors : sites that show the study inside a page of theirs
    form_targets : sites that take a form at the end
    not_taken : what the parameter of the visit says while the task is only looked at; empty: no such thing
    typed : whether people may type their id on the first page where the link carries none
    """

    name: str
    person: tuple[str, ...] = ()
    study: str = ""
    session: str = ""
    links: Mapping[Outcome, str] = field(default_factory=dict)
    frame_ancestors: tuple[str, ...] = ()
    form_targets: tuple[str, ...] = ()
    typed: bool = False
    not_taken: str = ""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Every parameter that the platform sends."""
        return tuple(filter(None, (*self.person, self.study, self.session)))

    def carried(self, sent: Mapping[str, str]) -> dict[str, str]:
        """Return the platform's parameters, by their own names, whatever case the link writes them in.

        Raises BadArrivalError.
        """
        by_name = {name.lower(): value.strip(" ") for name, value in sent.items()}
        values = {name: by_name.get(name.lower(), "") for name in self.parameters}
        return {name: plausible(name, value) for name, value in values.items() if value}

    def identity(self, sent: Mapping[str, str]) -> Identity | None:
        """Return who the link says that this is; None where it does not. Raises BadArrivalError."""
        carried = self.carried(sent)
        person = next((carried[name] for name in self.person if name in carried), "")
        if not person:
            return None
        return Identity(self.name, person, carried.get(self.study, ""), carried.get(self.session, ""))

    def sends(self, sent: Mapping[str, str]) -> bool:
        """Return whether a link that carries this comes from the platform."""
        names = {name.lower() for name, value in sent.items() if value}
        return any(name.lower() in names for name in self.person) or self.is_preview(sent)

    def is_preview(self, sent: Mapping[str, str]) -> bool:
        """Return whether somebody looks at the task on the platform without having taken it."""
        return bool(self.not_taken) and self.carried(sent).get(self.session) == self.not_taken

    def way_back(self, outcome: Outcome, code: str, link: str, identity: Identity | None) -> WayBack:
        """Return what leads back: the researcher's own link, else the platform's for this code."""
        template = link or (self.links.get(outcome, "") if code else "")
        return WayBack(code, filled(template, code, identity))


def filled(template: str, code: str, identity: Identity | None) -> str:
    """Put code and ids into a link; no part of the address itself comes from a request."""
    ids = identity or Identity("", "")
    values = {"code": code, "person": ids.person}
    values |= {"study": ids.study_reference, "session": ids.session_reference}
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", quote(value, safe=""))
    return template


def plausible(name: str, value: str) -> str:
    """Return a value that can be an id. Raises BadArrivalError."""
    if not PLAUSIBLE_ID.fullmatch(value):
        raise BadArrivalError(f"{name} does not look like an id of a recruitment platform.")
    return value
