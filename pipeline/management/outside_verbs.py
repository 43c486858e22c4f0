"""Verbs of `manage.py study` about machines from outside: the same actions as on the desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import msgspec
from django.core.management.base import CommandError

from attacker.packs.kinds import KINDS, UNKNOWN
from attacker.packs.pack_archive import TIME
from pipeline.brought import pack_actions
from pipeline.brought.prediction_packs import PackWish
from pipeline.brought.taking import Statement
from pipeline.management.study_verbs import Given, whose
from pipeline.models import PredictionPack
from study.models import Study

PACK_OPTIONS: dict[str, dict[str, Any]] = {
    "--out": {"type": Path, "help": "The zip file; named after study and pack, if not given."},
    "--level": {"type": int, "help": "The only level that it asks about; all, if not given."},
    "--examples": {
        "type": int,
        "default": 0,
        "help": "Labelled training photos of each class; needs a level.",
    },
    "--seed": {"type": int, "default": 0, "help": "Of the draw of examples."},
}
TAKE_OPTIONS: dict[str, dict[str, Any]] = {
    "--name": {"required": True, "help": "Of the machine."},
    "--pack": {"help": "That it answers; the newest, if not given."},
    "--kind": {"choices": sorted(KINDS), "default": UNKNOWN, "help": "Of its attack."},
    "--trained-through": {"type": int, "help": "Heaviest level among its training photos, if known."},
    "--trained-on": {"default": "", "help": "What it learnt from, if known."},
    "--source": {"default": "", "help": "Whose it is, which weights and version, if known."},
    "--look": {"action": "store_true", "help": "Only check the table and say what it holds."},
}


def pack(given: Given) -> str:
    """Freeze the present crops as a pack for machines from outside, and write it."""
    study, user = whose(given)
    frozen = pack_actions.freeze(user, study, _wish(given))
    out = given["out"] or Path(f"{study.code}-pack-{frozen.name}.zip")
    with ZipFile(out, "w", ZIP_STORED) as archive:
        for name, content in pack_actions.hand_out(user, frozen):
            archive.writestr(ZipInfo(name, TIME), content)
    shown = f", {frozen.shots} labelled examples of each class" if frozen.shots else ""
    return f"Written: {out} ({frozen.size} stimuli{shown})"


def _wish(given: Given) -> PackWish:
    try:
        return msgspec.convert({name: given[name] for name in PackWish.__struct_fields__}, PackWish)
    except msgspec.ValidationError as error:
        raise CommandError(f"No such pack: {error}") from error


def take(given: Given) -> str:
    """Take a table of answers to a pack; one with any fault is refused whole."""
    study, user = whose(given)
    path = Path(given["table"])
    if not path.is_file():
        raise CommandError(f"{path} is no file.")
    statement = Statement(**{name: given[name] for name in Statement.__struct_fields__})
    preview = pack_actions.send(user, pack_of(study, given["pack"]), path.read_bytes(), statement)
    if given["look"]:
        pack_actions.discard(user, study, statement.name)
        return preview.sentence
    machine = study.brought_machines.select_related("pack").get(name=statement.name)
    return f"{preview.sentence} {pack_actions.take(user, machine)}"


def pack_of(study: Study, name: str | None) -> PredictionPack:
    """Return a pack of a study by its name, else the newest. Raises CommandError if there is none."""
    packs = study.packs.filter(name=name) if name else study.packs.all()
    newest = packs.order_by("-pk").first()
    if newest is None:
        raise CommandError("The study has no such pack: freeze one with manage.py study pack.")
    return newest
