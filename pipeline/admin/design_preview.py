"""The participant's screen as the design stands in its form, before anything is saved or frozen."""

from __future__ import annotations

from typing import Any

import msgspec
from csp.constants import SELF
from django.contrib.admin.views.decorators import staff_member_required
from django.forms import BaseModelForm, modelform_factory
from django.forms.models import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from pipeline.admin.preview_photos import drawn_classes, photos_of_trial
from pipeline.admin.study_form_words import LABELS
from study.choosing.answer_labels import label_problem
from study.design import Design
from study.models import Category, Stimulus, Study
from study.views.design_trial import FRAMES, design_trial

# What of a design the screen of a trial shows or times; in the form's order.
SHOWN_FIELDS = (
    "trials_per_person", "stimulus_ms", "deadline_ms", "task", "grid_rows", "grid_columns",
    "mask_ms", "fixation_ms", "least_photo_px", "shown_size", "source_px_per_degree",
    "answer_keys", "answer_order", "search_answers", "ask_confidence", "own_language",
)  # fmt: skip
DEVICE, LEVEL, CLASS_LABELS = "device", "level", "labels"


def preview_of(study: Study) -> dict[str, Any]:
    """Return what the design's page needs to show a trial beside its form."""
    crops = Stimulus.objects.filter(level__study=study).values_list("level__number", flat=True)
    return {
        "address": reverse("pipeline:design-preview", args=[study.code]),
        "fields": " ".join(SHOWN_FIELDS),
        "frames": FRAMES.items(),
        "levels": sorted(set(crops.distinct())),
        "has_photos": study.items.exists(),
    }


@never_cache
@require_GET
@staff_member_required
def design_preview(request: HttpRequest, code: str) -> HttpResponse:
    """Show a trial of the stored design, but for what the address says is in the form; store nothing."""
    study = get_object_or_404(Study.objects.of(request.user), code=code)
    device = request.GET.get(DEVICE, "")
    if device not in FRAMES:
        raise Http404
    form = _form_of(study, request.GET)
    categories = list(study.categories.all()) or drawn_classes(study)
    problems = _problems(form) + _take_labels(categories, request.GET.get(CLASS_LABELS, ""))
    if problems:
        return _refused(request, problems)
    shown = photos_of_trial(study, Design.of(study), request.GET.get(LEVEL, ""))
    return design_trial(request, study, categories, shown, device)


def _form_of(study: Study, sent: QueryDict) -> BaseModelForm[Study]:
    """Return the stored design with what was sent in its place; the row in memory takes what is valid."""
    form_class = modelform_factory(Study, fields=SHOWN_FIELDS)
    stored = model_to_dict(study, SHOWN_FIELDS)
    return form_class(stored | {name: sent[name] for name in SHOWN_FIELDS if name in sent}, instance=study)


def _problems(form: BaseModelForm[Study]) -> list[str]:
    return [
        f"{LABELS.get(name, name.replace('_', ' ').capitalize())}: {' '.join(map(str, why))}"
        for name, why in form.errors.items()
    ]


def _take_labels(categories: list[Category], sent: str) -> list[str]:
    """Write the labels that stand in the form onto the classes in memory; return what is wrong with them."""
    try:
        by_row = msgspec.json.decode(sent or "{}", type=dict[str, Any])
    except msgspec.DecodeError:
        return ['Labels of a class: write them as in {"en": "Dunk", "de": "Dunking"}.']
    wrong = []
    for category in categories:
        labels = by_row.get(str(category.pk), category.labels)
        if problem := label_problem(labels):
            wrong.append(f"{category.name}: {problem}")
        else:
            category.labels = labels
    return wrong


@xframe_options_sameorigin
def _refused(request: HttpRequest, problems: list[str]) -> HttpResponse:
    response = render(request, "pipeline/design_preview_refused.html", {"problems": problems})
    response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]
    return response
