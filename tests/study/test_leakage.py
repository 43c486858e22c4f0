"""Nothing that a participant's browser receives tells a photo's class, level or role."""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import time

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image
from scipy.stats import mannwhitneyu

from study.models import Item, Stimulus, Trial
from tests.study.factories import draft_study, frozen_version, player
from tests.study.playing import TAB, play_block

pytestmark = pytest.mark.django_db
NOT_ABOUT_A_PHOTO = {"Content-Length"}

Served = tuple[Trial, HttpResponse]


@pytest.fixture
def served(client: Client) -> list[Served]:
    """The first test block of a session, with the answer to each photo's request."""
    from study.freezing.freeze import open_study

    study = draft_study(trials_per_person=12, block_size=20, test_photos=6)
    version = frozen_version(study)
    open_study(study)
    session = player(version)
    play_block(session)
    address = reverse("study:block", args=[session.token])
    block = client.post(address, json.dumps({"tab": TAB}), content_type="application/json").json()
    return [(Trial.objects.get(token=row["trial"]), client.get(row["photos"][0])) for row in block["trials"]]


@pytest.mark.thorough
def test_all_photos_have_one_size_and_the_same_headers(served: list[Served]) -> None:
    headers = [{name: response[name] for name in response.headers} for _, response in served]
    assert len({len(response.content) for _, response in served}) == 1
    for name in headers[0].keys() - NOT_ABOUT_A_PHOTO:
        values = {re.sub(r"\d\d:\d\d:\d\d", "", header[name]) for header in headers}
        assert len(values) == 1, f"{name} differs between photos"


@pytest.mark.thorough
def test_there_are_no_headers_that_identify_a_file(served: list[Served]) -> None:
    for _, response in served:
        assert {"ETag", "Last-Modified", "Content-Disposition"}.isdisjoint(response.headers)


@pytest.mark.thorough
def test_the_pixels_are_those_of_the_frozen_file(served: list[Served]) -> None:
    for trial, response in served:
        with trial.stimulus.image.open("rb") as stored:
            frozen = stored.read()
        assert response.content.startswith(frozen)
        with Image.open(io.BytesIO(response.content)) as seen, Image.open(io.BytesIO(frozen)) as original:
            assert seen.tobytes() == original.tobytes()


@pytest.mark.thorough
def test_photos_carry_no_metadata(served: list[Served]) -> None:
    for _, response in served:
        with Image.open(io.BytesIO(response.content)) as image:
            assert not image.getexif()
            assert image.info == {}


def test_addresses_are_random_for_every_session_and_trial() -> None:
    version = frozen_version()
    people = [player(version) for _ in range(5)]
    tokens = {*Trial.objects.values_list("token", flat=True), *(person.token for person in people)}
    assert len(tokens) == Trial.objects.count() + len(people)
    assert all(re.fullmatch("[0-9a-f]{32}", token) for token in tokens)


@pytest.mark.thorough
def test_what_the_player_receives_names_no_file_class_or_level_of_a_photo(client: Client) -> None:
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


class TestFiveHundredStimuli:
    """What a browser can observe of a photo's request says no more about its class than a coin does.

    The files of one class are many times as large as those of the other: whatever of that shows, shows here.
    """

    ROUNDS = 5  # one round's area varies by 0.026 for nothing at all

    @pytest.fixture
    def requests(self, client: Client) -> list[tuple[bool, str]]:
        """Class (first or not), address and answers of every photo; rounds of all photos in random order."""
        study = draft_study(
            classes=("a", "b"), sides=(1.0, 0.5), trials_per_person=500, block_size=500, test_photos=250,
            catch_share=0.0,
        )  # fmt: skip
        make_heavy(Stimulus.objects.filter(item__category__name="a"))
        session = player(frozen_version(study))
        play_block(session)
        address = reverse("study:block", args=[session.token])
        block = client.post(address, json.dumps({"tab": TAB}), content_type="application/json").json()
        return [(is_first(row["trial"]), row["photos"][0]) for row in block["trials"]]

    @pytest.mark.slow
    def test_neither_address_size_headers_nor_time_tell_the_class(
        self, client: Client, requests: list[tuple[bool, str]]
    ) -> None:
        assert len(requests) == 500
        seen = {"time": [], "size": [], "headers": []}
        for number in range(self.ROUNDS):
            rows = random.Random(number).sample(requests, len(requests))
            observations = [(first, *observed(client, address)) for first, address in rows]
            for place, name in enumerate(seen, start=1):
                values = [row[place] for row in observations]
                seen[name].append(area([row[0] for row in observations], values))
        areas = {name: sum(values) / self.ROUNDS for name, values in seen.items()}
        areas["address"] = area_of_addresses(requests)
        assert all(0.45 <= value <= 0.55 for value in areas.values()), areas


def make_heavy(stimuli: QuerySet[Stimulus]) -> None:
    """Replace the files by noise, which no format makes small."""
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "PNG")
    digest = hashlib.sha256(buffer.getvalue()).hexdigest()
    for stimulus in stimuli:  # each its own file: one that is read time and again would come faster
        stimulus.image = default_storage.save("stimuli/heavy.png", ContentFile(buffer.getvalue()))
        stimulus.sha256 = digest
    Stimulus.objects.bulk_update(stimuli, ["image", "sha256"])


def is_first(trial: str) -> bool:
    return Item.objects.get(stimuli__trials__token=trial).category.name == "a"


def observed(client: Client, address: str) -> tuple[float, int, int]:
    """Seconds until the photo was there, its bytes, and the bytes of its headers."""
    start = time.perf_counter()
    response = client.get(address)
    took = time.perf_counter() - start
    return took, len(response.content), sum(len(name + value) for name, value in response.headers.items())


def area(is_first: list[bool], values: list[float]) -> float:
    """How often an observation is larger for the first class than for the other (0.5: it tells nothing)."""
    first, other = (
        [value for kind, value in zip(is_first, values, strict=True) if kind is k] for k in (True, False)
    )
    return mannwhitneyu(first, other).statistic / (len(first) * len(other))


def area_of_addresses(requests: list[tuple[bool, str]]) -> float:
    """The mean over the bytes of the tokens."""
    tokens = [bytes.fromhex(address.rpartition("/")[2]) for _, address in requests]
    kinds = [first for first, _ in requests]
    return sum(area(kinds, [token[place] for token in tokens]) for place in range(16)) / 16
