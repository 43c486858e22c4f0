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


@pytest.mark.django_db
def test_what_was_frozen_last_counts_before_what_the_draft_says() -> None:
    version = frozen_version()
    version.config["design"]["return_url"] = "https://frozen.example/"
    version.save()
    untouched = draft_study(name="Other")
    before = MigrationLoader(connection).project_state([("study", "0025_recruitment")]).apps

    class StudiesBefore:
        """The studies as they were, each with its draft's address."""

        def get_model(self, app: str, name: str) -> object:
            model = before.get_model(app, name)
            if name != "Study":
                return model
            model.objects.model.return_url = "https://draft.example/"
            return _Deferring(model)

    MOVE.move_addresses(StudiesBefore(), None)
    moved = dict(Recruitment.objects.values_list("study__name", "link_completed"))
    assert moved == {version.study.name: "https://frozen.example/", untouched.name: "https://draft.example/"}


class _Deferring:
    """A table whose removed column is never read from the database."""

    def __init__(self, model: object) -> None:
        self.model = model

    @property
    def objects(self) -> _Deferring:
        return self

    def all(self) -> object:
        return self.model.objects.only("pk")  # type: ignore[attr-defined]
