"""Frozen means frozen: whatever is trained, changed or deleted later, a version's analysis stays the same."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from pipeline.analysis.analysis_request import request_analysis
from pipeline.analysis.analysis_software import software
from pipeline.analysis.analysis_tables import machine_predictions, matrix_predictions
from pipeline.analysis.freezing import NOT_FROZEN, freeze_with_machine, remarks_of
from pipeline.analysis.report_content import source_of
from pipeline.exports.files import FILES
from pipeline.models import Analysis, AttackerRun, FrozenMachine, Loop, Prediction
from pipeline.models.frozen_machines import FrozenMachineError
from study.freezing.freeze import NotReadyError, open_study
from study.models import Category, Item, Level, Stimulus, Study, StudyVersion
from study.models.people import Mode
from tests.pipeline.answered import add_run
from tests.pipeline.studies import work_off
from tests.remembered import remembered
from tests.study.factories import NOW, add_photos, draft_study, player
from tests.study.playing import play_to_the_end

pytestmark = pytest.mark.django_db
Change = Callable[[Study], object]


@pytest.fixture
@remembered
def version() -> StudyVersion:
    """Two seeds at each level, frozen with them, and four people who err nowhere."""
    study = draft_study(test_photos=8, trials_per_person=18, floor=0.6, ceiling=0.5)
    for level in study.levels.all():
        for seed in range(2):
            add_run(study, level.number, seed, 0.7 - 0.2 * level.number, validated={0: 0.9})
    Loop.objects.create(study=study, state=Loop.State.FINISHED, reason="The machine fell at level 2.")
    version = freeze_with_machine(study, NOW)
    open_study(study)
    for _ in range(4):
        play_to_the_end(player(version, mode=Mode.SIMULATED))
    return version


def analysed(study: Study) -> bytes:
    """Everything that an analysis computes and its report says, but for when it was made."""
    analysis = request_analysis(study, Mode.SIMULATED)
    work_off(study)
    analysis = Analysis.objects.get(pk=analysis.pk)
    assert analysis.job.error == ""
    source = source_of(analysis)
    stored = [
        getattr(analysis, name)
        for name in ("result", "text", "figures", "attack_matrix", "secondary", "software", "table_sha256")
    ]
    return msgspec.json.encode([*stored, source.facts.loop_ended, source.cautions], order="sorted")


def taken_in(version: StudyVersion) -> tuple[object, ...]:
    """Everything that an analysis of a version starts from."""
    version = StudyVersion.objects.get(pk=version.pk)
    tables = ["".join(FILES[name](version, Mode.SIMULATED)) for name in ("trials.csv", "predictions.csv")]
    frames = (matrix_predictions(version), machine_predictions(version))
    return *tables, *(frame.to_csv() for frame in frames), software(version), remarks_of(version)


def a_stronger_attack_at_every_level(study: Study) -> None:
    for level in study.levels.all():
        for seed in range(3):
            add_run(study, level.number, seed, skill=1.0, round=2)


def an_attack_on_heavier_crops_that_is_stronger_on_lighter_ones(study: Study) -> None:
    for seed in range(2):
        add_run(study, 2, seed, skill=0.9, round=3, validated={0: 1.0, 1: 1.0})


def another_architecture(study: Study) -> None:
    add_run(study, 1, 0, skill=1.0, net="other net")


def more_seeds(study: Study) -> None:
    Study.objects.filter(pk=study.pk).update(seeds=9)
    add_run(study, 1, seed=7, skill=1.0)


def answers_edited(study: Study) -> None:
    Prediction.objects.update(correct=True)


def answers_deleted(study: Study) -> None:
    Prediction.objects.all()[0].delete()


def runs_deleted(study: Study) -> None:
    AttackerRun.objects.filter(study=study).delete()


def accuracies_edited(study: Study) -> None:
    AttackerRun.objects.update(validation_accuracy=0.1)


def classes_renamed(study: Study) -> None:
    for category in Category.objects.filter(study=study):
        Category.objects.filter(pk=category.pk).update(name=f"{category.name} (renamed)")


def answers_to_validation_photos_deleted(study: Study) -> None:
    Prediction.objects.filter(stimulus__item__split=Item.Split.VALIDATION).delete()


def photos_imported(study: Study) -> None:
    add_photos(study.categories.all(), Item.Split.TEST, study.levels.all(), 3)
    add_run(study, 1, 0, skill=1.0, round=5)


def a_heavier_level(study: Study) -> None:
    Level.objects.create(study=study, number=3, side=0.05)
    add_run(study, 3, 0, skill=0.1)


def crops_edited_by_hand(study: Study) -> None:
    Stimulus.objects.filter(level__study=study, item__split=Item.Split.TEST).update(by_hand=True)


def the_loop_goes_on(study: Study) -> None:
    Loop.objects.filter(study=study).update(reason="All levels are used up.")


WAYS: tuple[Change, ...] = (
    a_stronger_attack_at_every_level,
    an_attack_on_heavier_crops_that_is_stronger_on_lighter_ones,
    another_architecture,
    more_seeds,
    answers_edited,
    answers_deleted,
    answers_to_validation_photos_deleted,
    accuracies_edited,
    runs_deleted,
    classes_renamed,
    photos_imported,
    a_heavier_level,
    crops_edited_by_hand,
    the_loop_goes_on,
)


@pytest.mark.thorough
def test_no_way_of_changing_the_machine_later_changes_the_analysis_of_a_version(
    version: StudyVersion,
) -> None:
    """One way after the other, each on top of those before, and the analysis before and after all of them."""
    before, material = analysed(version.study), taken_in(version)
    assert '"sweet_levels"' in before.decode()
    for change in WAYS:
        change(version.study)
        assert taken_in(version) == material, change.__name__
    assert analysed(Study.objects.get(pk=version.study_id)) == before


@pytest.mark.thorough
def test_what_is_trained_later_counts_in_the_next_version(version: StudyVersion) -> None:
    a_stronger_attack_at_every_level(version.study)
    again = freeze_with_machine(version.study, NOW)
    assert again.number == 2
    assert again.frozen.machine != version.frozen.machine
    assert [_rounds(frozen) for frozen in (version, again)] == [{"1"}, {"1", "2"}]


def _rounds(version: StudyVersion) -> set[str]:
    header, *lines = "".join(FILES["predictions.csv"](version, "")).splitlines()
    place = header.split(",").index("round")
    return {line.split(",")[place] for line in lines}


def test_the_same_machine_is_not_frozen_twice(version: StudyVersion) -> None:
    with pytest.raises(NotReadyError, match="Nothing has changed since version 1"):
        freeze_with_machine(version.study, NOW)
    assert FrozenMachine.objects.count() == 1


@pytest.mark.thorough
def test_a_stored_machine_that_was_tampered_with_is_refused_in_words(version: StudyVersion) -> None:
    a_stronger_attack_at_every_level(version.study)
    other = freeze_with_machine(version.study, NOW)
    FrozenMachine.objects.filter(version=version).update(packed=other.machine.packed)
    with pytest.raises(FrozenMachineError, match="restore them from a backup"):
        "".join(FILES["trials.csv"](version, Mode.SIMULATED))


@pytest.mark.thorough
def test_a_study_that_is_frozen_before_any_attack_has_no_machine_for_ever() -> None:
    version = freeze_with_machine(draft_study(), NOW)
    add_run(version.study, 0, 0, skill=1.0)
    assert _rounds(version) == set()


@pytest.mark.thorough
def test_the_report_of_a_version_that_was_frozen_without_its_machine_warns_of_it(
    version: StudyVersion,
) -> None:
    analysed(version.study)
    analysis = version.study.analyses.first()
    assert NOT_FROZEN not in source_of(analysis).cautions
    FrozenMachine.objects.all().delete()
    assert source_of(analysis).cautions[0] == NOT_FROZEN
