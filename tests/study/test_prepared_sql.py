"""Statements whose SQL is written once do what the querysets and `save` do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Count, Q
from django.db.transaction import TransactionManagementError
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from study.models import Session, Trial
from study.statements.prepared_insert import PreparedInsert
from study.statements.prepared_sql import PreparedQuery, PreparedUpdate, PreparedValues, UnpreparedError
from tests.study.factories import open_study_version, player

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
WITH_PHOTOS = PreparedQuery(
    lambda session: Trial.objects.filter(session=session).select_related("stimulus__item").order_by("-pk"),
    int,
)
BY_TOKEN = PreparedQuery(lambda token: Session.of_any_stage.with_version().filter(token=token), str)


@pytest.fixture
def session() -> Session:
    return player(open_study_version(), NOW)


def test_rows_and_those_they_are_joined_to_come_as_from_the_queryset(session: Session) -> None:
    expected = list(session.trials.select_related("stimulus__item").order_by("-pk"))
    with CaptureQueriesContext(connection) as queries:
        trials = WITH_PHOTOS(session.pk)
        photos = [trial.stimulus.item for trial in trials]
    assert len(queries) == 1
    assert [model_to_dict(trial) for trial in trials] == [model_to_dict(trial) for trial in expected]
    assert [model_to_dict(photo) for photo in photos] == [
        model_to_dict(trial.stimulus.item) for trial in expected
    ]


def test_other_values_give_other_rows_and_unknown_ones_none(session: Session) -> None:
    other = player(session.participant.version, NOW)
    assert [BY_TOKEN.first(each.token) for each in (session, other)] == [session, other]
    assert BY_TOKEN.first("nobody") is None
    assert BY_TOKEN.first(session.token).get_deferred_fields() == {"answers"}


def test_counts_and_prefetched_rows_come_along(session: Session) -> None:
    practice = Count("trials", filter=Q(trials__block_type="practice"))
    counted = PreparedQuery(lambda pk: Session.of_any_stage.filter(pk=pk).annotate(practice=practice), int)
    with_trials = PreparedQuery(lambda pk: Session.of_any_stage.filter(pk=pk).prefetch_related("trials"), int)
    assert vars(counted(session.pk)[0])["practice"] == session.trials.filter(block_type="practice").count()
    (prefetched,), expected = with_trials(session.pk), list(session.trials.all())
    with CaptureQueriesContext(connection) as queries:
        assert list(prefetched.trials.all()) == expected
    assert len(queries) == 0


def test_plain_values_come_converted_and_in_the_order_of_the_queryset(session: Session) -> None:
    columns = (
        "trial_index",
        "session__started_at",
        "session__choice_order",
        "stimulus__item__category__name",
    )
    values = PreparedValues(
        lambda pk: Trial.objects.filter(session=pk).order_by("-pk").values_list(*columns), int
    )
    assert values(session.pk) == list(session.trials.order_by("-pk").values_list(*columns))
    assert values.first(session.pk) == values(session.pk)[0]
    assert values.first(0) is None
    counts = PreparedValues(
        lambda pk: (
            Trial.objects.filter(session=pk).order_by().values_list("block_type").annotate(Count("pk"))
        ),
        int,
    )
    expected = session.trials.order_by().values_list("block_type").annotate(Count("pk"))
    assert sorted(counts(session.pk)) == sorted(expected)


def test_a_value_that_is_compared_twice_or_changed_is_refused() -> None:
    twice = PreparedQuery(lambda token: Session.of_any_stage.filter(Q(token=token) | Q(status=token)), str)
    changed = PreparedQuery(lambda token: Session.of_any_stage.filter(token__contains=token), str)
    for query in (twice, changed):
        with pytest.raises(UnpreparedError, match="once, as it is given"):
            query("anything")


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_only_and_every_thread_uses_its_own_connection() -> None:
    session = player(open_study_version(), NOW)
    locking = PreparedQuery(lambda pk: Session.of_any_stage.select_for_update().filter(pk=pk), int)
    with transaction.atomic():
        assert locking(session.pk) == [session]
    with pytest.raises(TransactionManagementError):
        locking(session.pk)

    def ask(_: int) -> str:
        try:
            return BY_TOKEN(session.token)[0].participant.version.config_hash
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        assert set(threads.map(ask, range(6))) == {session.participant.version.config_hash}


def test_an_update_writes_every_kind_of_value_as_save_does(session: Session) -> None:
    written = {
        "choice_order": [2, 1],
        "answer_uuid": uuid4(),
        "rt_ms": 512.25,
        "late": True,
        "begun_at": NOW,
    }
    trial, untouched = session.trials.all()[:2]
    for name, value in {**written, "response": trial.stimulus.item.category, "status_reason": "no"}.items():
        setattr(trial, name, value)
    PreparedUpdate(Trial, *written, "response")(trial)
    stored = Trial.objects.get(pk=trial.pk)
    assert {name: getattr(stored, name) for name in written} == written
    assert (stored.response, stored.status_reason) == (trial.response, "")
    assert model_to_dict(Trial.objects.get(pk=untouched.pk)) == model_to_dict(untouched)


def test_an_update_of_a_row_that_is_gone_or_of_a_field_that_is_none_is_refused(session: Session) -> None:
    trial = session.trials.first()
    Trial.objects.filter(pk=trial.pk).delete()
    with pytest.raises(DatabaseError, match="not there any more"):
        PreparedUpdate(Trial, "rt_ms")(trial)
    with pytest.raises(UnpreparedError, match="rt_seconds"):
        PreparedUpdate(Trial, "rt_seconds")


def test_an_insert_adds_rows_as_bulk_create_does(session: Session) -> None:
    before = session.trials.count()
    planned = [
        Trial(
            session=session,
            stimulus=trial.stimulus,
            choice_order=[2, 1],
            trial_index=1000 + place,
            block_id=9,
        )
        for place, trial in enumerate(list(session.trials.all()) * 9)
    ]
    PreparedInsert(Trial)(planned)
    stored = session.trials.filter(block_id=9)
    assert (session.trials.count(), len(planned) > 25) == (before + len(planned), True)
    unset = {"id": None}
    assert [model_to_dict(row) | unset for row in stored] == [model_to_dict(row) | unset for row in planned]


def test_an_insert_adds_all_rows_or_none(session: Session) -> None:
    before = session.trials.count()
    twice = [Trial(session=session, stimulus=session.trials.first().stimulus, trial_index=7, block_id=9)] * 30
    with pytest.raises(IntegrityError), transaction.atomic():
        PreparedInsert(Trial)(twice)
    assert session.trials.count() == before
