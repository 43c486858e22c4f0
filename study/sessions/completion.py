"""The completion code, and the link that leads a participant back to their recruitment platform."""

from __future__ import annotations

import secrets
from urllib.parse import quote

from study.models import ExternalIdentity, Session
from study.plan import plan_of
from study.tokens import CODE_ALPHABET


def new_completion_code() -> str:
    """Return a code of twelve letters and digits that cannot be guessed and is easy to type."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(12)).upper()


def return_link(session: Session) -> str:
    """Return the frozen return address with this session's code, or an empty text if there is none.

    In the address, `{code}` stands for the completion code and `{person}` for the platform's id of the person
    (SONA's survey code). No part of it comes from a request.
    """
    if session.return_link:
        return session.return_link
    template = plan_of(session.participant.version).design.return_url
    if not template or not session.completion_code:
        return ""
    identity = ExternalIdentity.objects.filter(participant=session.participant).first()
    person = quote(identity.person, safe="") if identity else ""
    return template.replace("{code}", session.completion_code).replace("{person}", person)
