"""The gallery of photos apart, and the page that puts versions and attackers side by side."""

from __future__ import annotations

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from pipeline.analysis.freezing import freeze_with_machine
from pipeline.desk.results.apart_page import levels_apart
from pipeline.desk.results.compare_page import attackers_of, results_of, settings_of
from pipeline.models import Analysis
from pipeline.models.crop_maps import replace_maps
from study.models import Study, Trial
from tests.pipeline.bundle.bundled import analysed, analysed_study
from tests.study.factories import NOW, player
from tests.study.playing import play_to_the_end

pytestmark = pytest.mark.django_db


@pytest.fixture
def analysis() -> Analysis:
    """Twelve people on few photos, so that enough of them see each at each level."""
    return analysed_study(people=12, photos=4, trials_per_person=12)


def page(client: Client, name: str, *args: object, **query: object) -> str:
    response = client.get(reverse(f"pipeline:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.thorough
def test_the_gallery_holds_photos_that_nearly_all_people_and_no_network_knew(analysis: Analysis) -> None:
    levels = levels_apart(analysis)
    assert levels is not None
    shown = [photo for level in levels for photo in level.people_know]
    assert shown
    for each in shown:
        trials = Trial.objects.filter(stimulus=each.stimulus, block_type="test")
        assert (each.photo.people_right, each.photo.people) == (
            trials.filter(correct=True).count(),
            trials.count(),
        )
        machine = each.stimulus.predictions.filter(run__trained_through=each.stimulus.level.number)
        assert each.photo.machine_right <= machine.filter(correct=True).count()
        assert each.photo.machine_right / each.photo.machine <= 1 / 3
    assert all(
        each.photo.machine_right == each.photo.machine for level in levels for each in level.machine_knows
    )


@pytest.mark.thorough
def test_the_gallery_shows_answers_and_the_attention_by_which_the_crop_was_cut(
    analysis: Analysis, admin_client: Client
) -> None:
    levels = levels_apart(analysis)
    assert levels is not None
    crop = next(level.people_know[0].stimulus for level in levels if level.people_know)
    maps = replace_maps(crop.item_id, crop.level_id, np.eye(4), np.eye(4))
    html = page(admin_client, "apart", analysis.study.code, analysis.pk)
    assert reverse("pipeline:crop-map", args=[maps.pk, "attention"]) in html
    assert reverse("pipeline:stimulus", args=[crop.pk]) in html
    assert crop.item.source_name in html
    assert "no answer" not in html
    report = page(admin_client, "report", analysis.study.code, analysis.pk)
    assert reverse("pipeline:apart", args=[analysis.study.code, analysis.pk]) in report


@pytest.mark.thorough
def test_an_analysis_from_before_there_were_galleries_says_what_to_do(
    analysis: Analysis, admin_client: Client
) -> None:
    Analysis.objects.filter(pk=analysis.pk).update(photos_apart=None)
    assert "analyse the answers again" in page(admin_client, "apart", analysis.study.code, analysis.pk)


@pytest.fixture
def two_versions(analysis: Analysis) -> Study:
    """A second version with a lower floor, whose people know everything."""
    study = analysis.study
    Study.objects.filter(pk=study.pk).update(floor=0.8)
    study.refresh_from_db()
    version = freeze_with_machine(study, NOW)
    for _ in range(4):
        play_to_the_end(player(version))
    analysed(study)
    return study


@pytest.mark.thorough
def test_versions_stand_beside_each_other_with_the_settings_that_differ(
    two_versions: Study, admin_client: Client
) -> None:
    first, second = two_versions.analyses.order_by("created_at")
    people = next(line for line in results_of([first, second]) if line.name == "People")
    assert list(people.cells) == ["12 people", "4 people"]
    assert [(line.name, list(line.cells)) for line in settings_of([first, second])] == [
        ("floor", ["0.85", "0.8"])
    ]
    html = page(admin_client, "compare", two_versions.code)
    assert html.count("checked") == 2
    alone = page(admin_client, "compare", two_versions.code, analysis=first.pk)
    assert "The designs of these versions" not in alone
    assert alone.count("checked") == 1


@pytest.mark.thorough
def test_attackers_stand_beside_each_other_by_level(analysis: Analysis) -> None:
    (line,) = attackers_of(analysis.study)
    assert line.architecture == "net"
    assert [attack and attack.counts_at for attack in line.attacks] == [(0,), (1,), (2,)]
    assert [attack and round(attack.mean_pct) for attack in line.attacks] == [95, 45, 45]


@pytest.mark.thorough
def test_the_page_asks_the_database_few_questions(
    two_versions: Study, admin_client: Client, django_assert_max_num_queries: object
) -> None:
    address = reverse("pipeline:compare", args=[two_versions.code])
    admin_client.get(address)
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        admin_client.get(address)
