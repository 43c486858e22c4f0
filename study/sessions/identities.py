"""Which people, by their id on a recruitment platform, have been in a study or its pilot before."""

from __future__ import annotations

from django.db import transaction
from django.utils.crypto import salted_hmac

from study.models import ExternalIdentity, Participant, Session, Study, StudyVersion
from study.models.studies import Stage
from study.plan import plan_of
from study.platforms.contract import Identity

SALT = "study.pilot"


def kept_out_as(study: Study, identity: Identity) -> str:
    """Return a hash, keyed with the site's secret, by which a person is known again and not named."""
    name = f"{study.code}:{identity.platform}:{identity.person}"
    return salted_hmac(SALT, name, algorithm="sha256").hexdigest()


def took_part_in_pilot(study: Study, identity: Identity) -> bool:
    """Return whether a person of a platform has begun the pilot, also if they have withdrawn since."""
    people = Participant.of_any_stage.filter(version__study=study, stage=Stage.PILOT)
    return people.filter(kept_out_as=kept_out_as(study, identity)).exists()


def has_withdrawn(version: StudyVersion, identity: Identity) -> bool:
    """Return whether a person of a platform has withdrawn from the study, or from this pilot of it."""
    people = Participant.of_any_stage.filter(version__study=version.study_id, stage=version.stage)
    known = people.filter(kept_out_as=kept_out_as(version.study, identity))
    return known.exclude(withdrawn_at=None).exists()


def earlier_session(version: StudyVersion, identity: Identity) -> Session | None:
    """Return the session that this person has begun in any version of the study, or in this pilot of it."""
    return Session.of_any_stage.filter(
        participant__stage=version.stage,
        participant__version__study=version.study_id,
        participant__identity__platform=identity.platform,
        participant__identity__person=identity.person,
    ).first()


@transaction.atomic
def come_for_next_part(session: Session, identity: Identity) -> bool:
    """Return whether somebody whom a platform sends again may go on: a part is over, and another follows.

    That is so where each part has a code, and with it a visit of its own on the platform: the way back
    belongs to the latest one. Elsewhere only their own link leads on, which nobody can guess, unlike ids.
    """
    design = plan_of(session.participant.version).design
    if session.status != Session.Status.BETWEEN or not design.part_codes:
        return False
    known = ExternalIdentity.objects.select_for_update().get(participant=session.participant)
    if identity.session_reference and known.session_reference != identity.session_reference:
        if known.session_reference:
            known.earlier_references = [*known.earlier_references, known.session_reference]
        known.study_reference, known.session_reference = identity.study_reference, identity.session_reference
        known.submit_to = identity.submit_to
        known.save()
    return True


def of_same_visit(session: Session, identity: Identity) -> bool:
    """Return whether the platform's ids name this very visit: only then may another browser continue it."""
    known = session.participant.identity
    return bool(identity.session_reference) and known.session_reference == identity.session_reference
