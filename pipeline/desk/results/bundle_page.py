"""Page that imports a study from the bundle of another installation."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import IO, cast

import msgspec
from django import forms
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pipeline.audit import record
from pipeline.bundle.bundle_manifest import BundleError
from pipeline.bundle.import_bundle import import_steps
from pipeline.bundle.opened_bundle import check_whole, unchecked
from study.models import Study

AS_LINES = "application/x-ndjson"


class BundleForm(forms.Form):
    """A bundle, and another name for its study where that one is taken."""

    bundle = forms.FileField(
        help_text="As “Download the bundle” gave it, on the page of the study's storage. One of gigabytes is "
        "imported sooner on the server: manage.py import_bundle_file FILE --owner NAME."
    )
    name = forms.CharField(
        max_length=120, required=False, help_text="For the study here; empty: the name that it has."
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_member_required
def bundle_import(request: HttpRequest) -> HttpResponseBase:
    """Import a bundle, all of it or nothing; the study belongs to who imports it.

    The page's script asks for lines that say how far it is; a browser without scripts waits for the end.
    """
    if not request.user.has_perm("study.add_study"):
        raise PermissionDenied
    form = BundleForm(request.POST or None, request.FILES or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        steps = _steps(request, form.cleaned_data["bundle"], form.cleaned_data["name"].strip())
        if request.headers.get("Accept") == AS_LINES:
            lines = (msgspec.json.encode(step) + b"\n" for step in steps)
            return StreamingHttpResponse(lines, content_type=AS_LINES)
        *_, last = steps
        if last.desk:
            messages.success(request, "The study is here, closed to participants. Analyse it again at will.")
            return redirect(last.desk)
        form.add_error("bundle", last.refusal)
    return render(request, "pipeline/bundle_import.html", {"form": form, "title": "Import a bundle"})


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far an import is: the share of what is being done; at its end the desk, or why it was refused."""

    says: str = ""
    share: float = 0.0
    desk: str = ""
    refusal: str = ""


def _steps(request: HttpRequest, file: IO[bytes], name: str) -> Iterator[Step]:
    try:
        with unchecked(file) as bundle:
            for share in check_whole(bundle):
                yield Step("Every byte is being checked", share)
            steps = import_steps(bundle, request.user, name)
            study = yield from _storing(steps)
            record(request.user, study, f"imported a bundle of Sweetspot {bundle.manifest.software}")
    except BundleError as error:
        yield Step(refusal=str(error))
    else:
        yield Step(desk=reverse("pipeline:desk", args=[study.code]))


def _storing(steps: Generator[float, None, Study]) -> Generator[Step, None, Study]:
    """Tell of the steps of an import, and return the study."""
    while True:
        try:
            yield Step("The study is being stored", next(steps))
        except StopIteration as end:
            return cast(Study, end.value)
