"""Access to studies: whoever has no part in a study does not see that it exists; others act by their role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from study.models import Role, Study, StudyVersion
from study.models.members import role_as_read, role_of, study_of

READING = ("GET", "HEAD", "OPTIONS")


def own_study(request: HttpRequest, code: str, needs: Role | None = None) -> Study:
    """Return a study for a request: to look at it takes a reader, to change it a collaborator.

    Parameters
    ----------
    needs
        The least role, where it is another one.

    Raises
    ------
    Http404
        For who has no part in the study.
    PermissionDenied
        For who has, but not this role.
    """
    study = study_of(request.user, code)
    if study is None:
        raise Http404
    _require(role_as_read(request.user, study), request, study, needs)
    return study


def require_role(request: HttpRequest, study: Study) -> None:
    """Refuse what the role of who asks does not allow.

    Raises
    ------
    PermissionDenied
    """
    _require(role_of(request.user, study), request, study, None)


def _require(role: Role, request: HttpRequest, study: Study, needs: Role | None) -> None:
    least = needs or (Role.READER if request.method in READING else Role.COLLABORATOR)
    if role < least:
        raise PermissionDenied(
            f"Your role in this study is {role.title}; this takes {least.title}. Its owner, {study.owner}, "
            "can change your role."
        )


def powers(request: HttpRequest, study: Study) -> dict[str, Any]:
    """Return what a page needs to offer only what its reader may do with a study of `own_study`."""
    role = role_as_read(request.user, study)
    return {"role": role, "may_work": role >= Role.COLLABORATOR, "is_owner": role == Role.OWNER}


def chosen_version(request: HttpRequest, study: Study) -> StudyVersion | None:
    """Return the version that the address names (`?version=1`), else the newest; None without any."""
    number = request.GET.get("version")
    if number is None:
        return study.version()
    if not number.isdecimal():
        raise Http404
    return get_object_or_404(study.versions, number=int(number))


def chosen_among(request: HttpRequest, versions: Sequence[StudyVersion]) -> StudyVersion | None:
    """Return the version that the address names among all of a study, newest first; else the newest.

    Raises
    ------
    Http404
        If there is none of this number.
    """
    number = request.GET.get("version")
    if number is None:
        return versions[0] if versions else None
    for version in versions:
        if str(version.number) == number:
            return version
    raise Http404
