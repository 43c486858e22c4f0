"""Who a recruitment platform says that somebody is, and which of them have begun a study's pilot."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from study.models import Participant, Study

SALT = "study.pilot"


@dataclass(frozen=True)
class Identity:
    """Who this is, according to a recruitment platform."""

    platform: str
    person: str
    study_reference: str = ""
    session_reference: str = ""


def kept_out_as(study: Study, identity: Identity) -> str:
    """Return a hash, keyed with the site's secret, by which a person of a pilot is known and not named."""
    name = f"{study.code}:{identity.platform}:{identity.person}"
    return salted_hmac(SALT, name, algorithm="sha256").hexdigest()


def took_part_in_pilot(study: Study, identity: Identity) -> bool:
    """Return whether a person of a platform has begun the pilot, also if they have withdrawn since."""
    people = Participant.of_any_stage.filter(version__study=study)
    return people.filter(kept_out_as=kept_out_as(study, identity)).exists()
