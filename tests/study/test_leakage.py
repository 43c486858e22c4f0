"""Nothing that a participant's browser receives tells a photo's class, level or role."""

import io
import json
import re

import pytest
from django.urls import reverse
from PIL import Image
from scipy.stats import mannwhitneyu

from study.models import Item, Stimulus, Trial
from tests.study.factories import draft_study, frozen_version, player
from tests.study.playing import TAB, play_block

pytestmark = pytest.mark.django_db
NOT_ABOUT_A_PHOTO = {"Content-Length"}


@pytest.fixture
def served(client):
    """The first test block of a session, with the answer to each photo's request."""
    from study.freezing import open_study

    study = draft_study(trials_per_person=12, block_size=20, test_photos=6)
    version = frozen_version(study)
    open_study(study)
    session = player(version)
    play_block(session)
    address = reverse("study:block", args=[session.token])
    block = client.post(address, json.dumps({"tab": TAB}), content_type="application/json").json()
    return [(Trial.objects.get(token=row["trial"]), client.get(row["photos"][0])) for row in block["trials"]]


def test_all_photos_have_one_size_and_the_same_headers(served):
    headers = [{name: response[name] for name in response.headers} for _, response in served]
    assert len({len(response.content) for _, response in served}) == 1
    for name in headers[0].keys() - NOT_ABOUT_A_PHOTO:
        values = {re.sub(r"\d\d:\d\d:\d\d", "", header[name]) for header in headers}
        assert len(values) == 1, f"{name} differs between photos"


def test_there_are_no_headers_that_identify_a_file(served):
    for _, response in served:
        assert {"ETag", "Last-Modified", "Content-Disposition"}.isdisjoint(response.headers)


def test_the_pixels_are_those_of_the_frozen_file(served):
    for trial, response in served:
        with trial.stimulus.image.open("rb") as stored:
            frozen = stored.read()
        assert response.content.startswith(frozen)
        with Image.open(io.BytesIO(response.content)) as seen, Image.open(io.BytesIO(frozen)) as original:
            assert seen.tobytes() == original.tobytes()


def test_photos_carry_no_metadata(served):
    for _, response in served:
        with Image.open(io.BytesIO(response.content)) as image:
            assert not image.getexif()
            assert image.info == {}


def test_addresses_are_random_for_every_session_and_trial():
    version = frozen_version()
    people = [player(version) for _ in range(5)]
    tokens = {*Trial.objects.values_list("token", flat=True), *(person.token for person in people)}
    assert len(tokens) == Trial.objects.count() + len(people)
    assert all(re.fullmatch("[0-9a-f]{32}", token) for token in tokens)


def test_what_the_player_receives_names_no_file_class_or_level_of_a_photo(client):
    session = player(frozen_version())
    for _ in range(2):
        block = client.post(
            reverse("study:block", args=[session.token]),
            json.dumps({"tab": TAB}),
            content_type="application/json",
        )
        page = client.get(reverse("study:session", args=[session.token]))
        received = block.content.decode() + page.content.decode().lower()
        for stimulus in Stimulus.objects.select_related("item"):
            assert stimulus.item.source_name not in received
            assert stimulus.image.name not in received
            assert stimulus.sha256 not in received
        assert not re.search(r"catch|split|level|correct|\bvalidation\b|test_", block.content.decode())
        play_block(session)


@pytest.mark.slow
def test_the_size_of_a_photo_does_not_tell_its_class_on_five_hundred_stimuli(client):
    study = draft_study(
        classes=("a", "b"), trials_per_person=500, block_size=500, test_photos=250, catch_share=0.0
    )
    session = player(frozen_version(study))
    play_block(session)
    address = reverse("study:block", args=[session.token])
    block = client.post(address, json.dumps({"tab": TAB}), content_type="application/json").json()
    first = study.categories.get(name="a")
    for of_photo in (lambda row, _: len(row["photos"][0]), lambda _, response: len(response.content)):
        values: dict[bool, list[int]] = {True: [], False: []}
        for row in block["trials"]:
            item = Item.objects.get(stimuli__trials__token=row["trial"])
            values[item.category_id == first.pk].append(of_photo(row, client.get(row["photos"][0])))
        area = mannwhitneyu(values[True], values[False]).statistic / (250 * 250)
        assert 0.45 <= area <= 0.55
