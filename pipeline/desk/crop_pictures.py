"""Pictures for crop review: the maps by which a photo was cut, as overlays."""

from __future__ import annotations

import io

import numpy as np
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET
from numpy.typing import NDArray
from PIL import Image

from pipeline.models import CropMaps
from study.models import Study

COLOURS = {"subject": (0, 114, 178), "attention": (230, 97, 0)}  # told apart by colour-blind people too
MOST_OPAQUE = 0.75


@require_GET
@staff_member_required
def crop_map(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Answer with one map of a photo as a transparent picture; a row of maps never changes."""
    maps = get_object_or_404(CropMaps, pk=pk, item__study__in=Study.objects.of(request.user))
    values = maps.subject if name == "subject" else maps.attention
    stored = io.BytesIO()
    Image.fromarray(overlay(values, COLOURS[name])).save(stored, "PNG")
    response = HttpResponse(stored.getvalue(), content_type="image/png")
    patch_cache_control(response, private=True, max_age=86400, immutable=True)
    return response


def overlay(values: NDArray[np.float64], colour: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Return a map, [h, w], as pixels of one colour, [h, w, 4]: the higher, the less transparent."""
    highest = float(values.max())
    shares = values / highest if highest > 0 else np.zeros_like(values)
    pixels = np.empty((*values.shape, 4), dtype=np.uint8)
    pixels[..., :3] = colour
    pixels[..., 3] = np.round(255 * MOST_OPAQUE * shares)
    return pixels
