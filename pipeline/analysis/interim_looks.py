"""How often the answers of people were analysed before the study closed, and which looks were planned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stats.inference.look_shares import LookPlan, looks_beside_the_plan, people_at
from study.models import Study
from study.models.people import Mode

if TYPE_CHECKING:
    from pipeline.models import Analysis
    from stats.secondary.material import Looks

WHILE_OPEN, PEOPLE = "while_open", "people"  # settings of an analysis: while more may come, of how many


def is_a_look(analysis: Analysis) -> bool:
    """Return whether an analysis raises the error of the verdict: people's answers, while more may come.

    The answers of robots may be analysed at any time.
    """
    return analysis.mode == Mode.LIVE and analysis.study.status != Study.Status.CLOSED


def looks_of(analysis: Analysis) -> Looks:
    """Return the looks at this version so far, this analysis included where it is one."""
    from stats.secondary.material import Looks

    design = analysis.version.design
    plan = LookPlan(design.look_plan)
    people = [settings.get(PEOPLE, 0) for settings in _settings_of_looks(analysis)]
    sizes = [people_at(share, design.target_completes or 1) for share in design.look_shares]
    unplanned = 0 if plan is LookPlan.SEQUENCE else looks_beside_the_plan(people, sizes)
    return Looks(unplanned, design.target_completes, plan, tuple(design.look_shares))


def _settings_of_looks(analysis: Analysis) -> list[dict[str, Any]]:
    """Return the settings of every look at this version in the order of looking, this one last."""
    earlier = analysis.version.analyses.filter(
        mode=analysis.mode, result__isnull=False, settings__while_open=True
    )
    looks = [look.settings for look in earlier.exclude(pk=analysis.pk).order_by("created_at", "pk")]
    return [*looks, analysis.settings] if is_a_look(analysis) else looks
