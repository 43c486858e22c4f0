"""A study's desk: its address, and its buttons."""

from __future__ import annotations

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
    for formset in context["inline_admin_formsets"]:
        prefix, management = formset.formset.prefix, formset.formset.management_form.initial
        values |= {f"{prefix}-{name}": value for name, value in management.items()}
        for form in formset.formset.extra_forms:
            values |= {
                form.add_prefix(name): form.get_initial_for_field(field, name)
                for name, field in form.fields.items()
            }
    return {name: "" if value is None else value for name, value in values.items()}
