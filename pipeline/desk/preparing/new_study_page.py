"""Page of a new study: its name, and a preset or another study to begin with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from pipeline.actions.new_study import PRESETS, study_from_preset, study_like
from study.models import Study


class NewStudyForm(forms.Form):
    """A name, and what to begin with."""

    name = forms.CharField(
        max_length=120, help_text="For you and your colleagues; people see the public title, if there is one."
    )
    start = forms.ChoiceField(label="Begin with", widget=forms.RadioSelect)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        presets = [(name, f"{preset.label}: {preset.says}") for name, preset in PRESETS.items()]
        own = Study.objects.of(user).order_by("-created_at")
        designs = [(f"like:{study.code}", f"The design of {study.name}") for study in own]
        start = self.fields["start"]
        assert isinstance(start, forms.ChoiceField)
        start.choices = [*presets, *designs]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_member_required
def new_study(request: HttpRequest) -> HttpResponse:
    """Create a study from few words; everything else can be changed in its design."""
    if not request.user.has_perm("study.add_study"):
        raise PermissionDenied
    first = {"start": request.GET.get("start", "published")}
    form = NewStudyForm(request.POST or None, user=request.user, initial=first)
    if request.method == "POST" and form.is_valid():
        name, start = form.cleaned_data["name"], form.cleaned_data["start"]
        kind, _, code = start.partition(":")
        if kind == "like":
            template = Study.objects.of(request.user).get(code=code)
            study = study_like(request.user, name, template)
        else:
            study = study_from_preset(request.user, name, start)
        messages.success(
            request, "The study is there. Import its photos; its design can be changed meanwhile."
        )
        return redirect("pipeline:desk", code=study.code)
    return render(request, "pipeline/new_study.html", {"form": form, "title": "New study"})
