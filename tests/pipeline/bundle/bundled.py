"""A study with everything that a bundle holds, and its bundle as a file."""

from __future__ import annotations

from pathlib import Path

from django.core.files.base import ContentFile

from pipeline.analysis.analysis_request import request_analysis
from pipeline.analysis.freezing import freeze_with_machine
from pipeline.bundle.bundle_stream import bundle_stream
from pipeline.models import Analysis, Job
from pipeline.worker.execute import perform
from study.freezing.freeze import open_study
from study.models import ExternalIdentity, Item, Study, StudyVersion, Trial
from study.models.people import Mode
from tests.pipeline.answered import add_run
from tests.remembered import remembered
from tests.study.factories import NOW, draft_study, picture, player
from tests.study.playing import play_to_the_end

MODE = Mode.LIVE
PERSON = "5f8a-prolific-id"


@remembered
def analysed_study(people: int = 8, photos: int = 8, **design: object) -> Analysis:
    """People who err now and then, networks with known accuracies, a frozen machine, and an analysis."""
    return analysed_with(drafted_study(photos, **design), people)


def drafted_study(photos: int, **design: object) -> Study:
    """A study whose networks have known accuracies, before it is frozen."""
    study = draft_study(name="Sport", test_photos=photos, **design)
    for item in Item.objects.filter(study=study):
        item.photo.save("photo.png", ContentFile(picture(seed=item.pk % 150)))
    for level in study.levels.all():
        for seed in range(2):
            skill = 0.95 if level.number == 0 else 0.4 + 0.1 * seed
            add_run(study, level.number, seed, skill, validated={level.number: skill})
    return study


def analysed_with(study: Study, people: int) -> Analysis:
    """Freeze a study, let people answer who err now and then, and analyse."""
    version = freeze_with_machine(study, NOW)
    open_study(study)
    for number in range(people):
        session = play_to_the_end(player(version))
        ExternalIdentity.objects.create(
            participant=session.participant, platform="prolific", person=f"{PERSON}-{number}"
        )
    _err(version)
    return analysed(study)


def analysed(study: Study) -> Analysis:
    analysis = request_analysis(study, MODE)
    perform(analysis.job_id)
    analysis.refresh_from_db()
    assert analysis.result, analysis.job.error
    return analysis


def _err(version: StudyVersion) -> None:
    """Let every fifth test answer, level by level, name another class: no level is without a mistake."""
    categories = list(version.study.categories.order_by("position"))
    answered = Trial.objects.filter(session__participant__version=version, block_type="test")
    by_level = answered.select_related("stimulus__item__category").order_by("stimulus__level__number", "pk")
    for trial in list(by_level)[::5]:
        right = trial.stimulus.item.category.position
        trial.response, trial.correct = categories[(right + 1) % len(categories)], False
        trial.save()


def bundle_file(study: Study, folder: Path) -> Path:
    path = folder / "study-bundle.zip"
    path.write_bytes(b"".join(bundle_stream(study)))
    return path


def without_jobs(study: Study) -> None:
    """Let all that waits be done: a bundle is made of a study at rest."""
    study.jobs.filter(state__in=Job.UNFINISHED).update(state=Job.State.SUCCEEDED)
