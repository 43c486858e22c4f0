"""Who learns from which photo: attackers and designers share none, and each validates on others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from attacker import Example
from pipeline.attacks.data_roles import designers_roles, roles_of
from pipeline.models import AttackerRun
from study.models import Item, Study
from tests.study.factories import add_photos, draft_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    study = draft_study()
    for split, photos in ((Item.Split.TRAIN, 6), (Item.Split.DESIGN, 4)):
        add_photos(study.categories.all(), split, study.levels.all(), photos)
    add_photos(study.categories.all(), Item.Split.VALIDATION, study.levels.all(), 3)
    return study


def splits(study: Study, examples: Iterable[Example]) -> set[str]:
    return {study.items.get(pk=example.item).split for example in examples}


@pytest.mark.thorough
def test_an_attacker_learns_from_train_photos_and_validates_at_its_own_level(study: Study) -> None:
    learned, validated = roles_of(
        AttackerRun(study=study, role=AttackerRun.Role.ATTACK, seed=0, trained_through=1)
    )
    assert splits(study, learned) == {Item.Split.TRAIN}
    assert splits(study, validated) == {Item.Split.VALIDATION}
    assert {example.level for example in learned} == {0, 1}
    assert {example.level for example in validated} == {1}


@pytest.mark.thorough
def test_whoever_else_would_crop_knows_design_photos_only(study: Study) -> None:
    """As the control that crops by another network's attention does."""
    learned, validated = designers_roles(study, 1, seed=2000)
    assert splits(study, [*learned, *validated]) == {Item.Split.DESIGN}
    assert not {photo.group for photo in learned} & {photo.group for photo in validated}
    assert ({photo.level for photo in learned}, {photo.level for photo in validated}) == ({0, 1}, {1})


def test_a_designer_knows_design_photos_only_and_validates_on_a_quarter_of_them(study: Study) -> None:
    designers = [
        AttackerRun(study=study, role=AttackerRun.Role.DESIGN, seed=seed, trained_through=1)
        for seed in (1000, 1001)
    ]
    parts = [roles_of(run) for run in designers]
    for learned, validated in parts:
        assert splits(study, [*learned, *validated]) == {Item.Split.DESIGN}
        assert not {photo.group for photo in learned} & {photo.group for photo in validated}
        assert Counter(photo.label for photo in validated) == {0: 1, 1: 1, 2: 1}
        assert {photo.level for photo in validated} == {1}
    assert parts[0][1] != parts[1][1]
    assert roles_of(designers[0]) == parts[0]
