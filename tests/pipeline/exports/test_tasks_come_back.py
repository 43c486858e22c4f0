"""Tables of every task, as a study really writes them, come back through the import cell by cell."""

from __future__ import annotations

import pytest

from pipeline.exports.files import FILES
from study.models.people import Mode
from tests.pipeline.exports.test_exports_come_back import back, cells
from tests.study.factories import open_study_version, player
from tests.study.playing import play_to_the_end

pytestmark = pytest.mark.django_db


@pytest.mark.sampled
@pytest.mark.parametrize("task", ["same_different", "single", "yes_no", "two_photos", "naming"])
def test_answers_to_every_task_come_back(task: str) -> None:
    version = open_study_version(task=task, test_photos=8, validation_photos=10)
    for _ in range(3):
        play_to_the_end(player(version))
    text = "".join(FILES["trials.csv"](version, Mode.LIVE))
    assert len(cells(text)) > 6
    assert cells(back(text)) == cells(text)
