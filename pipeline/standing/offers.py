"""Which of the desk's actions would not be refused now: only these are offered."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.loop.level_facts import Pilot
from pipeline.models import Loop
from pipeline.standing.stages import StudyFacts
from study.models import Study

_UNDER_WAY = (Loop.State.RUNNING, Loop.State.WAITING)

OFFERED: Mapping[str, Callable[[StudyFacts], bool]] = {
    "add-least-level": lambda facts: facts.lacks_least_level and facts.loop is None,
    "start-loop": lambda facts: facts.loop not in _UNDER_WAY and facts.photos > 0 and facts.levels > 1,
    "stop-loop": lambda facts: facts.loop in _UNDER_WAY,
    "show-attention": lambda facts: facts.loop == Loop.State.FINISHED,
    "open-pilot": lambda facts: facts.pilot == Pilot.TO_OPEN and facts.levels_cut == facts.levels > 1,
    "choose-crops": lambda facts: facts.pilot == Pilot.OPEN,
    "choose-crops-simulated": lambda facts: facts.pilot == Pilot.OPEN,
    "freeze": lambda facts: facts.levels_cut > 1 and facts.loop != Loop.State.RUNNING,
    "open": lambda facts: facts.version is not None and facts.status != Study.Status.OPEN,
    "close": lambda facts: facts.status == Study.Status.OPEN,
    "analyse": lambda facts: facts.version is not None and facts.people > 0,
    "analyse-simulated": lambda facts: facts.version is not None,
}


def offered(facts: StudyFacts) -> list[str]:
    """Return the names of the actions that may be taken now, in the order of a study's stages."""
    return [name for name, is_offered in OFFERED.items() if is_offered(facts)]
