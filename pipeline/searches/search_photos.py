"""What a search on a study's level is about: its crops of training and validation photos, and no other."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from django.conf import settings

from attacker.config import AttackerConfig
from pipeline.attacks.data_roles import learned_through
from pipeline.datasets import classes_of, config_of
from pipeline.models import AttackSearch
from pipeline.models.run_records import SearchTerms
from study.models import Item, Study

if TYPE_CHECKING:
    from attacker.search.search_plan import SearchPlan

_LONG_ENOUGH = 12  # characters of a plan's identity that name its folder


def terms_for(study: Study) -> SearchTerms:
    """Return what a new search starts from: the study's recipe, with its first architecture."""
    first, *others = study.architectures
    return SearchTerms(asdict(config_of(study, first, seed=0)), tuple(others))


def terms_of(search: AttackSearch) -> SearchTerms:
    """Return what a search started from."""
    return msgspec.convert(search.terms, SearchTerms)


def today_of(search: AttackSearch) -> AttackerConfig:
    """Return the recipe that a search is to beat."""
    return AttackerConfig.from_dict(terms_of(search).today)


def plan_of(search: AttackSearch) -> SearchPlan:
    """Return the plan of a search.

    Crops are the study's own, at the attacked level and the lighter ones. Photos keep their roles: networks
    learn from training photos, validation photos choose epochs and recipes, and no other photo is in it.
    Near-duplicates share a group, as in every training.
    """
    from attacker.search.search_plan import SearchPlan

    terms, study = terms_of(search), search.study
    return SearchPlan(
        today=today_of(search),
        classes=tuple(classes_of(study)),
        train=learned_through(study, search.level, Item.Split.TRAIN),
        validation=learned_through(study, search.level, Item.Split.VALIDATION),
        levels=(search.level,),
        seed=terms.seed,
        architectures=terms.architectures,
    )


def folder_of(search: AttackSearch, identity: str) -> Path:
    """Return the folder of a search about these photos; crops that were cut anew are searched in another."""
    runs = Path(settings.SWEETSPOT_VAR) / "runs" / search.study.code
    return runs / folder_name(search.level) / identity[:_LONG_ENOUGH]


def folder_name(level: int) -> str:
    """Return what the folder of a level's search is called, among the folders of the study's runs."""
    return f"search-{level}"
