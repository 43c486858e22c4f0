"""Where a study is, what is next and what it waits for: a pure function from the facts about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from pipeline.loop.level_facts import Pilot
from pipeline.models import Loop
from study.models import Study


class State(StrEnum):
    """How far a stage is."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    FAILED = "failed"


class Page(StrEnum):
    """Pages that a researcher's next step may lead to, instead of an action of the desk."""

    IMPORT = "import"
    PREVIEW = "preview"
    DESIGN = "design"
    REVIEW = "review"
    PILOT = "pilot"
    LINK = "link"  # for participants
    REPORT = "report"


@dataclass(frozen=True)
class StudyFacts:
    """What the stages depend on.

    Attributes
    ----------
    photos, classes : imported so far
    importing : whether photos are read or imported
    previewing : whether photos were read and wait for a look at what would be imported
    levels, levels_cut : in the design; with crops
    lacks_least_level : whether a level that keeps less could be added, as photos tell where their subject is
    loop : state of the loop, None before it was started
    loop_reason : why it ended
    review_level : level whose crops wait for a researcher's review, if any
    pilot : how far the pilot is
    pilot_people, pilot_target : who finished it, of how many if that is planned
    version : number of the newest frozen version
    status : whether the study takes participants
    people, target : live participants who completed the newest version, of how many if that is planned
    analysing : whether an analysis waits or runs
    report : newest finished analysis of the newest version
    """

    photos: int = 0
    classes: int = 0
    importing: bool = False
    previewing: bool = False
    levels: int = 0
    levels_cut: int = 0
    lacks_least_level: bool = False
    loop: Loop.State | None = None
    loop_reason: str = ""
    review_level: int | None = None
    pilot: Pilot = Pilot.NONE
    pilot_people: int = 0
    pilot_target: int | None = None
    version: int | None = None
    status: Study.Status = Study.Status.DRAFT
    people: int = 0
    target: int | None = None
    analysing: bool = False
    report: int | None = None

    @property
    def lacks_people(self) -> bool:
        """Whether their number is still to be planned: photos are there, and nothing is frozen."""
        return self.classes > 1 and self.version is None

    @property
    def lacks_answers(self) -> bool:
        """Whether robots could show what the frozen study will give, before enough people have come."""
        return self.version is not None and not _is_reached(self.people, self.target)


@dataclass(frozen=True)
class Stage:
    """One stage of a study.

    Attributes
    ----------
    title : its name
    figure : how much of it is done, in words
    waits_for : what has to happen before it is done; empty when it is
    action : name of the desk's action that is its next step, if there is one
    page : page that is its next step, where that is no action
    """

    title: str
    state: State
    figure: str
    waits_for: str = ""
    action: str = ""
    page: Page | None = None


def stages_of(facts: StudyFacts) -> list[Stage]:
    """Return all stages in their order; behind the first that is not done, what is not done lies ahead."""
    stages = [stage(facts) for stage in _STAGES if stage is not _pilot or facts.pilot != Pilot.NONE]
    current = next((n for n, stage in enumerate(stages) if stage.state != State.DONE), len(stages))
    return [
        stage if n <= current or stage.state == State.DONE else Stage(stage.title, State.AHEAD, stage.figure)
        for n, stage in enumerate(stages)
    ]


def current_stage(stages: list[Stage]) -> Stage | None:
    """Return the stage at which the study is; None when all are done."""
    return next((stage for stage in stages if stage.state in (State.NOW, State.FAILED)), None)


def _photos(facts: StudyFacts) -> Stage:
    figure = f"{facts.photos} photos, {facts.classes} classes"
    if facts.importing:
        return Stage("Photos", State.NOW, figure, "Photos are being read or imported.")
    if facts.previewing:
        wants = "The photos are read. Look at what would be imported, then import it."
        return Stage("Photos", State.NOW, figure, wants, page=Page.PREVIEW)
    if facts.classes < 2:
        return Stage("Photos", State.NOW, figure, "Import photos of at least two classes.", page=Page.IMPORT)
    return Stage("Photos", State.DONE, figure)


def _design(facts: StudyFacts) -> Stage:
    figure = f"{facts.levels} levels"
    if facts.levels < 2:
        wants = "Give the study at least two levels, the first of them the whole photo."
        return Stage("Design", State.NOW, figure, wants, page=Page.DESIGN)
    return Stage("Design", State.DONE, figure)


