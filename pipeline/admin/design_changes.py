"""Changes of a study's design, by the same form and limits from the admin, from scripts and from a shell."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.forms import Field, JSONField, modelform_factory
from django.forms.models import model_to_dict

from pipeline.admin.study_form import StudyForm
from pipeline.audit import record
from study.design import Design
from study.freezing.freeze import has_people
from study.models import Pilot, Study

JUDGES_THE_MACHINE = (
    "ceiling", "attacker_preset", "image_size", "test_time_augmentation", "level_family",
    "least_fill", "least_crop_pixels", "one_sharpness", "person_detector", "person_rule",
    "crop_designers", "attention_weight", "improvement_epsilon",
)  # fmt: skip
OF_THE_PILOT = tuple(name for name in Design.names() if name.startswith("pilot"))
BY_OTHER_WAYS = {"information_pdf_sha256"}  # follows from an upload


class DesignRefusedError(ValueError):
    """The design cannot be changed like this; the message names each field and why."""


def fixed_fields(study: Study) -> tuple[str, ...]:
    """Return what can no longer change.

    A design can change until people take part; until then, freezing it again makes the next version. What
    decides whether the machine counts as defeated can change until the first attacker is trained, and
    the pilot until it is opened.
    """
    tried = study.attacker_runs.attackers().trained().exists()
    fixed = Design.names() if has_people(study) else (*JUDGES_THE_MACHINE, *OF_THE_PILOT) if tried else ()
    opened = OF_THE_PILOT if Pilot.objects.of(study) else ()
    return tuple(dict.fromkeys((*fixed, *opened)))


def open_fields(study: Study) -> list[str]:
    """Return the names of the choices that can be changed now."""
    editable = {field.name for field in Study._meta.concrete_fields if field.editable}
    fixed = {*fixed_fields(study), *BY_OTHER_WAYS}
    return [name for name in Design.names() if name in editable and name not in fixed]


def change_design(user: Any, study: Study, changes: Mapping[str, Any]) -> list[str]:
    """Change choices of a design, all or none; return the names of those that differ now.

    Raises DesignRefusedError if a name is none of a choice, the choice is fixed by now, or the form of the
    design refuses it.
    """
    with transaction.atomic():
        row = Study.objects.select_for_update().get(pk=study.pk)
        names = open_fields(row)
        if refused := sorted(set(changes) - set(names)):
            raise DesignRefusedError(
                f"Not to be changed, or not by this name: {', '.join(refused)}. To be changed now: "
                f"{', '.join(names) or 'nothing, as people take part'}."
            )
        before = model_to_dict(row, names)
        _save(row, names, before | dict(changes))
        changed = [name for name in names if before[name] != getattr(row, name)]
        if changed:
            record(user, row, f"changed the design: {', '.join(changed)}")
    study.refresh_from_db()
    return changed


def _save(row: Study, names: Collection[str], given: dict[str, Any]) -> None:
    """Store a design by the rules of its form."""
    form_class = modelform_factory(Study, form=StudyForm, fields=names)
    form = form_class(_as_typed(given, form_class.base_fields), instance=row)
    if not form.is_valid():
        reasons = (f"{name}: {' '.join(map(str, why))}" for name, why in form.errors.items())
        raise DesignRefusedError(" ".join(reasons))
    form.save()


def _as_typed(values: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    """Return values as a browser sends them: what a field keeps as JSON is text there."""
    return {
        name: json.dumps(value) if isinstance(fields.get(name), JSONField) else value
        for name, value in values.items()
    }
