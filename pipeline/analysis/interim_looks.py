"""How often were real answers analysed before the study closed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from study.models import Study
from study.models.people import Mode

if TYPE_CHECKING:
    from pipeline.models import Analysis
    from stats.secondary import Looks

WHILE_OPEN = "while_open"


def is_a_look(analysis: Analysis) -> bool:
    """Robots' answers may be looked at freely; people's cost error while more may come."""
    return analysis.mode == Mode.LIVE and analysis.study.status != Study.Status.CLOSED


def looks_of(analysis: Analysis) -> Looks:
    """The looks at this version so far, this one included where it is one."""
    from stats.secondary import Looks

    earlier = analysis.version.analyses.filter(
        mode=analysis.mode, result__isnull=False, settings__while_open=True
    )
    count = earlier.exclude(pk=analysis.pk).count() + is_a_look(analysis)
    return Looks(count, analysis.version.design.target_completes)
