"""Where a study is and what is next, from planted facts; the desk offers only what would not be refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.actions.study_actions import ACTIONS
from pipeline.loop.level_facts import Pilot
from pipeline.models import Loop
from pipeline.standing.offers import OFFERED, offered
from pipeline.standing.stages import Page, StudyFacts, current_stage, stages_of
from study.models import Study

NEW = StudyFacts()
DESIGNED = StudyFacts(photos=300, classes=3, levels=4)
CUT = replace(DESIGNED, levels_cut=4, loop=Loop.State.FINISHED)
OPEN = replace(CUT, version=1, status=Study.Status.OPEN, target=40)
CLOSED = replace(OPEN, people=40, status=Study.Status.CLOSED)


@pytest.mark.parametrize(
    ("facts", "title", "action", "page"),
    [
        (NEW, "Photos", "", Page.IMPORT),
        (replace(NEW, importing=True), "Photos", "", None),
        (replace(DESIGNED, levels=1), "Design", "", Page.DESIGN),
        (DESIGNED, "Machine and crops", "start-loop", None),
        (replace(CUT, loop=Loop.State.RUNNING), "Machine and crops", "", None),
        (replace(CUT, loop=Loop.State.STOPPED), "Machine and crops", "start-loop", None),
        (replace(CUT, loop=Loop.State.FAILED), "Machine and crops", "start-loop", None),
        (replace(CUT, loop=Loop.State.WAITING, review_level=2), "Machine and crops", "", Page.REVIEW),
        (replace(CUT, loop=Loop.State.WAITING, pilot=Pilot.TO_OPEN), "Pilot", "open-pilot", None),
        (replace(CUT, loop=Loop.State.WAITING, pilot=Pilot.OPEN, pilot_target=24), "Pilot", "", Page.PILOT),
        (
            replace(CUT, loop=Loop.State.WAITING, pilot=Pilot.OPEN, pilot_people=24, pilot_target=24),
            "Pilot",
            "choose-crops",
            None,
        ),
        (replace(CUT, loop=Loop.State.RUNNING, pilot=Pilot.CHOSEN), "Machine and crops", "", None),
        (CUT, "Freeze", "freeze", None),
        (replace(CUT, version=1), "People", "open", None),
        (OPEN, "People", "", Page.LINK),
        (replace(OPEN, people=40), "People", "close", None),
        (CLOSED, "Analyse", "analyse", None),
        (replace(CLOSED, analysing=True), "Analyse", "", None),
        (replace(CLOSED, report=7), "Publish", "", Page.REPORT),
    ],
)
def test_each_state_has_one_next_step(facts: StudyFacts, title: str, action: str, page: Page | None) -> None:
    stages = stages_of(facts)
    stage = current_stage(stages)
    assert stage is not None
    assert (stage.title, stage.action, stage.page) == (title, action, page)
    assert stage.waits_for
    behind = stages[stages.index(stage) + 1 :]
    assert not any(later.action or later.page for later in behind)


def test_a_pilot_that_has_chosen_stays_done_while_attackers_are_trained() -> None:
    facts = replace(CUT, loop=Loop.State.RUNNING, pilot=Pilot.CHOSEN, pilot_people=24, pilot_target=24)
    states = {stage.title: stage.state for stage in stages_of(facts)}
    assert states["Pilot"] == "done"
    assert states["Machine and crops"] == "now"
    assert states["Freeze"] == "ahead"


def test_a_study_without_a_pilot_has_no_such_stage() -> None:
    assert "Pilot" not in [stage.title for stage in stages_of(CUT)]


def test_the_reason_of_a_failed_loop_is_what_it_waits_for() -> None:
    failed = replace(CUT, loop=Loop.State.FAILED, loop_reason="The disk is full.")
    stage = current_stage(stages_of(failed))
    assert stage is not None
    assert stage.state == "failed"
    assert stage.waits_for.startswith("The disk is full. ")


def test_without_a_planned_number_only_the_researcher_knows_when_enough_came() -> None:
    stage = current_stage(stages_of(replace(OPEN, target=None, people=300)))
    assert stage is not None
    assert (stage.figure, stage.action) == ("300 people", "")


class TestOffers:
    def test_every_action_is_offered_in_some_state_and_no_other(self) -> None:
        assert set(OFFERED) == set(ACTIONS)

    def test_a_running_loop_can_be_stopped_and_neither_started_nor_frozen_under(self) -> None:
        names = offered(replace(CUT, loop=Loop.State.RUNNING))
        assert "stop-loop" in names
        assert not {"start-loop", "freeze", "open"} & set(names)

    def test_a_new_study_offers_nothing(self) -> None:
        assert offered(NEW) == []

    def test_a_next_step_is_always_among_what_is_offered(self) -> None:
        for facts in (DESIGNED, CUT, replace(CUT, version=1), replace(OPEN, people=40), CLOSED):
            stage = current_stage(stages_of(facts))
            assert stage is not None
            assert stage.action in offered(facts)
