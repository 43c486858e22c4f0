"""The preview of a design: one trial as people see it, of what stands in the form; nothing is stored."""

from __future__ import annotations

import io
import re
from http import HTTPStatus

import pytest
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from pipeline.admin.preview_photos import DRAWN
from study.models import Participant, Stimulus, Study, StudyVersion
from study.sizing.shown_sizes import BY_PIXELS
from tests.pipeline.studies import make_study
from tests.study.factories import CLASSES, draft_study, picture

pytestmark = pytest.mark.django_db


def preview(client: Client, study: Study, device: str = "laptop", **form: object) -> HttpResponse:
    return client.get(reverse("pipeline:design-preview", args=[study.code]), {"device": device} | form)


def text_of(answer: HttpResponse) -> str:
    assert answer.status_code == HTTPStatus.OK
    return answer.content.decode()


@pytest.mark.parametrize("device", ["phone", "laptop"])
def test_a_crop_of_the_chosen_level_stands_above_the_classes(admin_client: Client, device: str) -> None:
    study = draft_study()
    crops = Stimulus.objects.filter(level__study=study, level__number=1).order_by("item__source_sha256")
    html = text_of(preview(admin_client, study, device, level=1))
    assert all(name in html for name in CLASSES)
    assert reverse("pipeline:stimulus", args=[crops[0].pk]) in html
    assert (StudyVersion.objects.count(), Participant.objects.count()) == (0, 0)


def test_without_a_level_a_whole_photo_is_shown_at_its_size_among_all(admin_client: Client) -> None:
    study = draft_study()
    for item in study.items.all():
        item.photo.save("photo.png", ContentFile(picture(seed=1)))
    large = study.items.order_by("source_sha256").last()
    large.width = 128
    large.save()
    first = study.items.order_by("source_sha256").first()
    html = text_of(preview(admin_client, study, shown_size=BY_PIXELS))
    assert reverse("pipeline:item", args=[first.pk]) in html
    assert re.search(r'extent(&quot;|"): 0\.5\b', html)


def test_a_study_without_photos_borrows_drawn_ones_and_their_classes(admin_client: Client) -> None:
    html = text_of(preview(admin_client, make_study()))
    address = reverse("pipeline:drawn-photo", args=[0])
    assert address in html
    assert "dribble" in html
    drawn = Image.open(io.BytesIO(admin_client.get(address).content))
    assert (drawn.format, max(drawn.size)) == ("JPEG", 320)
    beyond = reverse("pipeline:drawn-photo", args=[DRAWN])
    assert admin_client.get(beyond).status_code == HTTPStatus.NOT_FOUND


def test_what_a_form_cannot_mean_is_named_in_place_of_a_trial(admin_client: Client) -> None:
    study = draft_study()
    assert "answer (ms): Ensure this value" in text_of(preview(admin_client, study, deadline_ms=1))
    assert "write them as in" in text_of(preview(admin_client, study, labels="no labels"))
    first = study.categories.first()
    assert first.name in text_of(preview(admin_client, study, labels=f'{{"{first.pk}": 7}}'))


def test_labels_in_the_form_stand_on_the_buttons(admin_client: Client) -> None:
    study = draft_study()
    labels = f'{{"{study.categories.first().pk}": {{"en": "Slam"}}}}'
    assert "Slam" in text_of(preview(admin_client, study, labels=labels))
    assert study.categories.first().labels != {"en": "Slam"}


@pytest.mark.parametrize("form", [{"device": "watch"}, {"level": "heavy"}])
def test_a_device_or_level_that_nobody_offers_is_no_page(admin_client: Client, form: dict[str, str]) -> None:
    assert preview(admin_client, draft_study(), **form).status_code == HTTPStatus.NOT_FOUND
