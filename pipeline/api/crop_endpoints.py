"""Review of crops: the decisions of its page, one endpoint each."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from pipeline.actions import crop_review, hand_cutting, picking, undoing
from pipeline.actions.hand_windows import HandWindow
from pipeline.api.bodies import Message
from pipeline.api.crop_bodies import CropDecision, CropLine, CropSubject, CropWindow
from pipeline.api.endpoint import Call, Endpoint
from pipeline.api.refusals import RefusedError
from pipeline.api.study_endpoints import STUDY
from pipeline.desk.crop_cards import cards_of
from pipeline.desk.review_answers import DECISIONS, decision_words
from study.models import Level, Stimulus


def crops(call: Call) -> list[CropLine]:
    """List the crops of a level that people judge, the doubtful ones first."""
    return [
        CropLine(
            card["id"], card["item"], card["name"], card["review"], card["byHand"], card["window"],
            card["people"], card["figures"],
        )
        for card in cards_of(_level(call))
    ]  # fmt: skip


def approve_rest(call: Call) -> Message:
    """Approve every crop of a level that is not reviewed."""
    count = crop_review.approve_level(call.user, _level(call))
    crop_review.resume_waiting_loops([call.own])
    return Message(f"{count} crops approved.")


def review(call: Call) -> Message:
    """Approve or discard a crop."""
    wanted: CropDecision = call.body
    if wanted.decision not in DECISIONS:
        raise RefusedError(f"A decision about a crop is one of: {', '.join(DECISIONS)}.")
    change = crop_review.review(call.user, _crop(call), Stimulus.Review(wanted.decision))
    crop_review.resume_waiting_loops([call.own])
    return Message(decision_words(change))


def cut(call: Call) -> Message:
    """Cut a crop at another window."""
    wanted: CropWindow = call.body
    drawn = HandWindow(wanted.left, wanted.top, wanted.width)
    change = hand_cutting.redraw(call.user, _crop(call), drawn)
    crop_review.resume_waiting_loops([call.own])
    return Message(decision_words(change))


def pick(call: Call) -> Message:
    """Say which subject the photo of a crop is about."""
    wanted: CropSubject = call.body
    picked = picking.PickedSubject(wanted.person, wanted.box)
    return Message(decision_words(picking.pick_subject(call.user, _crop(call).item, picked)))


def undo(call: Call) -> Message:
    """Take back your newest decision about the study's crops."""
    return Message(decision_words(undoing.undo_last(call.user, call.own)))


def _crop(call: Call) -> Stimulus:
    crops = Stimulus.objects.filter(level__study=call.own).select_related("item", "level__study")
    return get_object_or_404(crops, pk=call.arguments["crop"])


def _level(call: Call) -> Level:
    return get_object_or_404(call.own.levels.select_related("study"), number=call.arguments["level"])


CROP = f"{STUDY}crops/<int:crop>/"
CROP_ENDPOINTS = (
    Endpoint("list_crops", "GET", f"{STUDY}levels/<int:level>/crops/", crops, list[CropLine]),
    Endpoint("approve_crops", "POST", f"{STUDY}levels/<int:level>/crops/approve/", approve_rest, Message),
    Endpoint("undo_crop", "POST", f"{STUDY}crops/undo/", undo, Message),
    Endpoint("review_crop", "POST", CROP, review, Message, CropDecision),
    Endpoint("cut_crop", "POST", f"{CROP}window/", cut, Message, CropWindow),
    Endpoint("pick_subject", "POST", f"{CROP}subject/", pick, Message, CropSubject),
)
