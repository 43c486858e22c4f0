"""Crop review, one crop at a time: can people recognise the action? The page and what it is made of."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from pipeline.actions.crop_review import approve_level, resume_waiting_loops
from pipeline.crops.levels import photos_without_crop
from pipeline.desk.access import own_study, powers
from pipeline.desk.crop_cards import Card, cards_of
from pipeline.desk.review_answers import following_words, own_crop
from pipeline.models import CropChange, Job
from study.models import Level, Stimulus, Study

UNDOABLE = 100  # decisions that the page can take back, one after the other


@require_GET
@staff_member_required
def crops(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show all crops of a level, one of them large: that which the address names, else the most doubtful."""
    study = own_study(request, code)
    level = get_object_or_404(study.levels.select_related("study"), number=number)
    cards = cards_of(level)
    asked = request.GET.get("crop", "")
    place = next((place for place, card in enumerate(cards) if str(card["id"]) == asked), 0)
    cutting = study.jobs.unfinished().filter(kind=Job.Kind.CROP).exists()
    context = {
        "study": study,
        "level": level,
        "levels": study.levels.all(),
        "left_out": 0 if cutting else photos_without_crop(level),
        "cards": cards,
        "card": cards[place] if cards else None,
        "place": place + 1,
        "next": _neighbour(cards, place, 1),
        "previous": _neighbour(cards, place, -1),
        "after": _after(cards, place),
        "counts": _counts(cards),
        "following": following_words(study)[0],
        "data": _data(request, level, cards, place),
        "title": f"Review of {level}",
        **powers(request, study),
    }
    return render(request, "pipeline/crops.html", context)


@require_POST
@staff_member_required
def approve_rest(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Approve every crop of a level that was not reviewed."""
    study = own_study(request, code)
    level = get_object_or_404(study.levels, number=number)
    count = approve_level(request.user, level)
    messages.success(request, f"{count} crops approved.")
    resume_waiting_loops([study])
    return redirect("pipeline:crops", code=code, number=number)


@require_GET
@staff_member_required
def cut_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a window in numbers, for those whose browser runs no scripts."""
    crop = own_crop(request, pk)
    card = next(iter(cards_of(crop.level, [pk])), None)
    if card is None:
        raise Http404("This crop is none that people judge.")
    context = {"card": card, "level": crop.level, "study": crop.level.study, "title": "Draw the window"}
    return render(request, "pipeline/cut_again.html", context)


def _neighbour(cards: list[Card], place: int, step: int) -> Card | None:
    other = place + step
    return cards[other] if 0 <= other < len(cards) else None


def _after(cards: list[Card], place: int) -> Card | None:
    """Return the crop to look at after a decision: the next one that is not reviewed, else the next one."""
    ahead = [*cards[place + 1 :], *cards[:place]]
    waiting = (card for card in ahead if card["review"] == Stimulus.Review.PENDING)
    return next(waiting, _neighbour(cards, place, 1))


def _counts(cards: list[Card]) -> dict[str, int]:
    reviews = [card["review"] for card in cards]
    counts = {review.value: reviews.count(review) for review in Stimulus.Review}
    return counts | {"reviewed": len(reviews) - counts["pending"], "all": len(reviews)}


def _data(request: HttpRequest, level: Level, cards: list[Card], place: int) -> dict[str, Any]:
    """Return what the page's script needs; in addresses, 0 stands for the number of a crop."""
    study = level.study
    here = [study.code, level.number]
    return {
        "crops": cards,
        "current": cards[place]["id"] if cards else None,
        "undoable": _undoable(request.user, study),
        "outbox": f"sweetspot-review-{study.code}-{request.user.pk}",
        "urls": {
            "review": reverse("pipeline:decide", args=[0]),
            "cut": reverse("pipeline:cut", args=[0]),
            "pick": reverse("pipeline:pick", args=[0]),
            "undo": reverse("pipeline:undo", args=here),
            "following": reverse("pipeline:following", args=here),
        },
    }


def _undoable(user: Any, study: Study) -> list[str]:
    """Return the names of this researcher's latest decisions, the newest last."""
    own = CropChange.objects.filter(study=study, user=user, undone_at=None).order_by("-pk")
    return list(own.values_list("token", flat=True)[:UNDOABLE])[::-1]
