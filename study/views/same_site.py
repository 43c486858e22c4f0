"""Forms and messages must come from this site's own pages, which browsers say without any cookie."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

OWN = ("same-origin", "none")  # "none": typed, or opened from outside the web


def from_this_site(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Make a view that refuses what a page of another site makes a browser send.

    No cookie gives rights here: a session's address holds its secret. So none is needed to tell a forged
    form, and people take part whose browser keeps no cookies, or keeps none inside a platform's frame.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        if request.method == "POST" and not _is_own(request):
            return render(request, "403_csrf.html", status=403)
        return view(request, *args, **kwargs)

    return guarded


def _is_own(request: HttpRequest) -> bool:
    """Return whether a request comes from a page of this site, or from no page at all."""
    sent_by = request.headers.get("Sec-Fetch-Site")
    if sent_by is not None:
        return sent_by in OWN
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()
