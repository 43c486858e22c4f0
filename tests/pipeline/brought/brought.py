"""A machine from outside that answers a study's pack as well as a test wants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.contrib.auth import get_user_model

from pipeline.brought import pack_actions
from pipeline.brought.taking import Statement
from pipeline.models import BroughtMachine, PackedStimulusRow, PredictionPack
from study.models import Stimulus, Study


@dataclass(frozen=True)
class Skill:
    """How a machine answers: the share of each level's photos that it is right on, and in which form."""

    by_level: dict[int, float]
    form: str = "label"

    def __call__(self, stimulus: Stimulus, rank: float, names: Sequence[str]) -> list[str]:
        """Answer one stimulus; its rank among the photos of its class and level lies in [0, 1)."""
        right = rank < self.by_level[stimulus.level.number]
        place = (stimulus.item.category.position + (0 if right else 1)) % len(names)
        if self.form == "label":
            return [names[place]]
        return [str(value) for value in np.where(np.arange(len(names)) == place, 2.5, -1.0)]


def header_of(form: str, names: Sequence[str]) -> list[str]:
    return [form] if form in ("label", "text") else [f"{form}_{name}" for name in names]


def filled(pack: PredictionPack, answer: Callable[..., list[str]], form: str = "label") -> bytes:
    """Return the table of a pack, answered."""
    names = list(pack.choices)
    rows = PackedStimulusRow.objects.filter(pack=pack).select_related(
        "stimulus__item__category", "stimulus__level"
    )
    lines = [",".join(["stimulus", "sha256", *header_of(form, names)])]
    for row in rows:
        cells = answer(row.stimulus, _rank(row.stimulus), names)
        lines.append(",".join([row.name, row.sha256, *cells]))
    return "\n".join(lines).encode()


def _rank(stimulus: Stimulus) -> float:
    """Return the place of a photo among those of its class, split and level, as a share."""
    item = stimulus.item
    alike = Stimulus.objects.filter(
        level=stimulus.level, item__split=item.split, item__category=item.category
    )
    return alike.filter(pk__lt=stimulus.pk).count() / alike.count()


def owner_of(study: Study) -> Any:
    return study.owner or get_user_model().objects.create_user("somebody")


def bring(
    study: Study, name: str, by_level: dict[int, float], form: str = "label", **stated: Any
) -> BroughtMachine:
    """Freeze a pack, let a machine answer it, and take its table."""
    pack = pack_actions.freeze(owner_of(study), study)
    table = filled(pack, Skill(by_level, form), form)
    pack_actions.send(owner_of(study), pack, table, Statement(name, **stated))
    machine = BroughtMachine.objects.get(study=study, name=name)
    pack_actions.take(owner_of(study), machine)
    machine.refresh_from_db()
    return machine
