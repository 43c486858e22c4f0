"""A machine from outside enters tables, matrix, verdict and report of versions frozen after it came."""

from __future__ import annotations

import csv

import pytest

from pipeline.analysis.analysis_request import request_analysis
from pipeline.analysis.freezing import freeze_with_machine
from pipeline.analysis.report_content import source_of
from pipeline.brought import pack_actions
from pipeline.brought.taking import Statement
from pipeline.exports.compared_rows import comparison_of
from pipeline.exports.files import FILES
from pipeline.exports.machine_answers import machine_of
from pipeline.models import Analysis, AttackerRun, BroughtAnswer, Prediction
from stats.report.attack_grid import section
from stats.report.compose import Source
from study.freezing.freeze import open_study
from study.models import Item, Stimulus, Study, StudyVersion
from study.models.people import Mode
from tests.pipeline.answered import _answer, add_run
from tests.pipeline.brought.brought import bring, filled, owner_of
from tests.pipeline.studies import work_off
from tests.study.factories import NOW, add_photos, draft_study, player
from tests.study.playing import play_to_the_end

pytestmark = pytest.mark.django_db
OWN = {0: 1.0, 1: 0.75, 2: 0.25}


@pytest.fixture
def study() -> Study:
    """One network at each level, as strong on validation photos as on test photos."""
    study = draft_study(test_photos=8, trials_per_person=18, floor=0.6, ceiling=0.5)
    add_photos(study.categories.all(), Item.Split.VALIDATION, study.levels.all(), 4)
    for level, skill in OWN.items():
        add_run(study, level, 0, skill, validated=dict.fromkeys(OWN, skill))
    return study


def rows(version: StudyVersion, file: str) -> list[dict[str, str]]:
    return list(csv.DictReader("".join(FILES[file](version, Mode.SIMULATED)).splitlines()))


def analysed(study: Study, version: StudyVersion) -> Analysis:
    open_study(study)
    for _ in range(4):
        play_to_the_end(player(version, mode=Mode.SIMULATED))
    analysis = request_analysis(study, Mode.SIMULATED)
    work_off(study)
    analysis = Analysis.objects.get(pk=analysis.pk)
    assert analysis.job.error == ""
    return analysis


def test_a_stronger_machine_from_outside_counts_where_it_is_stronger(study: Study) -> None:
    machine = bring(study, "oracle", {0: 0.5, 1: 1.0, 2: 1.0}, kind="zero-shot")
    version = freeze_with_machine(study, NOW)
    assert machine_of(version).overruled == {1: machine.pk, 2: machine.pk}
    agents = {
        (row["crop_level"], row["agent_id"])
        for row in rows(version, "trials.csv")
        if row["agent_type"] == "model"
    }
    assert agents == {("0", "net-seed0"), ("1", "oracle"), ("2", "oracle")}


@pytest.mark.thorough
def test_a_weaker_one_never_counts_and_stands_in_the_tables(study: Study) -> None:
    bring(study, "guesser", {0: 0.5, 1: 0.5, 2: 0.0}, kind="few-shot")
    version = freeze_with_machine(study, NOW)
    assert machine_of(version).overruled == {}
    brought = [row for row in rows(version, "predictions.csv") if row["brought_as"]]
    assert {(row["agent_id"], row["brought_as"], row["trained_through"]) for row in brought} == {
        ("guesser", "few-shot", "")
    }
    assert {row["split"] for row in brought} == {"validation", "test"}
    assert {row["trained_on_level"] for row in brought} == {""}
    assert {row["answer_state"] for row in rows(version, "predictions.csv")} == {"answered"}
    assert not any(row[name] for row in brought for name in row if name.startswith("prob_"))
    tested = [row for row in brought if row["split"] == "test" and row["crop_level"] == "0"]
    assert sum(int(row["correct"]) for row in tested) == len(tested) / 2


def test_logits_become_probabilities_in_the_tables(study: Study) -> None:
    bring(study, "sure", {0: 1.0, 1: 1.0, 2: 1.0}, form="logit")
    version = freeze_with_machine(study, NOW)
    for row in rows(version, "predictions.csv"):
        if row["brought_as"]:
            assert float(row[f"prob_{row['response']}"]) > 0.9


def test_where_nothing_was_trained_here_no_machine_from_outside_counts() -> None:
    study = draft_study(test_photos=4)
    bring(study, "oracle", {0: 1.0, 1: 1.0, 2: 1.0})
    version = freeze_with_machine(study, NOW)
    assert machine_of(version).overruled == {}
    assert not any(row["agent_type"] == "model" for row in rows(version, "trials.csv"))


