"""Confusion matrices count answers, silence included."""

from __future__ import annotations

import pandas as pd
import pytest

from stats import TableError
from stats.psychophysics.confusion import NO_ANSWER, confusions
from tests.stats.tables import block, table


@pytest.fixture
def study() -> pd.DataFrame:
    trials = table(block("human", 2, 4, 2, category="dunk"), block("human", 2, 4, 1, category="shoot"),
                   block("model", 1, 4, 4, category="dunk"))  # fmt: skip
    other = {"dunk": "shoot", "shoot": "dunk"}
    trials["response"] = trials["category"].where(trials["correct"] == 1, trials["category"].map(other))
    return trials


def test_rows_are_true_classes_and_columns_are_answers(study: pd.DataFrame) -> None:
    people, machine = confusions(study)
    assert people.categories == people.responses == ("dunk", "shoot")
    assert people.counts == ((6, 2), (1, 7))
    assert people.shares()[0] == (0.75, 0.25)
    assert machine.counts == ((0, 4), (0, 0))
    assert machine.shares()[1] == (None, None)


def test_silence_is_a_column_of_its_own(study: pd.DataFrame) -> None:
    study["response_status"] = "answered"
    study.loc[0, "response_status"] = "timeout"
    people = confusions(study)[0]
    assert people.responses == ("dunk", "shoot", NO_ANSWER)
    assert sum(map(sum, people.counts)) == 16
    assert sum(row[2] for row in people.counts) == 1


def test_without_responses_there_is_no_confusion(study: pd.DataFrame) -> None:
    with pytest.raises(TableError, match="column response"):
        confusions(study.drop(columns="response"))


def test_silence_is_told_from_a_class_and_an_answer_of_its_name(study: pd.DataFrame) -> None:
    study = study.replace("shoot", NO_ANSWER).assign(response_status="answered")
    study.loc[0, "response_status"] = "timeout"
    people = confusions(study)[0]
    assert people.responses == (NO_ANSWER, "dunk", f"({NO_ANSWER})")
    assert sum(map(sum, people.counts)) == 16
    assert sum(row[2] for row in people.counts) == 1
