"""A study's desk: its address, and its buttons."""

from __future__ import annotations

import json

from django.forms import MultipleChoiceField
from django.test import Client
from django.urls import reverse

from study.models import Study


def desk(study: Study) -> str:
    return reverse("pipeline:desk", args=[study.code])


def do(client: Client, study: Study, action: str) -> str:
    """Press a button of the desk; return the page that follows."""
    response = client.post(reverse("pipeline:act", args=[study.code, action]), follow=True)
    return response.content.decode()


def as_shown(client: Client, page: str) -> dict[str, object]:
    """What a browser would send of a study's form that nobody has touched."""
    context = client.get(page).context
    form = context["adminform"].form
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    ticked = {
        name: values.pop(name) or []
        for name, field in form.fields.items()
        if isinstance(field, MultipleChoiceField)
    }
    for formset in context["inline_admin_formsets"]:
        prefix, management = formset.formset.prefix, formset.formset.management_form.initial
        values |= {f"{prefix}-{name}": value for name, value in management.items()}
        for form in formset.formset.forms:
            values |= {form.add_prefix(name): form[name].value() for name in form.fields}
    return ticked | {name: _written(value) for name, value in values.items()}


def _written(value: object) -> object:
    """What a browser sends of a field's value: JSON as text, nothing as an empty text."""
    if isinstance(value, list | dict):
        return json.dumps(value)
    return "" if value is None else value
