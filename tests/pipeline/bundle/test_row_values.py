"""Numbers of rows are raised on the way to another installation; words of a task stay words."""

from __future__ import annotations

import pytest

from pipeline.bundle.bundle_tables import TABLES
from pipeline.bundle.row_values import line_of, row_of
from study.models import Trial
from tests.study.factories import open_study_version, player

pytestmark = pytest.mark.django_db
BY = 1000
TRIALS = next(table for table in TABLES if table.model is Trial)


def taken_over(trial: Trial) -> Trial:
    row = row_of(TRIALS, line_of(TRIALS, trial).encode(), BY, {})
    assert isinstance(row, Trial)
    return row


def a_trial(**design: object) -> Trial:
    trial = player(open_study_version(**design)).trials.filter(block_type="test").first()
    assert trial is not None
    return trial


def test_the_order_of_classes_names_their_rows_in_the_other_database() -> None:
    trial = a_trial()
    assert taken_over(trial).choice_order == [number + BY for number in trial.choice_order]


@pytest.mark.sampled
@pytest.mark.parametrize("task", ["yes_no", "same_different"])
def test_the_words_of_a_question_stay_as_they_are(task: str) -> None:
    trial = a_trial(task=task)
    words = trial.choice_order
    assert all(isinstance(word, str) for word in words)
    row = taken_over(trial)
    assert row.choice_order == words
    assert (row.pk, row.stimulus_id) == (trial.pk + BY, trial.stimulus_id + BY)
