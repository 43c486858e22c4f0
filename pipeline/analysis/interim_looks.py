"""How often the answers of people were analysed before the study closed, and which looks were planned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stats.inference.look_shares import LookPlan, looks_beside_the_plan, people_at
from study.models import Session, Study
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


def unplanned_look(study: Study) -> str:
    """Return why analysing people's answers now would be a look that the design does not plan; else ""."""
    version = study.version()
    if version is None or study.status == Study.Status.CLOSED:
        return ""
    design = version.design
    if LookPlan(design.look_plan) is LookPlan.SEQUENCE:
        return ""
    looks = version.analyses.filter(mode=Mode.LIVE, result__isnull=False, settings__while_open=True)
    settings = looks.order_by("created_at", "pk").values_list("settings", flat=True)
    before = [each.get(PEOPLE, 0) for each in settings]
    sizes = [people_at(share, design.target_completes or 1) for share in design.look_shares]
    now = Session.objects.completed().filter(participant__version=version, participant__mode=Mode.LIVE)
    people = now.count()
    if not people or looks_beside_the_plan([*before, people], sizes) == looks_beside_the_plan(before, sizes):
        return ""
    return (
        f"The frozen design plans no look at the answers of {people} people while more may come. Each look "
        "beside the plan makes a false verdict more likely; it is logged, and the report counts it."
    )


def _settings_of_looks(analysis: Analysis) -> list[dict[str, Any]]:
    """Return the settings of every look at this version in the order of looking, this one last."""
    earlier = analysis.version.analyses.filter(
        mode=analysis.mode, result__isnull=False, settings__while_open=True
    )
    looks = [look.settings for look in earlier.exclude(pk=analysis.pk).order_by("created_at", "pk")]
    return [*looks, analysis.settings] if is_a_look(analysis) else looks
