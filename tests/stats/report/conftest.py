"""One report, made once for all specifications that only read it."""

from __future__ import annotations

import pytest

from stats.report.content import Source
from tests.stats.report.studies import source


@pytest.fixture(scope="session")
def written() -> Source:
    return source()
