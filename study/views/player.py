"""Addresses that the player uses while it runs: for blocks, photos and answers."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Callable
from functools import lru_cache, wraps

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from study import sessions
from study.models import Stimulus
from study.sessions.errors import NotFoundError, RefusedError, StimulusChangedError
from study.sessions.wire import Refusal, parse_delivery, parse_tab
from study.views.same_site import from_this_site

View = Callable[..., HttpResponse]
NEVER_KEPT = "max-age=0, no-cache, no-store, must-revalidate, private"


def never_kept(view: View) -> View:
    """Make a view whose answers no cache keeps; Django's `never_cache` words that anew for each answer."""

    @wraps(view)
    def answer(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = NEVER_KEPT
        return response

    return answer


def refusals_as_json(view: View) -> View:
    """Make a view that answers a refusal with its HTTP status and a code that the player understands."""

    @wraps(view)
    def answer(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except RefusedError as error:
            return _json(Refusal(error.code, str(error)), error.status)

    return answer


def _json(message: msgspec.Struct | dict[str, str], status: int = 200) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(message), content_type="application/json", status=status)


@from_this_site
@never_kept
@require_POST
@refusals_as_json
def tab(request: HttpRequest, token: str) -> HttpResponse:
    """Let this tab send the answers that an earlier page could not."""
    sessions.claim(token, parse_tab(request.body), timezone.now())
    return _json({})


@from_this_site
@never_kept
@require_POST
@refusals_as_json
def block(request: HttpRequest, token: str) -> HttpResponse:
    """Send the block that is due to this tab."""
    due = sessions.open_block(token, parse_tab(request.body), timezone.now())
    trials = tuple(_with_addresses(trial, token) for trial in due.trials)
    return _json(msgspec.structs.replace(due, trials=trials))


def _with_addresses(trial: sessions.Served, token: str) -> sessions.Served:
    """Replace the tokens of a trial's photos by the addresses that serve them."""
    photos = tuple(
        reverse("study:photos", kwargs={"token": token, "photos": photo}) for photo in trial.photos
    )
    return msgspec.structs.replace(trial, photos=photos)


@from_this_site
@never_kept
@require_POST
@refusals_as_json
def answers(request: HttpRequest, token: str) -> HttpResponse:
    """Store answers; sending the same ones again changes nothing."""
    return _json(sessions.record(token, parse_delivery(request.body), timezone.now()))


@never_kept
@require_safe
def photos(_request: HttpRequest, token: str, photos: str) -> HttpResponse:
    """Send the files of some photos one after the other, padded to the size that all have.

    So neither name nor size nor date says what a photo shows.
    """
    try:
        stimuli, size = sessions.photos_of(token, photos.split(","))
    except NotFoundError as error:
        raise Http404 from error
    kind, _encoding = mimetypes.guess_type(str(stimuli[0].image.name)) if len(stimuli) == 1 else (None, None)
    content = b"".join(_padded(stimulus, size) for stimulus in stimuli)
    return HttpResponse(content, content_type=kind or "application/octet-stream")


def _padded(stimulus: Stimulus, size: int) -> bytes:
    """Return the file and random bytes up to the common size; decoders stop at the end of the picture.

    As many bytes are there for every file, then cut: otherwise the time taken would tell its size.
    """
    with stimulus.image.open("rb") as stored:
        content: bytes = stored.read()
    if len(content) > size:
        raise StimulusChangedError(f"The file of stimulus {stimulus.pk} grew after its version was frozen.")
    return content + _padding(size)[len(content) :]


@lru_cache(maxsize=16)
def _padding(size: int) -> bytes:
    """Return random bytes, made once for each size: to make them takes longer than all else about a photo.

    Who gets two photos can tell from bytes that both end with where each picture ends, as its decoder can.
    """
    return os.urandom(size)
