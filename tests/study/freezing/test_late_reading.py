"""A frozen configuration is long: it is read when it is needed, and a design once."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from study.models import Study, StudyVersion
from tests.study.factories import frozen_version

pytestmark = pytest.mark.django_db


def newest(study: Study) -> StudyVersion:
    version = Study.objects.get(pk=study.pk).version()
    assert version is not None
    return version


def test_the_newest_version_comes_without_its_configuration(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    stored = frozen_version()
    version = newest(stored.study)
    assert version.get_deferred_fields() == {"config"}
    with django_assert_num_queries(0):
        assert version.study == stored.study
    with django_assert_num_queries(1):
        assert version.config == stored.config


@pytest.mark.thorough
def test_a_design_is_read_once_for_all_versions_of_one_hash(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    stored = frozen_version(trials_per_person=4)
    assert newest(stored.study).design == stored.frozen.design
    again = newest(stored.study)
    with django_assert_num_queries(0):
        assert again.design.trials_per_person == 4