@pytest.mark.thorough
def test_it_counts_in_no_version_that_was_frozen_before(study: Study) -> None:
    version = freeze_with_machine(study, NOW)
    before = [rows(version, file) for file in ("trials.csv", "predictions.csv")]
    bring(study, "oracle", {0: 1.0, 1: 1.0, 2: 1.0})
    assert [rows(version, file) for file in ("trials.csv", "predictions.csv")] == before
    again = freeze_with_machine(study, NOW)
    assert machine_of(again).overruled.keys() == {1, 2}
    BroughtAnswer.objects.all().delete()
    assert machine_of(again).overruled.keys() == {1, 2}


def test_a_study_without_any_is_frozen_with_the_bytes_that_it_had_before(study: Study) -> None:
    packed = machine_of(freeze_with_machine(study, NOW)).pack()
    assert b"outside" not in packed
    assert b"overruled" not in packed


@pytest.mark.thorough
def test_a_level_that_was_cut_again_in_part_does_not_count(study: Study) -> None:
    bring(study, "oracle", {0: 1.0, 1: 1.0, 2: 1.0})
    crop = Stimulus.objects.filter(level__study=study, level__number=1, item__split=Item.Split.TEST)[0]
    crop.brought_answers.all().delete()
    version = freeze_with_machine(study, NOW)
    assert machine_of(version).overruled.keys() == {2}


@pytest.mark.thorough
def test_verdict_matrix_consistency_and_report_tell_of_it(study: Study) -> None:
    machine = bring(study, "oracle", {0: 0.5, 1: 1.0, 2: 0.0}, kind="transfer", source="lab A, weights 3")
    analysis = analysed(study, freeze_with_machine(study, NOW))
    source = source_of(analysis)
    assert source.matrix is not None
    (line,) = source.matrix.brought
    assert (line.name, line.kind) == ("oracle", "transfer")
    assert [cell and cell.estimate for cell in line.cells] == pytest.approx([0.5, 1.0, 0.0])
    comparison = comparison_of(analysis)
    assert comparison is not None
    (outside,) = (each for each in comparison.machines if each.outside)
    assert outside.label == "oracle (transfer, from outside)"
    assert [level.estimate for level in outside.levels] == pytest.approx([0.5, 1.0, 0.0])
    levels = {level["crop_level"]: level["machine"]["estimate"] for level in analysis.result["levels"]}
    assert levels[1] == pytest.approx(1.0)
    stated = " ".join(source.facts.statements)
    assert "Machine from outside: oracle (lab A, weights 3), an attack transfer" in stated
    assert f"answered pack {machine.pack.name} by label" in stated
    assert "Not known: what it learnt from; through which level it was trained; how sure it is" in stated
    assert "At level 1 the machine that counts is oracle, from outside" in stated
    assert "oracle (from outside, transfer)" in analysis_text(source)


def analysis_text(source: Source) -> str:
    assert source.matrix is not None
    return str(section(source.matrix, {}))


@pytest.mark.thorough
def test_the_same_weights_give_the_same_numbers_from_outside_and_inside(study: Study) -> None:
    """A copy of the network's own logits comes back as a table: both are alike in every column but names."""
    own = study.attacker_runs.get(trained_through=1)
    _answer_validation(own)
    logits = dict(Prediction.objects.filter(run=own).values_list("stimulus", "logits"))
    pack = pack_actions.freeze(owner_of(study), study)
    table = filled(pack, lambda stimulus, *_: [repr(value) for value in logits[stimulus.pk]], "logit")
    pack_actions.send(owner_of(study), pack, table, Statement("copy", "adaptive", 1))
    pack_actions.take(owner_of(study), study.brought_machines.get())
    version = freeze_with_machine(study, NOW)
    both: dict[str, list[tuple[str, ...]]] = {"": [], "adaptive": []}
    for row in rows(version, "predictions.csv"):
        if row["session_id"] == f"run{own.pk}" or row["brought_as"]:
            columns = ["stimulus_id", "response", "correct", "split", "trained_on_level", "trained_through"]
            columns += [name for name in row if name.startswith("prob_")]
            both[row["brought_as"]].append(tuple(row[name] for name in columns))
    assert sorted(both[""]) == sorted(both["adaptive"])
    assert len(both[""]) == pack.size


def _answer_validation(run: AttackerRun) -> None:
    """Let a network answer every validation photo that it has not answered."""
    categories = list(run.study.categories.all())
    open_ones = Stimulus.objects.filter(item__study=run.study, item__split=Item.Split.VALIDATION).exclude(
        predictions__run=run
    )
    Prediction.objects.bulk_create(
        _answer(run, stimulus, categories, right=True)
        for stimulus in open_ones.select_related("item__category")
    )
