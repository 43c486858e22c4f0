"""A researcher's decisions about crops: stored and logged; a loop that waited for them goes on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pipeline.audit import record
from pipeline.crops.stimuli import check_not_dropped, check_not_frozen
from pipeline.loop import advance
from pipeline.models import Loop
from study.freezing.freeze import has_people
from study.models import Stimulus, Study


def review(user: Any, stimulus: Stimulus, decision: Stimulus.Review) -> None:
    """Approve or discard one crop; call `resume_waiting_loops` after the last of them.

    Before the first participant, the next version leaves a discarded crop out; approving it changes nothing.
    What people of a pilot could not tell stays left out.

    Raises
    ------
    StimulusInUseError
        If a crop is to be discarded that is in a frozen version which people take part in, or if people of
        the pilot have decided about it.
    """
    check_not_dropped(stimulus)
    if decision == Stimulus.Review.DISCARDED and has_people(stimulus.level.study):
        check_not_frozen(stimulus)
    stimulus.review = decision
    stimulus.save(update_fields=["review"])
    record(user, stimulus.level.study, f"{decision.value} stimulus {stimulus.pk}")


def resume_waiting_loops(studies: Iterable[Study]) -> None:
    """Let loops that waited for the crop review take their next decision."""
    for study in studies:
        if Loop.objects.filter(study=study, state=Loop.State.WAITING).update(state=Loop.State.RUNNING):
            advance.advance(study)
