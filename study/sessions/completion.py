"""The completion code, and what leads a participant back to their recruitment platform, by how it ended."""

from __future__ import annotations

import secrets

from study.models import ExternalIdentity, Recruitment, Session, StudyVersion
from study.platforms.contract import Identity, Outcome, Platform, WayBack
from study.platforms.known import platform_named
from study.statements.prepared_sql import PreparedQuery
from study.tokens import CODE_ALPHABET

IDENTITY = PreparedQuery(lambda participant: ExternalIdentity.objects.filter(participant=participant), int)
ENDINGS = {
    Session.Status.COMPLETED: Outcome.COMPLETED,
    Session.Status.SCREENED_OUT: Outcome.SCREENED_OUT,
    Session.Status.STOPPED: Outcome.STOPPED,
    Session.Status.WITHDRAWN: Outcome.STOPPED,
}


def new_completion_code() -> str:
    """Return a code of twelve letters and digits that cannot be guessed and is easy to type."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(12)).upper()


def recruitment_of(version: StudyVersion) -> Recruitment:
    """Return how people are recruited for a version: for its study, or for the pilot of it."""
    return Recruitment.objects.of(version.study_id, version.stage)


def platform_of_session(session: Session) -> Platform:
    """Return the platform that somebody came from."""
    known = IDENTITY.first(session.participant.pk)
    return platform_named(recruitment_of(session.participant.version), known.platform if known else "")


def way_back(session: Session) -> WayBack:
    """Return the code and the link for how this session ended; empty while it runs.

    Where the platform has one code for all, it is the only one shown. Who withdrew after
    the end had completed it.
    """
    outcome = Outcome.COMPLETED if session.completion_code else ENDINGS.get(Session.Status(session.status))
    if outcome is None:
        return WayBack()
    recruitment = recruitment_of(session.participant.version)
    code = recruitment.code_of(outcome) or (session.completion_code if outcome == Outcome.COMPLETED else "")
    if session.return_link:
        return WayBack(code, session.return_link)
    known = IDENTITY.first(session.participant.pk)
    identity = identity_of(known) if known else None
    platform = platform_named(recruitment, identity.platform if identity else "")
    return platform.way_back(outcome, code, recruitment.link_of(outcome), identity)


def way_back_of_part(session: Session) -> WayBack:
    """Return the code for the part that is over, and where the platform takes it; empty: it gives none.

    A researcher's own link is for the end: what it leads to may count as all of the study.
    """
    part = session.parts.filter(number=session.part).first()
    if part is None or not part.completion_code:
        return WayBack()
    known = IDENTITY.first(session.participant.pk)
    platform = platform_of_session(session)
    identity = identity_of(known) if known else None
    return platform.way_back(Outcome.COMPLETED, part.completion_code, "", identity)


def code_of_part(session: Session) -> str:
    """Return the code for the part that ends now: the platform's, or a new one."""
    return recruitment_of(session.participant.version).code_of_part(session.part) or new_completion_code()


def identity_of(known: ExternalIdentity) -> Identity:
    """Return a stored identity as plain values."""
    return Identity(
        known.platform, known.person, known.study_reference, known.session_reference, known.submit_to
    )
