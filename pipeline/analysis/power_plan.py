"""How many people a study needs: simulated by a worker for accuracies that a researcher assumes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from pipeline.models import Job
from pipeline.models.job_params import PowerParams
from pipeline.queue.claims import Claim, Write
from pipeline.queue.job_requests import enqueue
from study.asking.every_task import TASKS
from study.models import Item, Study
from study.tokens import new_token

if TYPE_CHECKING:  # simulations bring optimisers along, which no web process should load
    from stats.planning.power_analysis import Design as PlannedDesign
    from stats.planning.study_sizes import Recommendation

RUNS = 300
LIGHT, LIGHT_MACHINE, HEAVY_PEOPLE, HEAVY_MACHINE = 0.97, 0.95, 0.04, 0.15
USUAL_PHOTOS = 100


class PlannedSize(msgspec.Struct, frozen=True):
    """A number of people, the chance that the study supports a level then, and its 95 % interval."""

    people: int
    answers: int
    chance: float
    low: float
    high: float


class PowerReport(msgspec.Struct, frozen=True):
    """What was simulated: every size, the recommendation in words, and a figure as SVG.

    Attributes
    ----------
    recommended : smallest number of people that is shown to be enough; None where none is
    """

    sizes: tuple[PlannedSize, ...]
    says: str
    figure: str
    recommended: int | None


def assumed_for(study: Study) -> PowerParams:
    """Return a first guess: people lose little by cropping, the machine falls below the ceiling.

    Photos, seeds and trials are those of the study, as far as they are known.
    """
    levels = max(study.levels.count(), 2)
    steps = [number / (levels - 1) for number in range(levels)]
    least_people = min(study.floor + HEAVY_PEOPLE, LIGHT)
    least_machine = max(study.ceiling - HEAVY_MACHINE, 0.05)
    photos = study.items.filter(split=Item.Split.TEST).count() or USUAL_PHOTOS
    return PowerParams(
        human=tuple(round(LIGHT - step * (LIGHT - least_people), 3) for step in steps),
        machine=tuple(round(LIGHT_MACHINE - step * (LIGHT_MACHINE - least_machine), 3) for step in steps),
        people=(10, 20, 40, 80),
        photos=photos,
        seeds=study.seeds,
        trials=min(study.trials_per_person, photos // TASKS[study.task].photos),
        classes=study.categories.count() or 3,
        asked=asked_by(study),
    )


def asked_by(study: Study) -> str:
    """Return what a trial asks, as planning names it: a class among all, or one of two words."""
    return study.task if TASKS[study.task].words else "classes"


def enqueue_plan(study: Study, assumed: PowerParams) -> Job:
    """Queue the simulation of studies of several sizes."""
    return enqueue(study, Job.Kind.POWER, f"power:{new_token()[:12]}", assumed)


def plan_power(claim: Claim) -> Write:
    """Simulate studies of every size; the returned function stores the report with the job.

    Raises CriteriaError if the numbers make no study.
    """
    design = _design(PowerParams.of(claim.job))
    report = msgspec.to_builtins(_report(_recommended(claim, design), design))

    def finish() -> None:
        Job.objects.filter(pk=claim.job.pk).update(report=report)

    return finish


def _design(assumed: PowerParams) -> PlannedDesign:
    from stats.planning.other_studies.task_scales import Asked
    from stats.planning.power_analysis import Design

    sizes = (assumed.photos, assumed.seeds, assumed.trials, assumed.classes)
    return Design(assumed.human, assumed.machine, *sizes, asked=Asked(assumed.asked))


def _recommended(claim: Claim, design: PlannedDesign) -> Recommendation:
    from stats import Criteria
    from stats.planning.study_sizes import recommend

    study, assumed = claim.job.study, PowerParams.of(claim.job)
    return recommend(
        design,
        assumed.people,
        [assumed.photos],
        [assumed.seeds],
        goal=assumed.goal,
        criteria=Criteria(study.floor, study.ceiling, study.competence, study.alpha),
        runs=RUNS,
        on_progress=_counting(claim, len(assumed.people)),
    )


def _report(plan: Recommendation, design: PlannedDesign) -> PowerReport:
    from stats.figures import sizes_figure, svg

    return PowerReport(
        sizes=tuple(
            PlannedSize(size.power.people, size.answers, size.chance, size.low, size.high)
            for size in plan.sizes
        ),
        says=f"{plan.in_words()} {design.asked_in_words()}".strip(),
        figure=svg(sizes_figure(plan)),
        recommended=plan.smallest.power.people if plan.smallest else None,
    )


def power_report_of(job: Job) -> PowerReport | None:
    """Return what a finished plan found; None while it is not done."""
    return msgspec.convert(job.report, PowerReport) if job.report is not None else None


def _counting(claim: Claim, sizes: int) -> Callable[[str], None]:
    done = 0

    def on_size(_: str) -> None:
        nonlocal done
        done += 1
        claim.progress(done / sizes, f"{done} of {sizes} sizes")

    return on_size
