"""How often the answers of people were analysed before the study closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from study.models import Study
from study.models.people import Mode

if TYPE_CHECKING:
    from pipeline.models import Analysis
    from stats.secondary import Looks

WHILE_OPEN = "while_open"


def is_a_look(analysis: Analysis) -> bool:
    """Return whether an analysis raises the error of the verdict: people's answers, while more may come.

    The answers of robots may be analysed at any time.
    """
    return analysis.mode == Mode.LIVE and analysis.study.status != Study.Status.CLOSED


def looks_of(analysis: Analysis) -> Looks:
    """Return the looks at this version so far, this analysis included where it is one."""
    from stats.secondary import Looks

    earlier = analysis.version.analyses.filter(
        mode=analysis.mode, result__isnull=False, settings__while_open=True
    )
    unplanned = earlier.exclude(pk=analysis.pk).count() + is_a_look(analysis)
    return Looks(unplanned, analysis.version.design.target_completes)
