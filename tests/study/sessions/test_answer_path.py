"""Whatever a trial asks, storing an answer to it asks the database as little as for a button."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.study.factories import open_study_version
from tests.study.playing import at_the_trials, deliver, open_block, right_answer, trials_of

pytestmark = pytest.mark.django_db


def queries_of_an_answer(task: str) -> int:
    session = at_the_trials(open_study_version(task=task))
    first, second, *_ = trials_of(open_block(session))
    deliver(session, right_answer(first))
    answer = right_answer(second)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        deliver(session, answer)
    return len(asked)


@pytest.mark.sampled
@pytest.mark.parametrize("task", ["yes_no", "naming"])
def test_no_query_more_than_for_a_button(task: str) -> None:
    assert queries_of_an_answer(task) == queries_of_an_answer("single")


def test_an_answer_takes_five_statements_in_one_transaction() -> None:
    """The session, what is due, the answer, the trial that begins, and how many are closed."""
    session = at_the_trials(open_study_version())
    first, second, third, *_ = trials_of(open_block(session))
    deliver(session, right_answer(first))
    answer = right_answer(second)
    with CaptureQueriesContext(connection) as asked:
        deliver(session, answer, begun=third.token)
    statements = [each["sql"] for each in asked if "SAVEPOINT" not in each["sql"]]
    assert [sql.split()[0] for sql in statements] == ["SELECT", "SELECT", "UPDATE", "UPDATE", "SELECT"]
