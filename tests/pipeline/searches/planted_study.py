"""A study whose lighter crops mislead, so that a search must find who does not learn from them."""

from __future__ import annotations

import hashlib
import io
from dataclasses import asdict

import msgspec
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from attacker.search.search_budget import Budget
from pipeline.models import AttackSearch
from pipeline.models.run_records import SearchTerms
from pipeline.searches.asked_searches import ask_for
from study.models import Category, Item, Level, Stimulus, Study
from study.tokens import new_token
from tests.attacker import planted
from tests.attacker.search.misleading import LEVEL
from tests.remembered import remembered
from tests.study.factories import new_item, new_stimulus

PER_CLASS = {Item.Split.TRAIN: 16, Item.Split.VALIDATION: 6, Item.Split.TEST: 4}
SIX = Budget(6, 600.0)
TWO = Budget(2, 600.0)
AT_ONCE = {"head_epochs": 1, "finetune_epochs": 1, "views": 1}  # for tests that need no good network


@remembered
def planted_study(**design: object) -> Study:
    """Crops of level 1 show the colour of their class, those of level 0 that of another class."""
    owner, _ = get_user_model().objects.get_or_create(username="researcher")
    wanted = {"seeds": 2, "device": "cpu", "level_family": "crop", "test_time_augmentation": False} | design
    study = Study.objects.create(owner=owner, name="Colours", architectures=["efficientnet_lite0"], **wanted)
    levels = [Level.objects.create(study=study, number=number, side=1 - number / 2) for number in range(2)]
    for label, name in enumerate(planted.CLASSES):
        category = Category.objects.create(study=study, name=name, position=label)
        for first, (split, photos) in zip((0, 100, 200), PER_CLASS.items(), strict=True):
            for number in range(first, first + photos):
                item = new_item(category, split)
                item.cluster = f"{name}-{number}"
                item.save()
                for level in levels:
                    _show(item, level, label if level.number == LEVEL else (label + 1) % 3, number)
    return study


def _show(item: Item, level: Level, colour: int, number: int) -> Stimulus:
    buffer = io.BytesIO()
    planted.photo(colour, 10 * number + level.number).save(buffer, "PNG")
    crop = new_stimulus(item, level)
    crop.image.name = default_storage.save(f"stimuli/{new_token()}.png", ContentFile(buffer.getvalue()))
    crop.sha256 = hashlib.sha256(buffer.getvalue()).hexdigest()
    crop.save()
    return crop


def asked(study: Study, budget: Budget = SIX, level: int = LEVEL, **recipe: object) -> AttackSearch:
    """Ask for a search as its owner does; it starts from a network that learns in a second."""
    search = ask_for(study.owner, study, level, budget)
    terms = SearchTerms(asdict(planted.tiny(**recipe)))
    search.terms = msgspec.to_builtins(terms)
    search.save(update_fields=["terms"])
    return search
