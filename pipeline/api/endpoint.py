"""What an endpoint of the API is: its address, what it takes and answers, and what it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from pipeline.models import ApiToken
from study.models import Role, Study

READ, WORK = ApiToken.Scope.READ, ApiToken.Scope.WORK


@dataclass(frozen=True)
class Call:
    """One request to an endpoint, after token, role and body were checked.

    Attributes
    ----------
    request : with the token's researcher as its user
    study : that the address names; None for addresses without one
    arguments : other parts of the address
    body : what was sent, of the type that the endpoint takes
    """

    request: HttpRequest
    study: Study | None
    arguments: dict[str, Any]
    body: Any = None

    @property
    def user(self) -> Any:
        return self.request.user

    @property
    def code(self) -> str:
        """The study's code, as the desk's own views take it."""
        return self.own.code

    @property
    def own(self) -> Study:
        """The study, at addresses that name one."""
        assert self.study is not None
        return self.study


@dataclass(frozen=True)
class Endpoint:
    """One thing that the API does.

    Attributes
    ----------
    name : of the operation in the description
    path : as Django writes it; a study is its `<slug:code>`
    run : does it, and returns an `answer`, or a response of the desk's own; its docstring says what it does
    answer : type of what comes back; None for a file
    body : type of what is sent as JSON; None for nothing, `bytes` for a file
    queries : parameters of the address's query, and what each is
    needs : the least role, where it is another than a reader for GET and a collaborator for the rest
    """

    name: str
    method: str
    path: str
    run: Callable[[Call], Any | HttpResponseBase]
    answer: Any = None
    body: Any = None
    queries: tuple[tuple[str, str], ...] = ()
    needs: Role | None = None

    @property
    def says(self) -> str:
        """What it does, in a sentence."""
        return (self.run.__doc__ or "").strip()

    @property
    def scope(self) -> ApiToken.Scope:
        """What a token must allow: who only looks needs no more than to read."""
        return READ if self.method == "GET" else WORK
