"""A small study that is ready to run, as plain functions."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from study import sessions
from study.freezing.freeze import freeze, open_study
from study.freezing.pilot_version import open_pilot
from study.models import Category, Item, Level, Pilot, Recruitment, Session, Stimulus, Study, StudyVersion
from study.models.people import Mode
from study.tokens import new_token
from tests.remembered import remembered

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CLASSES = ("dribble", "dunk", "shoot")
SIDES = (1.0, 0.6, 0.3)
GRIDS = {  # one grid of 3 x 3 at each level, one for practice and one to check attention
    "task": "grid",
    "trials_per_person": 3,
    "block_size": 4,
    "practice_trials": 1,
    "catch_share": 0.2,
    "test_photos": 9,
    "validation_photos": 6,
}
CONSENT = sessions.Consent("I agree.", "en")
DEVICE = sessions.Device(
    browser="Chrome",
    os="Linux",
    input_device="pointer",
    viewport_w=1280,
    viewport_h=800,
    dpr=1.0,
    refresh_hz=60.0,
    photo_loaded=True,
    storage_works=True,
    answers_fit=True,
    search_fits=True,
)


@remembered
def draft_study(
    classes: tuple[str, ...] = CLASSES,
    sides: tuple[float, ...] = SIDES,
    test_photos: int = 4,
    validation_photos: int = 4,
    **design: object,
) -> Study:
    """A study with photos and rendered stimuli, not frozen yet; `*_photos` are per class."""
    owner, _ = get_user_model().objects.get_or_create(username="researcher")
    defaults: dict[str, object] = {
        "name": "Actions",
        "trials_per_person": 6,
        "block_size": 3,
        "practice_trials": 2,
        "catch_share": 0.2,
        "level_family": "crop",
    }
    study = Study.objects.create(owner=owner, **(defaults | design))
    levels = Level.objects.bulk_create(
        Level(study=study, number=number, side=side) for number, side in enumerate(sides)
    )
    categories = Category.objects.bulk_create(
        Category(study=study, name=name, position=position) for position, name in enumerate(classes)
    )
    add_photos(categories, Item.Split.TEST, levels, test_photos)
    add_photos(categories, Item.Split.VALIDATION, levels[:1], validation_photos)
    return study


def add_photos(
    categories: Iterable[Category], split: str, levels: Iterable[Level], per_class: int
) -> list[Item]:
    """Items with a stimulus at each of the levels."""
    items = Item.objects.bulk_create(
        new_item(category, split) for category in categories for _ in range(per_class)
    )
    Stimulus.objects.bulk_create(new_stimulus(item, level) for item in items for level in levels)
    return items


def new_item(category: Category, split: str) -> Item:
    name = new_token()
    return Item(
        study=category.study,
        category=category,
        source_name=f"{category.name}_{name}.jpg",
        source_sha256=hashlib.sha256(name.encode()).hexdigest(),
        width=64,
        height=64,
        cluster=name,
        split=split,
    )


def new_stimulus(item: Item, level: Level) -> Stimulus:
    content = picture(seed=(item.pk * 10 + level.number) % 200)
    return Stimulus(
        item=item,
        level=level,
        image=default_storage.save(f"stimuli/{new_token()}.png", ContentFile(content)),
        sha256=hashlib.sha256(content).hexdigest(),
        width=64,
        height=64,
        left=0.0,
        top=0.0,
        window_width=level.side,
        window_height=level.side,
    )


@lru_cache
def picture(seed: int, side: int = 64) -> bytes:
    """A PNG of coarse coloured blocks, different for each seed."""
    blocks = np.random.default_rng(seed).integers(40, 215, size=(8, 8, 3), dtype=np.uint8)
    image = Image.fromarray(blocks).resize((side, side), Image.Resampling.NEAREST)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def frozen_version(study: Study | None = None, **draft: object) -> StudyVersion:
    return freeze(study or draft_study(**draft), NOW)


@remembered
def open_study_version(**draft: object) -> StudyVersion:
    """A version of a study that takes participants."""
    return open_version_of(draft_study(**draft))


def open_version_of(study: Study) -> StudyVersion:
    version = frozen_version(study)
    open_study(version.study)
    return version


def recruit(version: StudyVersion, **settings: object) -> Recruitment:
    """Where the people of a version come from, and what they take back."""
    return Recruitment.objects.create(study=version.study, stage=version.stage, **settings)


def newcomer(
    version: StudyVersion,
    now: datetime = NOW,
    mode: Mode = Mode.LIVE,
    identity: sessions.Identity | None = None,
) -> Session:
    """Somebody who has just consented."""
    return sessions.start(version, mode, CONSENT, identity, now)


def player(
    version: StudyVersion,
    now: datetime = NOW,
    mode: Mode = Mode.LIVE,
    identity: sessions.Identity | None = None,
) -> Session:
    """Somebody who has come as far as the first photo."""
    session = newcomer(version, now, mode, identity)
    sessions.device_checked(session.token, DEVICE)
    return sessions.instructions_read(session.token, understood=True)


@remembered
def piloted_draft(candidates: int = 2, **design: object) -> Study:
    """A study whose test photos have candidates at each crop level, not yet opened for its pilot."""
    few = {"pilot": True, "pilot_people": 12, "pilot_trials": 6, "pilot_least_answers": 1, "pilot_floor": 0.4}
    study = draft_study(**(few | design))
    for crop in Stimulus.objects.filter(item__study=study, item__split=Item.Split.TEST, level__number__gt=0):
        Stimulus.candidates.bulk_create(as_candidate(crop, number) for number in range(1, candidates + 1))
    return study


def as_candidate(crop: Stimulus, number: int) -> Stimulus:
    """A window of the same photo and level that the pilot asks about."""
    content = picture(seed=(crop.pk * 10 + number) % 199)
    window = new_stimulus(crop.item, crop.level)
    window.candidate, window.sha256 = number, hashlib.sha256(content).hexdigest()
    window.image = default_storage.save(f"stimuli/{new_token()}.png", ContentFile(content))
    return window


def open_pilot_of(study: Study | None = None, **draft: object) -> Pilot:
    return open_pilot(study or piloted_draft(**draft), NOW)


def new_uuid() -> str:
    return str(uuid.uuid4())
