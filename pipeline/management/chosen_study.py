"""The study that a command names."""

from __future__ import annotations

from django.core.management.base import CommandError

from study.models import Study


def chosen_study(code: str) -> Study:
    """Return the study of a code.

    Raises CommandError if there is none; the message names the codes that there are.
    """
    study = Study.objects.filter(code=code).first()
    if study is None:
        known = ", ".join(Study.objects.values_list("code", flat=True)) or "none yet"
        raise CommandError(f"No study has the code {code!r}. Codes: {known}.")
    return study
