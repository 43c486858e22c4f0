"""Page of the whole site's disk: what it takes, what may go, and the button by which that goes."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.views.decorators.http import require_http_methods

from pipeline.retention.choosing import USUAL, Kind, Wish, sums_of
from pipeline.retention.freeing import free, would_go
from pipeline.retention.site_sizes import places, study_sizes
from study.models import Study

GIGABYTE = 1e9
FIRST_CHOICE = {"kinds": [kind.value for kind in USUAL], "older_than": Wish().older_than.days}


class SpaceForm(forms.Form):
    """What is to go."""

    kinds = forms.MultipleChoiceField(
        label="What", choices=[(kind.value, kind.says) for kind in Kind], widget=forms.CheckboxSelectMultiple
    )
    older_than = forms.FloatField(label="Not written for so many days", min_value=0)
    keep = forms.FloatField(
        label="Of each kind the newest stay, up to so many GB", min_value=0, required=False,
        help_text="Empty: all that is old enough goes.",
    )  # fmt: skip

    def wish(self) -> Wish:
        """Return what a valid form says."""
        given = self.cleaned_data
        keep = None if given["keep"] is None else int(given["keep"] * GIGABYTE)
        return Wish([Kind(kind) for kind in given["kinds"]], timedelta(days=given["older_than"]), keep)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_member_required
def space(request: HttpRequest) -> HttpResponse:
    """Show what the site takes and what would go; delete that by POST. For administrators only."""
    if not request.user.is_superuser:
        raise PermissionDenied("Only an administrator sees what all studies take.")
    sent = request.POST or request.GET
    form = SpaceForm(sent if "kinds" in sent else FIRST_CHOICE, label_suffix="")
    if request.method == "POST" and form.is_valid():
        gone = free(form.wish())
        size = filesizeformat(sum(file.bytes for file in gone))
        messages.success(request, f"{sum(len(file.names) for file in gone)} files, {size}, are deleted.")
        return redirect("pipeline:space")
    return render(request, "pipeline/space.html", _context(form))


def _context(form: SpaceForm) -> dict[str, Any]:
    going, there = would_go(form.wish()) if form.is_valid() else [], places()
    return {
        "form": form,
        "sums": sums_of(going),
        "going": sum(file.bytes for file in going),
        "places": there,
        "total": sum(place.bytes for place in there),
        "free": shutil.disk_usage(settings.SWEETSPOT_VAR).free,
        "studies": study_sizes(Study.objects.all()),
        "title": "Disk",
    }
