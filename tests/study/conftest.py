"""What most tests of participants begin with: an open study, and someone who has just come to it."""

from __future__ import annotations

import pytest

from study.models import Session, StudyVersion
from tests.study.factories import open_study_version, player


@pytest.fixture
def version() -> StudyVersion:
    return open_study_version()


@pytest.fixture
def session(version: StudyVersion) -> Session:
    return player(version)
