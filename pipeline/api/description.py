"""The OpenAPI description: made from the endpoints and their types, so that it cannot say anything else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, get_args

import msgspec
from django.http import HttpRequest, HttpResponse

from pipeline.api.bodies import Problem
from pipeline.api.crop_endpoints import CROP_ENDPOINTS
from pipeline.api.dispatch import as_json
from pipeline.api.endpoint import Endpoint
from pipeline.api.outside_endpoints import OUTSIDE_ENDPOINTS
from pipeline.api.people_endpoints import PEOPLE_ENDPOINTS
from pipeline.api.planning_endpoints import PLANNING_ENDPOINTS
from pipeline.api.study_endpoints import STUDY_ENDPOINTS
from pipeline.api.whole_endpoints import WHOLE_ENDPOINTS

ENDPOINTS = (
    *STUDY_ENDPOINTS,
    *PEOPLE_ENDPOINTS,
    *OUTSIDE_ENDPOINTS,
    *CROP_ENDPOINTS,
    *PLANNING_ENDPOINTS,
    *WHOLE_ENDPOINTS,
)
PARAMETER = re.compile(r"<(\w+):(\w+)>")
KINDS = {"int": "integer"}
REFUSED = {
    "401": "No valid token.",
    "403": "The token's scope or your role does not allow it.",
    "404": "There is no such study or row, or you have no part in it.",
    "409": "It cannot be done now; the sentence says why.",
    "422": "The body is not what this address takes.",
}


def openapi(request: HttpRequest) -> HttpResponse:
    """Answer with the description of this site's API; it says nothing about studies, and needs no token."""
    return as_json(description(request.build_absolute_uri("/api/v1/")))


def description(server: str) -> dict[str, Any]:
    """Return the API at an address as an OpenAPI 3.1 document."""
    types = [kind for each in ENDPOINTS for kind in (each.answer, each.body) if kind not in (None, bytes)]
    schemas, components = msgspec.json.schema_components(
        [*types, Problem], ref_template="#/components/schemas/{name}"
    )
    by_type = {_key(kind): schema for kind, schema in zip([*types, Problem], schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in ENDPOINTS:
        at = paths.setdefault("/" + PARAMETER.sub(r"{\2}", endpoint.path), {})
        at[endpoint.method.lower()] = _operation(endpoint, by_type)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sweetspot", "version": "1", "description": __doc__.split(":")[0]},
        "servers": [{"url": server.rstrip("/")}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _key(kind: Any) -> str:
    """Return a name by which a type is known again, such as `list[StudyLine]`."""
    return str(kind) if get_args(kind) else str(kind.__name__)


def _operation(endpoint: Endpoint, schemas: dict[str, Any]) -> dict[str, Any]:
    why = {"application/json": {"schema": schemas[Problem.__name__]}}
    refusals = {status: {"description": says, "content": why} for status, says in REFUSED.items()}
    query = [
        {"name": name, "in": "query", "description": says, "schema": {"type": "string"}}
        for name, says in endpoint.queries
    ]
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.says,
        "description": f"Scope of the token: {endpoint.scope}.",
        "parameters": [*_of_the_path(endpoint), *query],
        "responses": {"200": _success(endpoint, schemas)} | refusals,
    }
    if endpoint.body is bytes:
        binary = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": {"application/zip": binary}}
    elif endpoint.body is not None:
        content = {"application/json": {"schema": schemas[_key(endpoint.body)]}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _of_the_path(endpoint: Endpoint) -> Iterable[dict[str, Any]]:
    for kind, name in PARAMETER.findall(endpoint.path):
        schema = {"type": KINDS.get(kind, "string")}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _success(endpoint: Endpoint, schemas: dict[str, Any]) -> dict[str, Any]:
    if endpoint.answer is None:
        return {"description": "The file."}
    content = {"application/json": {"schema": schemas[_key(endpoint.answer)]}}
    return {"description": "Done.", "content": content}
