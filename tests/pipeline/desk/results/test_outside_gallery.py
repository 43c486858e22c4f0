"""A machine from outside has a gallery: photos where people and it differ, with what it chose."""

from __future__ import annotations

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from pipeline.desk.results.apart_page import levels_apart, machines_apart
from pipeline.models import Analysis, BroughtAnswer, BroughtMachine
from pipeline.models.crop_maps import replace_maps
from study.models import Trial
from tests.pipeline.brought.brought import bring
from tests.pipeline.bundle.bundled import analysed_with, drafted_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def analysis() -> Analysis:
    """A machine from outside that knows little of the heavier crops, and one that knows everything."""
    study = drafted_study(4, trials_per_person=12)
    bring(study, "weak", {0: 0.5, 1: 0.25, 2: 0.0}, kind="zero-shot")
    bring(study, "oracle", {0: 1.0, 1: 1.0, 2: 1.0})
    return analysed_with(study, people=12)


def number_of(analysis: Analysis, name: str) -> int:
    labels = [machine.label for machine in machines_apart(analysis) or ()]
    return 1 + next(place for place, label in enumerate(labels) if label.startswith(f"{name} ("))


def page(client: Client, analysis: Analysis, machine: object = 0) -> str:
    address = reverse("pipeline:apart", args=[analysis.study.code, analysis.pk])
    response = client.get(address, {"machine": machine})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.thorough
def test_its_photos_are_those_that_people_know_and_its_table_missed(analysis: Analysis) -> None:
    machines = machines_apart(analysis)
    assert machines is not None
    weak = machines[number_of(analysis, "weak") - 1]
    assert weak.outside
    table = BroughtAnswer.objects.filter(machine=BroughtMachine.objects.get(name="weak"))
    shown = [photo for level in levels_apart(analysis, weak) or () for photo in level.people_know]
    assert shown
    for each in shown:
        answer = table.get(stimulus=each.stimulus)
        assert answer.response is not None
        assert each.photo.machine_answers == {answer.response.name: 1}
        assert (each.photo.machine_right, answer.correct) == (0, False)
        people = Trial.objects.filter(stimulus=each.stimulus, block_type="test")
        assert each.photo.people_right == people.filter(correct=True).count()


@pytest.mark.thorough
def test_every_photo_says_what_all_machines_chose_of_whatever_kind(analysis: Analysis) -> None:
    shown = [photo for level in levels_apart(analysis) or () for photo in level.people_know]
    assert shown
    for each in shown:
        others = {label.split(" (")[0] for label in each.photo.others}
        assert others == {"net", "oracle", "weak"}
        assert each.photo.others["oracle (kind unknown, from outside)"] == {each.photo.category: 1}


@pytest.mark.thorough
def test_no_attention_is_shown_of_a_machine_whose_attention_nobody_knows(
    analysis: Analysis, admin_client: Client
) -> None:
    number = number_of(analysis, "weak")
    weak = (machines_apart(analysis) or [])[number - 1]
    for level in levels_apart(analysis, weak) or ():
        for photo in level.people_know:
            replace_maps(photo.stimulus.item_id, photo.stimulus.level_id, np.eye(4), np.eye(4))
    outside = page(admin_client, analysis, number)
    assert "No attention map is known of this machine" in outside
    assert "/attention" not in outside
    own = page(admin_client, analysis, number_of(analysis, "net"))
    assert "No attention map is known" not in own


@pytest.mark.thorough
def test_the_page_offers_every_machine_and_marks_the_one_that_is_shown(
    analysis: Analysis, admin_client: Client
) -> None:
    number = number_of(analysis, "oracle")
    html = page(admin_client, analysis, number)
    assert "weak (zero-shot, from outside)" in html
    assert html.count('aria-current="page"') == 1
    assert f'href="?machine={number}" aria-current="page">oracle' in html
    address = reverse("pipeline:apart", args=[analysis.study.code, analysis.pk])
    for unknown in ("99", "-1", "weak", "²"):
        assert admin_client.get(address, {"machine": unknown}).status_code == 404
    side_by_side = reverse("pipeline:machines", args=[analysis.study.code, analysis.pk])
    assert address in admin_client.get(side_by_side).content.decode()


@pytest.mark.thorough
def test_an_analysis_from_before_each_machine_had_a_gallery_says_what_to_do(
    analysis: Analysis, admin_client: Client
) -> None:
    Analysis.objects.filter(pk=analysis.pk).update(machines_apart=None)
    html = page(admin_client, analysis)
    assert "before each machine had a gallery of its own" in html
    assert "People know, the machine does not" in html
