"""What a researcher must know about recruitment before money is spent."""

from __future__ import annotations

from collections.abc import Iterable

from study.models import Recruitment, Study, UnknownParameter
from study.models.recruitment_settings import PlatformChoice
from study.models.studies import Stage
from study.statements.prepared_sql import PreparedValues

SHOWN = 8


def recruitment_notes(study: Study) -> list[str]:
    """Return sentences about links that say more than the settings know, and about codes that are missing."""
    stages = [Stage.MAIN, *([Stage.PILOT] if study.pilot else [])]
    return [
        sentence
        for stage in stages
        for sentence in _notes(study, Recruitment.objects.of(study.pk, stage), Stage(stage))
    ]


def _notes(study: Study, recruitment: Recruitment, stage: Stage) -> Iterable[str]:
    names = [name for (name,) in _UNKNOWN(study.pk, stage)]
    if names:
        yield (
            f"Links of the {stage.label} carried parameters that no setting knows: {', '.join(names)}. If "
            "one of them says who somebody is, choose the platform under Recruitment, or a panel with this "
            "parameter: otherwise nobody can be paid by it."
        )
    if recruitment.platform == PlatformChoice.PROLIFIC and not recruitment.code_completed:
        yield (
            f"Prolific wants one completion code for all people of the {stage.label}: copy it from Prolific "
            "into Recruitment. Until then everybody gets a code of their own, which Prolific does not know."
        )


_NAMES = UnknownParameter.objects.values_list("name")
_UNKNOWN = PreparedValues(lambda study, stage: _NAMES.filter(study=study, stage=stage)[:SHOWN], int, str)