def _machine(facts: StudyFacts) -> Stage:
    title, figure = "Machine and crops", f"{facts.levels_cut} of {facts.levels} levels cut"
    if facts.loop is None:
        wants = "Look through the design, then start the loop: it trains attackers and cuts crops."
        if facts.lacks_least_level:
            wants += " Every photo tells where its subject is: a level that keeps less can be added first."
        return Stage(title, State.NOW, figure, wants, action="start-loop")
    if facts.loop == Loop.State.FAILED:
        wants = f"{facts.loop_reason} Mend it, then start the loop again: it goes on where it was."
        return Stage(title, State.FAILED, figure, wants, action="start-loop")
    if facts.loop == Loop.State.STOPPED:
        return Stage(title, State.NOW, figure, "The loop was stopped.", action="start-loop")
    if facts.review_level is not None:
        wants = f"Say which crops of level {facts.review_level} people can recognise."
        return Stage(title, State.NOW, figure, wants, page=Page.REVIEW)
    if facts.loop == Loop.State.RUNNING:
        return Stage(title, State.NOW, figure, "The loop runs by itself; you may leave this page.")
    return Stage(title, State.DONE, figure)


def _pilot(facts: StudyFacts) -> Stage:
    if facts.pilot == Pilot.TO_OPEN:
        wants = "Every level is cut. Open the pilot, whose people choose the crops."
        return Stage("Pilot", State.NOW, "not open yet", wants, action="open-pilot")
    figure = _count(facts.pilot_people, facts.pilot_target)
    if facts.pilot == Pilot.CHOSEN:
        return Stage("Pilot", State.DONE, figure)
    if facts.pilot == Pilot.CLOSED:
        return Stage("Pilot", State.NOW, figure, "The crops that people chose are being taken.")
    if not _is_reached(facts.pilot_people, facts.pilot_target):
        wants = "Send people the pilot's link; close it when enough came."
        return Stage("Pilot", State.NOW, figure, wants, page=Page.PILOT)
    return Stage("Pilot", State.NOW, figure, "Enough people have answered.", action="choose-crops")


def _freeze(facts: StudyFacts) -> Stage:
    if facts.version is None:
        wants = "Freeze the design: design, crops and attackers as they are will be the study's version."
        return Stage("Freeze", State.NOW, "draft", wants, action="freeze")
    return Stage("Freeze", State.DONE, f"version {facts.version}")


def _people(facts: StudyFacts) -> Stage:
    figure = _count(facts.people, facts.target)
    if facts.status == Study.Status.DRAFT:
        return Stage("People", State.NOW, figure, "Open the study, and send people its link.", action="open")
    if facts.status == Study.Status.CLOSED:
        return Stage("People", State.DONE, figure)
    if not _is_reached(facts.people, facts.target):
        wants = "Send people the study's link; close it when enough came."
        return Stage("People", State.NOW, figure, wants, page=Page.LINK)
    return Stage("People", State.NOW, figure, "As many people as planned have answered.", action="close")


def _analyse(facts: StudyFacts) -> Stage:
    if facts.analysing:
        return Stage("Analyse", State.NOW, "running", "The answers are being analysed.")
    if facts.report is None:
        return Stage("Analyse", State.NOW, "no report yet", "Analyse the answers.", action="analyse")
    return Stage("Analyse", State.DONE, "report ready")


def _publish(facts: StudyFacts) -> Stage:
    if facts.report is None:
        return Stage("Publish", State.AHEAD, "nothing yet")
    wants = "Read the report, and take its tables and files along."
    return Stage("Publish", State.NOW, "report and files", wants, page=Page.REPORT)


def _count(people: int, target: int | None) -> str:
    return f"{people} people" if target is None else f"{people} of {target} people"


def _is_reached(people: int, target: int | None) -> bool:
    """Return whether as many people came as were planned; without a plan only the researcher knows."""
    return target is not None and people >= target


_STAGES: tuple[Callable[[StudyFacts], Stage], ...] = (
    _photos,
    _design,
    _machine,
    _pilot,
    _freeze,
    _people,
    _analyse,
    _publish,
)
