"""What stands on an answer's button."""

from __future__ import annotations

import pytest
from django.test import Client

from study.choosing.answer_labels import label_in, label_problem, longest_label
from study.freezing.candidates import gather
from study.freezing.readiness import problems
from study.models import Category
from tests.study.addresses import address
from tests.study.factories import GRIDS, draft_study, open_study_version, open_version_of, player
from tests.study.playing import open_block

LABELS = {"en": "Sumo", "de": "Sumoringen"}


@pytest.mark.parametrize(
    ("language", "text", "known_as"),
    [("de", "Sumoringen", "de"), ("de-at", "Sumoringen", "de"), ("en", "Sumo", "en"), ("ar", "Sumo", "en")],
)
def test_a_label_says_its_own_language(language: str, text: str, known_as: str) -> None:
    label = label_in("sumo_wrestling", LABELS, language)
    assert (label.text, label.language) == (text, known_as)


def test_without_a_label_the_folders_name_is_read_as_words_in_no_known_language() -> None:
    label = label_in("sumo_wrestling", {}, "de")
    assert (label.text, label.language) == ("sumo wrestling", "")


def test_room_is_needed_for_the_longest() -> None:
    assert longest_label("sumo", LABELS) == "Sumoringen"


@pytest.mark.parametrize("labels", [[], {"english": "x"}, {"en": ""}, {"en": 3}, {"en": "x" * 121}])
def test_labels_that_no_button_can_carry_are_refused(labels: object) -> None:
    assert label_problem(labels)


@pytest.mark.django_db
class TestPages:
    @pytest.mark.thorough
    def test_buttons_carry_the_label_of_the_language_isolated(self, client: Client) -> None:
        study = draft_study()
        Category.objects.filter(study=study, name="dunk").update(labels={"de": "Dunking"})
        session = player(open_version_of(study))
        name = '<bdi class="name" translate="no" lang="{}">{}</bdi>'
        for language, shown in (("de", name.format("de", "Dunking")), ("en", name.format("", "dunk"))):
            page = client.get(address("session", session), headers={"Accept-Language": language})
            assert shown in page.content.decode()

    @pytest.mark.thorough
    def test_a_grid_asks_for_the_label(self) -> None:
        study = draft_study(**GRIDS)
        Category.objects.filter(study=study).update(labels={"en": "Label"})
        for number, category in enumerate(study.categories.all()):
            category.labels = {"en": f"Label {number}"}
            category.save()
        block = open_block(player(open_version_of(study)))
        assert {served.target.text.split()[0] for served in block.trials} == {"Label"}

    def test_two_classes_of_one_label_cannot_be_frozen(self) -> None:
        study = draft_study()
        Category.objects.filter(study=study, name="dunk").update(labels={"de": "Shoot"})
        assert any("same label in de" in problem for problem in problems(gather(study)))

    def test_a_frozen_label_does_not_change(self) -> None:
        version = open_study_version()
        Category.objects.filter(study=version.study).update(labels={"en": "other"})
        assert {category.labels.get("en") for category in version.frozen.categories} == {None}
