"""Who has begun the pilot never takes part in the main study: a hash of their id outlives a withdrawal."""

from __future__ import annotations

import pytest

from study import sessions
from study.models import ExternalIdentity, Participant, Pilot, StudyVersion
from study.sessions.errors import AlreadyTakenPartError, StudyFullError, TookPartInPilotError
from tests.study.factories import NOW, newcomer, open_pilot_of, open_version_of, piloted_draft
from tests.study.playing import play_ready, play_to_the_end

pytestmark = pytest.mark.django_db
ANN = sessions.Identity("prolific", "ann")


def main_part(pilot: Pilot) -> StudyVersion:
    Pilot.objects.filter(pk=pilot.pk).update(outcome={})
    return open_version_of(pilot.version.study)


@pytest.mark.thorough
def test_a_person_of_the_pilot_is_refused_by_the_main_study() -> None:
    pilot = open_pilot_of()
    newcomer(pilot.version, identity=ANN)
    with pytest.raises(TookPartInPilotError):
        newcomer(main_part(pilot), identity=ANN)
    assert not Participant.objects.exists()


def test_also_after_withdrawing_though_the_id_itself_is_erased() -> None:
    pilot = open_pilot_of()
    session = newcomer(pilot.version, identity=ANN)
    sessions.withdraw(session.token, NOW)
    assert not ExternalIdentity.objects.exists()
    with pytest.raises(TookPartInPilotError):
        newcomer(main_part(pilot), identity=ANN)


def test_also_out_of_a_pilot_they_have_withdrawn_from() -> None:
    pilot = open_pilot_of()
    sessions.withdraw(newcomer(pilot.version, identity=ANN).token, NOW)
    with pytest.raises(AlreadyTakenPartError):
        newcomer(pilot.version, identity=ANN)


@pytest.mark.thorough
def test_the_hash_does_not_contain_the_id_and_differs_between_studies() -> None:
    first, second = open_pilot_of(), open_pilot_of(piloted_draft(name="Another"))
    hashes = {newcomer(pilot.version, identity=ANN).participant.kept_out_as for pilot in (first, second)}
    assert len(hashes) == 2
    assert all(len(digest) == 64 and "ann" not in digest for digest in hashes)


def test_people_of_the_main_study_have_no_such_hash() -> None:
    version = main_part(open_pilot_of())
    assert newcomer(version, identity=ANN).participant.kept_out_as == ""


@pytest.mark.thorough
def test_the_same_id_on_another_platform_or_in_another_study_is_somebody_else() -> None:
    pilot = open_pilot_of()
    newcomer(pilot.version, identity=ANN)
    version = main_part(pilot)
    assert newcomer(version, identity=sessions.Identity("sona", "ann")).participant.stage == "main"
    other = open_pilot_of(piloted_draft(name="Another"))
    assert newcomer(other.version, identity=ANN).participant.stage == "pilot"


def test_a_person_begins_the_pilot_once() -> None:
    pilot = open_pilot_of()
    newcomer(pilot.version, identity=ANN)
    with pytest.raises(AlreadyTakenPartError):
        newcomer(pilot.version, identity=ANN)


@pytest.mark.thorough
def test_everybody_of_the_pilot_gets_a_list_of_their_own() -> None:
    pilot = open_pilot_of()
    people = [play_to_the_end(play_ready(newcomer(pilot.version))) for _ in range(12)]
    assert len({session.assignment_id for session in people}) == 12
    with pytest.raises(StudyFullError):
        newcomer(pilot.version)
