"""Packs are frozen, tables are looked at and taken whole; what changed since is refused."""

from __future__ import annotations

import io
import zipfile

import pytest

from attacker.packs.table_problems import TableRefusedError
from pipeline.audit import entries_of
from pipeline.brought import pack_actions
from pipeline.brought.prediction_packs import OF_PAIRS, PACKED, PackRefusedError, files_of_pack
from pipeline.brought.taking import Statement
from pipeline.exports.zip_stream import Member, zip_stream
from pipeline.models import BroughtAnswer, BroughtMachine, PackedStimulusRow, PredictionPack
from study.models import Category, Item, Stimulus, Study
from tests.pipeline.brought.brought import Skill, bring, filled, owner_of
from tests.study.factories import draft_study

pytestmark = pytest.mark.django_db
ALL = {0: 1.0, 1: 0.5, 2: 0.5}


@pytest.fixture
def study() -> Study:
    return draft_study(test_photos=4)


@pytest.fixture
def pack(study: Study) -> PredictionPack:
    return pack_actions.freeze(owner_of(study), study)


def test_a_pack_holds_every_validation_and_test_photo_at_every_level_and_no_other(
    study: Study, pack: PredictionPack
) -> None:
    packed = set(PackedStimulusRow.objects.filter(pack=pack).values_list("stimulus", flat=True))
    wanted = Stimulus.objects.filter(item__study=study, item__split__in=PACKED)
    assert packed == set(wanted.values_list("pk", flat=True))
    assert {Item.Split.VALIDATION, Item.Split.TEST} == set(wanted.values_list("item__split", flat=True))


def test_the_zip_file_is_written_as_it_is_sent_and_says_nothing_of_the_study(
    study: Study, pack: PredictionPack
) -> None:
    content = b"".join(zip_stream(Member(name, [data], True) for name, data in files_of_pack(pack)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names, times = archive.namelist(), {info.date_time for info in archive.infolist()}
        texts = b"".join(archive.read(name) for name in names if not name.startswith("stimuli/")).decode()
    assert len(names) == 3 + pack.size
    assert len(times) == 1
    assert study.code not in texts
    for item in Item.objects.filter(study=study):
        assert not item.source_name or item.source_name not in texts


def test_a_table_counts_only_after_somebody_looked(study: Study, pack: PredictionPack) -> None:
    preview = pack_actions.send(
        owner_of(study), pack, filled(pack, Skill(ALL)), Statement("net", "transfer", 0, "sports", "lab A")
    )
    assert (preview.form, preview.answers, preview.states) == ("label", pack.size, {"answered": pack.size})
    assert sum(preview.per_choice.values()) == pack.size
    assert not BroughtAnswer.objects.exists()
    machine = BroughtMachine.objects.get(study=study)
    assert "count in versions that are frozen from now on" in pack_actions.take(owner_of(study), machine)
    assert BroughtAnswer.objects.filter(machine=machine).count() == pack.size
    with pytest.raises(PackRefusedError, match="was taken already"):
        pack_actions.take(owner_of(study), machine)


def test_whoever_looks_is_not_told_what_is_right(study: Study, pack: PredictionPack) -> None:
    """Two machines, right and wrong throughout, that name each class as often."""
    right = pack_actions.send(
        owner_of(study), pack, filled(pack, Skill({0: 1, 1: 1, 2: 1})), Statement("right")
    )
    wrong = pack_actions.send(
        owner_of(study), pack, filled(pack, Skill({0: 0, 1: 0, 2: 0})), Statement("wrong")
    )
    assert (right.states, right.per_choice) == (wrong.states, wrong.per_choice)


def test_answers_are_scored_by_the_classes_that_the_pack_never_told(study: Study) -> None:
    machine = bring(study, "net", {0: 1.0, 1: 0.5, 2: 0.0})
    for level, share in ((0, 1.0), (1, 0.5), (2, 0.0)):
        answers = BroughtAnswer.objects.filter(machine=machine, stimulus__level__number=level)
        assert answers.filter(correct=True).count() == share * answers.count()


def test_a_table_with_any_fault_leaves_no_trace(study: Study, pack: PredictionPack) -> None:
    table = filled(pack, Skill(ALL)).splitlines()
    with pytest.raises(TableRefusedError, match="1 stimuli without a row"):
        pack_actions.send(owner_of(study), pack, b"\n".join(table[:-1]), Statement("net"))
    assert not BroughtMachine.objects.exists()


def test_photos_that_were_cut_again_or_renamed_classes_need_another_pack(
    study: Study, pack: PredictionPack
) -> None:
    table = filled(pack, Skill(ALL))
    pack_actions.send(owner_of(study), pack, table, Statement("first"))
    Stimulus.objects.filter(pk=pack.stimuli.all()[0].stimulus_id).update(sha256="0" * 64)
    with pytest.raises(PackRefusedError, match=rf"1 of the {pack.size} packed photos were cut again"):
        pack_actions.send(owner_of(study), pack, table, Statement("second"))
    with pytest.raises(PackRefusedError, match="cut again"):
        pack_actions.take(owner_of(study), BroughtMachine.objects.get(name="first"))
    other = pack_actions.freeze(owner_of(study), study)
    Category.objects.filter(study=study, position=0).update(name="renamed")
    with pytest.raises(PackRefusedError, match="classes have changed"):
        pack_actions.send(owner_of(study), other, table, Statement("third"))


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (Statement(" "), "Give the machine a name"),
        (Statement("a" * 61), "Give the machine a name"),
        (Statement("net", "magic"), "There is no kind of attack 'magic'"),
        (Statement("net", trained_through=99), "The study has no level 99"),
        (Statement("net", source="a" * 501), "at most 500 characters"),
        (Statement("taken"), "has a machine called 'taken' already"),
    ],
)
def test_what_is_said_of_a_machine_is_checked(
    study: Study, pack: PredictionPack, statement: Statement, problem: str
) -> None:
    table = filled(pack, Skill(ALL))
    pack_actions.send(owner_of(study), pack, table, Statement("taken"))
    with pytest.raises(PackRefusedError, match=problem):
        pack_actions.send(owner_of(study), pack, table, statement)


def test_a_study_without_crops_has_no_pack(study: Study) -> None:
    Stimulus.objects.filter(item__study=study).delete()
    with pytest.raises(PackRefusedError, match="start the loop"):
        pack_actions.freeze(owner_of(study), study)


@pytest.mark.parametrize("task", OF_PAIRS)
def test_a_study_of_pairs_says_why_it_has_no_pack(study: Study, task: str) -> None:
    study.task = task
    with pytest.raises(PackRefusedError, match="People judge two photos at once"):
        pack_actions.freeze(owner_of(study), study)


def test_everything_is_logged(study: Study) -> None:
    machine = bring(study, "net", ALL)
    logged = [entry.get_change_message() for entry in entries_of(study)]
    assert logged == [
        f"took predictions of net ({machine.table_sha256[:16]})",
        f"sent predictions of net for pack {machine.pack.name}",
        f"froze pack {machine.pack.name} of {machine.pack.size} stimuli",
    ]
