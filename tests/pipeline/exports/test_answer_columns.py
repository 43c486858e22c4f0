"""What exports tell of how an answer was given: the order of the buttons, and the input."""

from __future__ import annotations

import pytest

from pipeline.exports.study_rows import session_row
from pipeline.exports.trial_rows import human_rows
from study.choosing.answer_order import PER_BLOCK
from tests.study.factories import open_study_version, player
from tests.study.playing import answer, deliver, open_block, play_block, trials_of

TWELVE = tuple(f"action {number}" for number in range(12))


@pytest.mark.django_db
def test_exports_tell_the_order_and_the_input_of_each_trial() -> None:
    version = open_study_version(classes=TWELVE, trials_per_person=12, answer_order=PER_BLOCK)
    session = player(version)
    play_block(session)
    for given in ("key", "touch", "touch"):
        trial = trials_of(open_block(session))[0]
        deliver(session, answer(trial, response_input=given))
    rows = list(human_rows(version, "live"))
    assert [row["response_input"] for row in rows][2:] == ["key", "touch", "touch"]
    names = dict(version.study.categories.values_list("pk", "name"))
    for row, trial in zip(rows, session.trials.answered(), strict=True):
        assert row["choice_positions"].split("|") == [names[pk] for pk in trial.choice_order]
    assert session_row(session.participant)["inputs_used"] == "touch|key"
