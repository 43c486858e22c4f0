"""Can classes be told without looking at the subject? By size, bytes, compression and mean colour."""

from __future__ import annotations

from dataclasses import asdict

from attacker.example import Example
from pipeline.checking.finding import Finding
from pipeline.checking.probe import photos_of
from pipeline.examples import classes_of
from pipeline.files import local_path
from pipeline.jobs import Claim
from pipeline.stats.report.numbers import p_value
from study.models import Item, Level, Study


def check_nuisance(level: Level, claim: Claim) -> Finding:
    """Classify the stimuli, and the files as they were imported, by what says nothing about the subject."""
    from attacker.nuisance import nuisance_baseline

    seen = {"stimuli": photos_of(level), "source photos": _sources(level.study)}
    found = {}
    for number, (name, roles) in enumerate(seen.items()):
        found[name] = nuisance_baseline(roles[Item.Split.TRAIN], roles[Item.Split.TEST])
        claim.progress((number + 1) / len(seen), name)
    above = any(baseline.is_above_chance() for baseline in found.values())
    numbers = "; ".join(
        f"{name} {one.accuracy:.1%} (chance {one.chance:.1%}, p {p_value(one.p_value)})"
        for name, one in found.items()
    )
    return Finding(
        {name: asdict(one) | {"above_chance": one.is_above_chance()} for name, one in found.items()},
        f"Size, bytes and mean colour alone tell the class of {numbers}"
        + (": classes differ by more than their action." if above else ": not above chance."),
        concern=above,
    )


def _sources(study: Study) -> dict[str, list[Example]]:
    """Imported photos by split; their files were re-encoded alike, their sizes and colours are their own."""
    labels = {name: number for number, name in enumerate(classes_of(study))}
    roles: dict[str, list[Example]] = {Item.Split.TRAIN: [], Item.Split.TEST: []}
    for item in study.items.filter(split__in=roles).select_related("category"):
        path = local_path(item.photo, item.source_sha256)
        label = labels[item.category.name]
        roles[item.split].append(Example(path, label, str(item.pk), level=0, group=item.cluster))
    return roles
