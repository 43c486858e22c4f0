"""The completion code, and the link that brings a participant back to where they came from."""

from __future__ import annotations

import secrets
from urllib.parse import quote

from study.models import ExternalIdentity, Session
from study.plan import plan_of
from study.tokens import CODE_ALPHABET


def new_completion_code() -> str:
    """Twelve letters and digits that nobody can guess and everybody can type."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(12)).upper()


def return_link(session: Session) -> str:
    """The researcher's own frozen address with this session's code; never one that a request brought along.

    `{code}` stands for the completion code, `{person}` for the platform's id of the person (SONA's survey
    code).
    """
    if session.return_link:
        return session.return_link
    template = plan_of(session.participant.version).design.return_url
    if not template or not session.completion_code:
        return ""
    identity = ExternalIdentity.objects.filter(participant=session.participant).first()
    person = quote(identity.person, safe="") if identity else ""
    return template.replace("{code}", session.completion_code).replace("{person}", person)
