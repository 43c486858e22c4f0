"""What a report says its numbers rest on, from a frozen version."""

from __future__ import annotations

import pytest

from pipeline.analysis.report_facts import located_by, may_leave, nobody_asked
from study.models import Stimulus
from tests.study.factories import frozen_version

pytestmark = pytest.mark.django_db


def test_photos_are_counted_by_the_evidence_that_located_their_subject_most_first() -> None:
    version = frozen_version(test_photos=3)
    test = Stimulus.objects.filter(item__split="test")
    odd = test.first()
    assert odd is not None
    assert list(located_by(version)) == []  # levels by photo need no subject
    test.update(subject_source="landmarks")
    odd.item.stimuli.update(subject_source="box")
    photos = test.values("item").distinct().count()
    (sentence,) = located_by(version)
    assert sentence == (
        f"The subject of the {photos} test photos was located by: landmarks that came with the photo "
        f"({photos - 1}); a box that came with the photo (1)."
    )


def test_the_report_says_in_how_many_photos_it_was_guessed_who_is_meant() -> None:
    version = frozen_version(test_photos=3)
    assert list(nobody_asked(version)) == []
    doubtful = Stimulus.objects.filter(item__split="test").first()
    assert doubtful is not None
    doubtful.item.stimuli.update(people_alike=True)
    (sentence,) = nobody_asked(version)
    assert sentence.startswith(f"In 1 of the {len(version.frozen.items)} test photos another person or part")


def test_the_report_says_that_photos_may_be_sent_to_machines_of_others() -> None:
    assert list(may_leave(frozen_version(name="stay"))) == []
    (sentence,) = may_leave(frozen_version(name="leave", photos_may_leave=True))
    assert sentence == "By the design the photos may be sent to machines of others, such as hosted models."
