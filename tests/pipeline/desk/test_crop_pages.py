"""Crop review over HTTP: order, figures, data for the script, and few queries for many crops."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from pipeline.crops.stimuli import render
from pipeline.crops.windows import Choice, Window
from pipeline.models import CropChange, Job, Loop
from pipeline.models.crop_maps import current_maps
from study.models import Item, Stimulus, Study
from tests.pipeline.looking import study_cut_by_looks, study_with_boxes
from tests.pipeline.studies import work_off

pytestmark = pytest.mark.django_db
DATA = {"Accept": "application/json"}


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> Study:
    return study_cut_by_looks(monkeypatch)


def page_of(client: Client, study: Study, query: str = "") -> HttpResponse:
    return client.get(reverse("pipeline:crops", args=[study.code, 1]) + query)


def crops(study: Study, level: int = 1) -> list[Stimulus]:
    return list(Stimulus.objects.filter(level__study=study, level__number=level, item__split=Item.Split.TEST))


def post(client: Client, name: str, pk: int, **fields: object) -> dict[str, Any]:
    return client.post(reverse(f"pipeline:{name}", args=[pk]), fields, headers=DATA).json()


class TestOrder:
    def test_what_is_not_reviewed_and_shows_least_subject_comes_first(
        self, study: Study, admin_client: Client
    ) -> None:
        first, second, third, *others = crops(study)
        Stimulus.objects.filter(pk__in=[other.pk for other in others]).update(subject_kept=0.9)
        Stimulus.objects.filter(pk=first.pk).update(review=Stimulus.Review.APPROVED, subject_kept=0.1)
        Stimulus.objects.filter(pk=second.pk).update(subject_kept=0.3)
        Stimulus.objects.filter(pk=third.pk).update(people_alike=True)
        cards = page_of(admin_client, study).context["cards"]
        order = [card["id"] for card in cards]
        assert order[:2] == [third.pk, second.pk]
        assert order[-1] == first.pk
        assert len(order) == 6, "crops that attackers learn from are not reviewed"

    def test_the_address_names_the_crop_that_is_large(self, study: Study, admin_client: Client) -> None:
        last = page_of(admin_client, study).context["cards"][-1]
        page = page_of(admin_client, study, f"?crop={last['id']}")
        assert page.context["card"]["id"] == last["id"]
        assert page.context["place"] == 6


@pytest.mark.thorough
def test_five_hundred_crops_take_as_many_queries_as_six(
    study: Study, admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    level, item = study.levels.get(number=1), study.items.filter(split="test").first()
    crop = item.stimuli.get(level=level)
    items = Item.objects.bulk_create(
        Item(
            study=study, category=item.category, source_name=str(number), source_sha256=str(number),
            photo=item.photo.name, width=160, height=160, cluster=str(number), split=Item.Split.TEST,
        )
        for number in range(494)
    )  # fmt: skip
    Stimulus.objects.bulk_create(
        Stimulus(
            item=other, level=level, image=crop.image.name, sha256=crop.sha256, width=crop.width,
            height=crop.height, left=crop.left, top=crop.top, window_width=crop.window_width,
            window_height=crop.window_height, subject_kept=0.8, attention_kept=0.2,
        )
        for other in items
    )  # fmt: skip
    with django_assert_max_num_queries(18):
        page = page_of(admin_client, study)
    assert len(page.context["cards"]) == 500
    assert b"0 of 500 reviewed" in page.content


class TestAnswers:
    def test_a_decision_comes_back_as_data(self, study: Study, admin_client: Client) -> None:
        crop = crops(study)[0]
        reply = post(admin_client, "decide", crop.pk, decision="approved", token="t1")
        assert [(card["id"], card["review"]) for card in reply["crops"]] == [(crop.pk, "approved")]
        post(admin_client, "decide", crop.pk, decision="approved", token="t1")
        assert CropChange.objects.count() == 1, "what is sent twice is done once"

    def test_an_undone_decision_is_not_undone_again_nor_another_instead(
        self, study: Study, admin_client: Client
    ) -> None:
        one_crop, other = crops(study)[:2]
        post(admin_client, "decide", one_crop.pk, decision="approved", token="t1")
        post(admin_client, "decide", other.pk, decision="discarded", token="t2")
        undo = reverse("pipeline:undo", args=[study.code, 1])
        for _ in range(2):
            reply = admin_client.post(undo, {"token": "t2"}, headers=DATA).json()
            assert [card["review"] for card in reply["crops"]] == ["pending"]
        assert Stimulus.objects.get(pk=one_crop.pk).review == "approved"

    def test_somebody_elses_later_decision_is_not_overwritten(
        self, study: Study, admin_client: Client
    ) -> None:
        crop, other = crops(study)[0], Client()
        post(admin_client, "decide", crop.pk, decision="approved", token="t1")
        other.force_login(get_user_model().objects.create_superuser("grace"))
        post(other, "decide", crop.pk, decision="discarded", token="t2")
        undo = reverse("pipeline:undo", args=[study.code, 1])
        reply = admin_client.post(undo, headers=DATA)
        assert (reply.status_code, "grace has decided" in reply.json()["refusal"]) == (409, True)
        assert Stimulus.objects.get(pk=crop.pk).review == "discarded"

    @pytest.mark.parametrize(
        ("name", "fields"),
        [("decide", {"decision": "pending"}), ("cut", {"left": 2, "top": 0}), ("cut", {"left": "x"})],
    )
    def test_nonsense_is_refused_with_a_reason(
        self, name: str, fields: dict[str, object], study: Study, admin_client: Client
    ) -> None:
        crop = crops(study)[0]
        assert "This is no" in post(admin_client, name, crop.pk, **fields)["refusal"]

    def test_a_running_loop_is_named(self, study: Study, admin_client: Client) -> None:
        Loop.objects.create(study=study, state=Loop.State.RUNNING)
        reply = post(admin_client, "cut", crops(study)[0].pk, left=0.1, top=0.1, width=0.5)
        assert "Stop it on the desk" in reply["refusal"]

    def test_other_researchers_crops_do_not_exist(self, study: Study, client: Client) -> None:
        client.force_login(get_user_model().objects.create_user("eve", is_staff=True))
        pk = crops(study)[0].pk
        maps = current_maps(crops(study)[0].item_id, crops(study)[0].level_id)
        addresses = [
            client.post(reverse("pipeline:decide", args=[pk]), {"decision": "approved"}),
            client.post(reverse("pipeline:cut", args=[pk]), {"left": 0, "top": 0}),
            client.post(reverse("pipeline:undo", args=[study.code, 1])),
            client.get(reverse("pipeline:following", args=[study.code, 1])),
            client.get(reverse("pipeline:crop-map", args=[maps.pk, "subject"])),
            client.get(reverse("pipeline:window", args=[pk])),
        ]
        assert {reply.status_code for reply in addresses} == {404}


def test_how_far_heavier_crops_are_is_told_until_they_are_cut(study: Study, admin_client: Client) -> None:
    crop = crops(study)[0]
    following = reverse("pipeline:following", args=[study.code, 1])
    assert admin_client.get(following).json() == {"text": "", "busy": False, "crops": []}
    post(admin_client, "cut", crop.pk, left=0.1, top=0.1, width=0.5)
    Job.objects.filter(kind=Job.Kind.FOLLOW).update(progress=0.42)
    told_by = admin_client.get(f"{following}?crop={crop.pk}").json()
    assert (told_by["text"].split(".")[0], told_by["busy"]) == (
        "Heavier crops of 1 photo are being cut again: 42 %",
        True,
    )
    assert [card["id"] for card in told_by["crops"]] == [crop.pk]
    work_off(study)
    assert admin_client.get(following).json()["text"] == ""


def test_a_map_is_a_picture_that_is_opaque_where_it_is_highest(study: Study, admin_client: Client) -> None:
    crop = crops(study)[0]
    maps = current_maps(crop.item_id, crop.level_id)
    reply = admin_client.get(reverse("pipeline:crop-map", args=[maps.pk, "attention"]))
    with Image.open(io.BytesIO(reply.content)) as picture:
        assert (picture.mode, picture.size) == ("RGBA", (56, 56))
        assert picture.getpixel((10, 10))[3] > 180, "the upper half"
        assert picture.getpixel((10, 50))[3] == 0
    assert "immutable" in reply["Cache-Control"]


def test_levels_by_photo_let_a_window_move_only(admin_client: Client) -> None:
    study = study_with_boxes(level_family="crop")
    item, level = study.items.filter(split="test").first(), study.levels.get(number=1)
    study.levels.update(side=0.6)
    crop = render(item, level, Choice(Window(0.0, 0.0, 0.6, 0.6), 0.8, 0.3))
    (card,) = page_of(admin_client, study).context["cards"]
    assert card["rule"] == {"aspect": 1.0, "least": 0.6, "most": 0.6}
    post(admin_client, "cut", crop.pk, left=0.3, top=0.9, width=0.2)
    crop.refresh_from_db()
    assert (crop.left, crop.top, crop.window_width) == (0.3, 0.4, 0.6)
