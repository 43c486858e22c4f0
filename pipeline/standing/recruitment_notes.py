"""What a researcher must know about recruitment before money is spent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import QuerySet, Value

from study.models import Recruitment, Study, UnknownParameter
from study.models.recruitment_settings import PlatformChoice
from study.models.studies import Stage
from study.statements.prepared_sql import PreparedValues

SHOWN = 8


def recruitment_notes(study: Study) -> list[str]:
    """Return sentences about links that say more than the settings know, and about codes that are missing."""
    rows = [_Row(*row) for row in _ROWS(study.pk, study.pk)]
    stages = [Stage.MAIN, *([Stage.PILOT] if study.pilot else [])]
    return [
        sentence
        for stage in stages
        for sentence in _notes([row for row in rows if row.stage == stage], Stage(stage))
    ]


class _Row(NamedTuple):
    """The settings of a stage, or a parameter of its links that they do not know."""

    stage: str
    platform: str
    code: str
    unknown: str


def _notes(rows: Iterable[_Row], stage: Stage) -> Iterable[str]:
    names = sorted(row.unknown for row in rows if row.unknown)[:SHOWN]
    if names:
        yield (
            f"Links of the {stage.label} carried parameters that no setting knows: {', '.join(names)}. If "
            "one of them says who somebody is, choose the platform under Recruitment, or a panel with this "
            "parameter: otherwise nobody can be paid by it."
        )
    if any(row.platform == PlatformChoice.PROLIFIC and not row.code for row in rows):
        yield (
            f"Prolific wants one completion code for all people of the {stage.label}: copy it from Prolific "
            "into Recruitment. Until then everybody gets a code of their own, which Prolific does not know."
        )


def _rows(study: int, same: int) -> QuerySet[Any, tuple[str, ...]]:
    settings = Recruitment.objects.filter(study=study).values_list(
        "stage", "platform", "code_completed", Value("")
    )
    unknown = UnknownParameter.objects.filter(study=same).order_by()
    return settings.union(unknown.values_list("stage", Value(""), Value(""), "name"), all=True)


_ROWS = PreparedValues(_rows, int, int)
