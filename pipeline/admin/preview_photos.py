"""Photos of the design's preview: the study's own, or drawn ones that stand in for them."""

from __future__ import annotations

import io
from functools import lru_cache
from itertools import cycle, islice

from django.contrib.admin.views.decorators import staff_member_required
from django.db.models import F
from django.db.models.functions import Greatest
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from study.design import Design
from study.models import Category, Stimulus, Study
from study.sizing.shown_sizes import FILL, longest_side
from study.views.design_trial import Shown

DRAWN, DRAWN_SIDE, DRAWN_SEED = 12, 320, 7  # photos, pixels
Pictures = tuple[list[str], float]  # addresses, and the longer side of the first in pixels of its photo


def drawn_classes(study: Study) -> list[Category]:
    """Return the classes of the drawn photos, for a study that has none; they are not stored."""
    from synthetic.figure.poses import ACTIONS  # nothing that a web process should load at its start

    return [
        Category(pk=-place, study=study, name=action, position=place)
        for place, action in enumerate(ACTIONS, 1)
    ]


def photos_of_trial(study: Study, design: Design, level: str) -> Shown:
    """Return the photos of one trial: crops of a level, else whole photos, else drawn ones.

    Their order is that of their contents, which follows neither classes nor names. Where there are
    fewer than a trial shows, they repeat.
    """
    wanted = design.photos_per_trial
    own = _crops(study, level, wanted) if level else _whole_photos(study, wanted)
    drawn = [reverse("pipeline:drawn-photo", args=[number]) for number in range(min(wanted, DRAWN))]
    addresses, side = own or (drawn, float(DRAWN_SIDE))
    longest = _longest_side(study) if design.shown_size != FILL else 0.0
    extent = min(1.0, side / longest) if longest else None
    return Shown(tuple(islice(cycle(addresses), wanted)), extent, longest)


def _crops(study: Study, level: str, wanted: int) -> Pictures | None:
    if not level.isdecimal():
        raise Http404
    crops = Stimulus.objects.filter(level__study=study, level__number=int(level))
    shown = crops.exclude(review=Stimulus.Review.DISCARDED).select_related("item")
    rows = list(shown.order_by("item__source_sha256")[:wanted])
    if not rows:
        return None
    first, photo = rows[0], rows[0].item
    side = longest_side((first.window_width, first.window_height), (photo.width, photo.height))
    return [reverse("pipeline:stimulus", args=[row.pk]) for row in rows], side


def _whole_photos(study: Study, wanted: int) -> Pictures | None:
    rows = list(study.items.only("width", "height").order_by("source_sha256")[:wanted])
    if not rows:
        return None
    return [reverse("pipeline:item", args=[row.pk]) for row in rows], float(
        max(rows[0].width, rows[0].height)
    )


def _longest_side(study: Study) -> float:
    """Return the longest side of any photo, in its pixels."""
    sides = study.items.annotate(side=Greatest(F("width"), F("height"))).order_by("-side")
    return float(sides.values_list("side", flat=True).first() or DRAWN_SIDE)


@require_GET
@staff_member_required
def drawn_photo(_request: HttpRequest, number: int) -> HttpResponse:
    """Draw a photo that stands in for those that a study does not have yet."""
    if number >= DRAWN:
        raise Http404
    response = HttpResponse(_drawn(number), content_type="image/jpeg")
    patch_cache_control(response, private=True, max_age=86400)
    return response


@lru_cache(maxsize=DRAWN)
def _drawn(number: int) -> bytes:
    from synthetic.figure.poses import ACTIONS
    from synthetic.photo_sets import JPEG_QUALITY, draw_photo

    action = ACTIONS[number % len(ACTIONS)]
    photo, _scene = draw_photo(action, 1 + number // len(ACTIONS), DRAWN_SEED, DRAWN_SIDE)
    stored = io.BytesIO()
    photo.save(stored, "JPEG", quality=JPEG_QUALITY)
    return stored.getvalue()
