"""What a researcher decides about crops: kept, written down, and told to a loop that waits for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pipeline.audit import record
from pipeline.crops.stimuli import check_not_frozen
from pipeline.loop import advance
from pipeline.models import Loop
from study.freezing.freeze import has_people
from study.models import Stimulus, Study


def review(user: Any, stimulus: Stimulus, decision: Stimulus.Review) -> None:
    """Approve or discard one crop; call `go_on` after the last of them.

    Raises
    ------
    StimulusInUse
        If a crop is to be discarded with which a version is frozen that people take part in. Before the first
        of them, the next version leaves it out; approving it changes nothing.
    """
    if decision == Stimulus.Review.DISCARDED and has_people(stimulus.level.study):
        check_not_frozen(stimulus)
    stimulus.review = decision
    stimulus.save(update_fields=["review"])
    record(user, stimulus.level.study, f"{decision.value} stimulus {stimulus.pk}")


def go_on(studies: Iterable[Study]) -> None:
    """Loops that waited for reviews take their next decision."""
    for study in studies:
        if Loop.objects.filter(study=study, state=Loop.State.WAITING).update(state=Loop.State.RUNNING):
            advance.advance(study)
