"""Verbs of `manage.py study` about the review of crops: the same decisions as on its page."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError

from pipeline.actions import crop_review, hand_cutting, picking, undoing
from pipeline.actions.hand_windows import HandWindow
from pipeline.desk.crop_cards import cards_of
from pipeline.desk.review_answers import decision_words
from pipeline.management.study_verbs import Given, whose
from study.models import Level, Stimulus, Study

SIDES = {side: {"type": float} for side in ("left", "top", "right", "bottom")}
CROP_OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "crops": {
        "level": {"type": int},
        "--marked": {"action": "store_true", "help": "Only those not reviewed, the doubtful ones first."},
    },
    "keep-crop": {"crop": {"type": int}},
    "drop-crop": {"crop": {"type": int}},
    "keep-crops": {"level": {"type": int}},
    "cut-crop": {
        "crop": {"type": int},
        "left": SIDES["left"],
        "top": SIDES["top"],
        "--width": {"type": float, "help": "Share of the photo's; that of the present window, if not given."},
    },
    "pick-subject": {
        "crop": {"type": int},
        "--person": {"type": int, "help": "Number of a person or part seen in the photo, from 1."},
        "--box": {
            "type": float,
            "nargs": 4,
            "metavar": ("LEFT", "TOP", "RIGHT", "BOTTOM"),
            "help": "Shares of the photo's sides.",
        },
    },
    "undo-crop": {},
}


def crops(given: Given) -> str:
    """List the crops of a level that people judge: number, state, class, and what is known of each."""
    study, _user = whose(given)
    cards = cards_of(_level(study, given["level"]))
    shown = [card for card in cards if not given["marked"] or card["review"] == Stimulus.Review.PENDING]
    lines = (f"{card['id']}  {card['review']:9}  {card['name']}  {card['figures']}" for card in shown)
    return "\n".join(lines) or "No crop."


def keep(given: Given) -> str:
    """Approve one crop."""
    return _decide(given, Stimulus.Review.APPROVED)


def drop(given: Given) -> str:
    """Discard one crop."""
    return _decide(given, Stimulus.Review.DISCARDED)


def keep_rest(given: Given) -> str:
    """Approve every crop of a level that is not reviewed."""
    study, user = whose(given)
    count = crop_review.approve_level(user, _level(study, given["level"]))
    crop_review.resume_waiting_loops([study])
    return f"{count} crops approved."


def cut(given: Given) -> str:
    """Cut a crop at another window, by the corner and width as shares of the photo's sides."""
    study, user = whose(given)
    drawn = HandWindow(given["left"], given["top"], given["width"])
    change = hand_cutting.redraw(user, _crop(study, given["crop"]), drawn)
    crop_review.resume_waiting_loops([study])
    return decision_words(change)


def pick(given: Given) -> str:
    """Say which subject the photo of a crop is about: a person seen in it, or a box."""
    study, user = whose(given)
    if (given["person"] is None) == (given["box"] is None):
        raise CommandError("Name the subject by --person NUMBER or by --box LEFT TOP RIGHT BOTTOM.")
    box = tuple(given["box"]) if given["box"] else None
    picked = picking.PickedSubject(given["person"], box)
    return decision_words(picking.pick_subject(user, _crop(study, given["crop"]).item, picked))


def undo(given: Given) -> str:
    """Take back the newest decision about crops of who asks."""
    study, user = whose(given)
    return decision_words(undoing.undo_last(user, study))


def _decide(given: Given, decision: Stimulus.Review) -> str:
    study, user = whose(given)
    change = crop_review.review(user, _crop(study, given["crop"]), decision)
    crop_review.resume_waiting_loops([study])
    return decision_words(change)


def _crop(study: Study, number: int) -> Stimulus:
    crops = Stimulus.objects.filter(level__study=study).select_related("item", "level__study")
    crop = crops.filter(pk=number).first()
    if crop is None:
        raise CommandError(f"The study has no crop {number}. List them: manage.py study crops STUDY LEVEL.")
    return crop


def _level(study: Study, number: int) -> Level:
    level = study.levels.select_related("study").filter(number=number).first()
    if level is None:
        raise CommandError(f"The study has {study.levels.count()} levels, numbered from 0: none is {number}.")
    return level


CROP_VERBS = {
    "crops": (crops, ("study",)),
    "keep-crop": (keep, ("study",)),
    "drop-crop": (drop, ("study",)),
    "keep-crops": (keep_rest, ("study",)),
    "cut-crop": (cut, ("study",)),
    "pick-subject": (pick, ("study",)),
    "undo-crop": (undo, ("study",)),
}
