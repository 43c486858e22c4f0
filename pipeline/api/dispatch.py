"""One view for all endpoints: token, scope, role and body are checked here, and refusals become answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from pipeline.actions.token_keys import bearer
from pipeline.api.bodies import Problem
from pipeline.api.endpoint import WORK, Call, Endpoint
from pipeline.api.refusals import REFUSALS
from pipeline.desk.access import own_study
from pipeline.intake.archive_rules import ArchiveRefusedError
from pipeline.models import ApiToken

MOST_JSON = 1024 * 1024  # bytes
BY_HTTP = "Send this by HTTPS. Over HTTP others may have read your token: revoke it, and make another one."
# The status of each refusal, and its sentence where the exception has none for people; the first that fits.
STATUSES: dict[type[Exception], tuple[int, str]] = {
    PermissionDenied: (403, ""),
    Http404: (404, "There is no such study or row, or you have no part in it."),
    msgspec.ValidationError: (422, ""),
    msgspec.DecodeError: (400, ""),
    ArchiveRefusedError: (400, ""),
    **dict.fromkeys(REFUSALS, (409, "")),
}


def view_of(endpoints: Iterable[Endpoint]) -> Callable[..., HttpResponseBase]:
    """Return the view of one address, which runs the endpoint of the request's method.

    No cookie opens it and no form of another site can carry a token, so that it needs no CSRF token.
    """
    by_method = {endpoint.method: endpoint for endpoint in endpoints}

    @csrf_exempt
    def view(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return problem(403, BY_HTTP)
        endpoint = by_method.get(request.method or "")
        if endpoint is None:
            response = problem(405, f"This address takes {', '.join(by_method)}.")
            response["Allow"] = ", ".join(by_method)
            return response
        return _answered(request, endpoint, arguments)

    return view


def problem(status: int, error: str) -> HttpResponse:
    """Return why something was not done."""
    return as_json(Problem(error), status)


def as_json(answer: Any, status: int = 200) -> HttpResponse:
    """Return an answer as JSON."""
    return HttpResponse(msgspec.json.encode(answer), content_type="application/json", status=status)


def _answered(request: HttpRequest, endpoint: Endpoint, arguments: dict[str, Any]) -> HttpResponseBase:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    token = bearer(secret.strip(), timezone.now()) if kind.lower() == "bearer" else None
    if token is None:
        response = problem(401, "Send a valid token, as in: Authorization: Bearer sweetspot_...")
        response["WWW-Authenticate"] = "Bearer"
        return response
    try:
        answer = _run(request, token, endpoint, arguments)
    except tuple(STATUSES) as refusal:
        status, says = next(STATUSES[kind] for kind in STATUSES if isinstance(refusal, kind))
        return problem(status, says or str(refusal))
    return answer if isinstance(answer, HttpResponseBase) else as_json(answer)


def _run(request: HttpRequest, token: ApiToken, endpoint: Endpoint, arguments: dict[str, Any]) -> Any:
    if endpoint.scope == WORK and token.scope != WORK:
        raise PermissionDenied("This token only reads; make one with the scope work.")
    request.user = token.user
    return endpoint.run(_call(request, endpoint, arguments))


def _call(request: HttpRequest, endpoint: Endpoint, arguments: dict[str, Any]) -> Call:
    code = arguments.pop("code", None)
    study = own_study(request, code, endpoint.needs) if code is not None else None
    return Call(request, study, arguments, _body(request, endpoint))


def _body(request: HttpRequest, endpoint: Endpoint) -> Any:
    """Read what was sent as the endpoint's type; an empty body is an empty object.

    Raises msgspec.DecodeError, msgspec.ValidationError.
    """
    if endpoint.body is None:
        return None
    if endpoint.body is bytes:
        return request
    sent = request.read(MOST_JSON + 1)
    if len(sent) > MOST_JSON:
        raise msgspec.ValidationError(f"it is longer than {MOST_JSON} bytes")
    return msgspec.json.decode(sent or b"{}", type=endpoint.body)
