"""Can classes be told without looking at the subject? By size, bytes and colour, or by the collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import TYPE_CHECKING

from attacker.example import Example
from pipeline.checks.probe import Roles, photos_of
from pipeline.checks.result import Finding
from pipeline.datasets import classes_of
from pipeline.queue.claims import Claim
from pipeline.storage import local_path
from stats.apa import interval, p_value, share
from study.models import Item, Level, Study

if TYPE_CHECKING:
    from attacker.evaluation.baseline_classifier import BaselineResult
    from attacker.evaluation.nuisance import File

ALPHA = 0.05
STIMULI, SOURCES, COLLECTIONS = "stimuli", "source photos", "collections"


def check_nuisance(level: Level, claim: Claim) -> Finding:
    """Classify stimuli, source photos and names of collections by what says nothing about the subject."""
    seen = {STIMULI: photos_of(level), SOURCES: _sources(level.study)}
    total = sum(len(seen[name][split]) for name in seen for split in (Item.Split.TRAIN, Item.Split.TEST))
    look = _counting(claim, total)
    found = {
        STIMULI: _from_files(seen[STIMULI], look),
        SOURCES: _from_files(seen[SOURCES], look, _files(level.study)),
    }
    found |= _from_collections(level.study, seen[SOURCES])
    told = {name: one.is_above_chance(ALPHA / len(found)) for name, one in found.items()}  # Bonferroni
    above = any(told.values())
    return Finding(
        {name: asdict(one) | {"above_chance": told[name]} for name, one in found.items()},
        _in_words(found)
        + (": classes differ by more than their action." if above else ": not above chance."),
        concern=above,
    )


def _counting(claim: Claim, total: int) -> Callable[[], None]:
    """Return what is called after each photo: it shows how far the check is, and stops it when asked to."""
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        claim.checkpoint()
        if done % 20 == 0:
            claim.progress(done / total, f"{done} of {total} photos")

    return count


def _from_files(
    roles: Roles, on_photo: Callable[[], None], files: Mapping[str, File] = MappingProxyType({})
) -> BaselineResult:
    from attacker.evaluation.nuisance import nuisance_baseline

    train, test = roles[Item.Split.TRAIN], roles[Item.Split.TEST]
    return nuisance_baseline(train, test, files=files, on_photo=on_photo)


def _files(study: Study) -> dict[str, File]:
    """What was imported; photos from before this was kept are judged by the files as they were saved anew."""
    from attacker.evaluation.nuisance import File

    rows = study.items.values_list("pk", "source_bytes", "source_quantisation")
    return {str(pk): File(size, steps) for pk, size, steps in rows if size is not None and steps is not None}


def _from_collections(study: Study, roles: Roles) -> dict[str, BaselineResult]:
    """Nothing where no training photo came with the name of its collection."""
    from attacker.evaluation.nuisance import collection_baseline

    told = {str(pk): name for pk, name in study.items.exclude(collection="").values_list("pk", "collection")}

    def named(examples: Sequence[Example]) -> list[str]:
        return [told.get(example.item, "") for example in examples]

    train, test = roles[Item.Split.TRAIN], roles[Item.Split.TEST]
    if not any(named(train)):
        return {}
    return {COLLECTIONS: collection_baseline(train, named(train), test, named(test))}


def _in_words(found: dict[str, BaselineResult]) -> str:
    said = {
        name: f"{share(one.accuracy)} {interval(one.low, one.high)} (p {p_value(one.p_value)})"
        for name, one in found.items()
    }
    cues = "Size, bytes, compression and mean colour alone"
    collections = f"; the collection alone that of {said[COLLECTIONS]}" if COLLECTIONS in said else ""
    return (
        f"{cues} tell the class of {said[STIMULI]} of the stimuli and {said[SOURCES]} of the source photos"
        f"{collections}; chance is {share(found[STIMULI].chance)}"
    )


def _sources(study: Study) -> Roles:
    """Imported photos by split, as they were saved anew: without loss, in their own sizes and colours."""
    labels = {name: number for number, name in enumerate(classes_of(study))}
    roles: Roles = {Item.Split.TRAIN: [], Item.Split.TEST: []}
    for item in study.items.filter(split__in=roles).select_related("category"):
        path = local_path(item.photo, item.source_sha256)
        label = labels[item.category.name]
        roles[item.split].append(Example(path, label, str(item.pk), level=0, group=item.cluster))
    return roles
