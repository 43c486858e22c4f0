"""What is answered where a request fails; a full disk is said to whoever can do something about it."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import server_error as usual_server_error

from pipeline.retention.full_disk import FREE_SOME, what_is_full
from study.views.language import PARTICIPANTS_PAGES

_UNAVAILABLE = 503
_PAUSE = {"Retry-After": "30"}  # seconds


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the answer to a request that has failed.

    Where a disk is full it is 503, so that participants' browsers keep their answers and send them again;
    what is full is said to researchers and their scripts only.
    """
    full = what_is_full(sys.exc_info()[1] or SystemError())
    if not full:
        return usual_server_error(request)
    if request.path_info.startswith(PARTICIPANTS_PAGES):
        response = usual_server_error(request)
        response.status_code = _UNAVAILABLE
        response.headers["Retry-After"] = _PAUSE["Retry-After"]
        return response
    says = f"{full}. {FREE_SOME}"
    if request.path_info.startswith("/api/"):
        return JsonResponse({"error": says}, status=_UNAVAILABLE, headers=_PAUSE)
    return HttpResponse(says, content_type="text/plain", status=_UNAVAILABLE, headers=_PAUSE)
