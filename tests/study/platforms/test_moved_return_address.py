"""Studies from before: the return address that was frozen becomes a setting of recruitment."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from study.models import Recruitment
from tests.study.factories import draft_study, frozen_version

MOVE = import_module("study.migrations.0025_recruitment")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://app.prolific.com/submissions/complete?cc=C1ABCDEF", "C1ABCDEF"),
        ("https://app.prolific.com/submissions/complete?cc={code}", ""),
        ("https://lab.sona-systems.com/credit?survey_code={person}", ""),
    ],
)
def test_an_address_stays_and_a_fixed_code_of_prolific_becomes_the_one_code(address: str, code: str) -> None:
    moved = MOVE.settings_of(address)
    assert (moved["link_completed"], moved.get("code_completed", "")) == (address, code)


@pytest.mark.thorough
@pytest.mark.django_db
def test_what_was_frozen_last_counts_before_what_the_draft_says() -> None:
    version = frozen_version()
    version.config["design"]["return_url"] = "https://frozen.example/"
    version.save()
    untouched = draft_study(name="Other")
    loader = MigrationLoader(connection)
    # Tables as they are, whose columns the database has; only studies have their former address again.
    tables = loader.project_state(loader.graph.leaf_nodes("study")).apps
    tables.get_model("study", "Study").return_url = "https://draft.example/"
    MOVE.move_addresses(tables, None)
    moved = dict(Recruitment.objects.values_list("study__name", "link_completed"))
    assert moved == {version.study.name: "https://frozen.example/", untouched.name: "https://draft.example/"}
