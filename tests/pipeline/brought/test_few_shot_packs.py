"""Packs of one level that show labelled training photos, and the few-shot attacks that come back."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from attacker.__main__ import main
from attacker.packs.table_problems import TableRefusedError
from pipeline.analysis.freezing import freeze_with_machine
from pipeline.analysis.report_content import source_of
from pipeline.brought import pack_actions
from pipeline.brought.prediction_packs import PackRefusedError, PackWish, manifest_of_pack, require_current
from pipeline.brought.taking import Statement
from pipeline.exports.machine_answers import machine_of
from pipeline.models import BroughtMachine, PackedExampleRow, PredictionPack
from study.models import Item, Stimulus, Study
from tests.attacker.endpoint.chat_server import picture_of, serving
from tests.pipeline.api.test_api import Script
from tests.pipeline.brought.brought import Skill, filled, owner_of
from tests.pipeline.brought.test_endpoint_in_a_study import pixels, shown_by_pixels
from tests.pipeline.brought.test_outside_in_a_version import analysed, rows
from tests.pipeline.brought.test_outside_in_a_version import study as tested_study
from tests.study.factories import NOW, add_photos

pytestmark = pytest.mark.django_db
__all__ = ["tested_study"]
LEVEL = 1
WISH = PackWish(level=LEVEL, examples=2, seed=7)
RIGHT = {0: 1.0, 1: 1.0, 2: 1.0}


@pytest.fixture
def study(tested_study: Study) -> Study:
    """Networks at three levels, training photos, and a picture of its own for each crop."""
    add_photos(tested_study.categories.all(), Item.Split.TRAIN, tested_study.levels.all(), 5)
    shown_by_pixels(tested_study)
    return tested_study


def with_columns(table: bytes, **stated: str) -> bytes:
    head, *lines = table.decode().splitlines()
    return "\n".join(
        [",".join([head, *stated]), *(",".join([line, *stated.values()]) for line in lines)]
    ).encode()


def few_shot(study: Study, wish: PackWish = WISH, **stated: Any) -> BroughtMachine:
    """Let a machine that was shown all examples of a pack answer it without a mistake, and take its table."""
    pack = pack_actions.freeze(owner_of(study), study, wish)
    table = with_columns(
        filled(pack, Skill(RIGHT)), kind="few-shot", examples=str(wish.examples), source="net by prototypes"
    )
    pack_actions.send(owner_of(study), pack, table, Statement("few", **stated))
    machine = BroughtMachine.objects.get(study=study, name="few")
    pack_actions.take(owner_of(study), machine)
    machine.refresh_from_db()
    return machine


def shown(pack: PredictionPack) -> list[Stimulus]:
    return [
        row.stimulus
        for row in PackedExampleRow.objects.filter(pack=pack).select_related(
            "stimulus__item__category", "stimulus__level"
        )
    ]


@pytest.mark.thorough
def test_examples_are_training_photos_of_the_level_and_so_are_the_stimuli_of_that_level(study: Study) -> None:
    pack = pack_actions.freeze(owner_of(study), study, WISH)
    manifest = manifest_of_pack(pack)
    assert (manifest.shots, manifest.examples_seed, len(manifest.examples)) == (2, 7, 6)
    by_hash = {crop.sha256: crop for crop in Stimulus.objects.filter(item__study=study)}
    for example in manifest.examples:
        crop = by_hash[example.sha256]
        assert (crop.item.split, crop.level.number) == (Item.Split.TRAIN, LEVEL)
        assert crop.item.category.position == example.choice
    asked = [by_hash[stimulus.sha256] for stimulus in manifest.stimuli]
    assert {crop.level.number for crop in asked} == {LEVEL}
    assert {crop.item.split for crop in asked} == {Item.Split.TEST, Item.Split.VALIDATION}
    assert not {crop.item.cluster for crop in asked} & {crop.item.cluster for crop in shown(pack)}


@pytest.mark.thorough
def test_the_same_seed_draws_the_same_photos(study: Study) -> None:
    drawn = [
        {crop.pk for crop in shown(pack_actions.freeze(owner_of(study), study, PackWish(LEVEL, 2, seed)))}
        for seed in (3, 3, 4)
    ]
    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.thorough
@pytest.mark.parametrize("split", [Item.Split.TEST, Item.Split.VALIDATION, Item.Split.DESIGN])
def test_a_training_photo_in_a_group_of_any_other_role_makes_no_pack(study: Study, split: str) -> None:
    (leak,) = add_photos([study.categories.all()[0]], split, (), 1)
    Item.objects.filter(pk=leak.pk).update(cluster=study.items.filter(split=Item.Split.TRAIN)[0].cluster)
    with pytest.raises(PackRefusedError, match="near duplicate of a photo that is asked about"):
        pack_actions.freeze(owner_of(study), study, WISH)
    assert not study.packs.exists()


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("wish", "problem"),
    [
        (PackWish(examples=2), "name one level for this pack"),
        (PackWish(LEVEL, 6), "has 5 groups of training photos, too few for 6 examples"),
        (PackWish(9), "no crops of validation and test photos at level 9"),
    ],
)
def test_what_cannot_be_shown_makes_no_pack(study: Study, wish: PackWish, problem: str) -> None:
    with pytest.raises(PackRefusedError, match=problem):
        pack_actions.freeze(owner_of(study), study, wish)
    assert not study.packs.exists()


@pytest.mark.thorough
def test_a_pack_whose_example_was_cut_again_is_no_longer_current(study: Study) -> None:
    pack = pack_actions.freeze(owner_of(study), study, WISH)
    require_current(pack)
    Stimulus.objects.filter(pk=shown(pack)[0].pk).update(sha256="0" * 64)
    with pytest.raises(PackRefusedError, match="1 of the 42 packed photos were cut again"):
        require_current(pack)


def test_the_kind_the_examples_and_where_they_came_from_are_stored_without_being_typed(study: Study) -> None:
    machine = few_shot(study)
    assert (machine.kind, machine.examples, machine.trained_through) == ("few-shot", 2, LEVEL)
    assert machine.trained_on == "2 labelled training photos of each class at level 1, drawn by seed 7"
    assert machine.source == "net by prototypes"


@pytest.mark.thorough
def test_its_owner_may_say_that_it_learnt_more_and_not_that_it_learnt_nothing(study: Study) -> None:
    with pytest.raises(TableRefusedError, match="By its table the machine is few-shot"):
        few_shot(study, kind="zero-shot")
    machine = few_shot(study, kind="adaptive", trained_through=0, trained_on="crops", source="lab A")
    assert (machine.kind, machine.trained_through, machine.trained_on) == ("adaptive", 0, "crops")
    assert machine.source == "lab A; net by prototypes"


@pytest.mark.thorough
def test_a_stronger_few_shot_attack_counts_at_its_level_only_and_the_report_says_how_it_was_made(
    study: Study,
) -> None:
    machine = few_shot(study)
    version = freeze_with_machine(study, NOW)
    assert machine_of(version).overruled == {LEVEL: machine.pk}
    brought = [row for row in rows(version, "predictions.csv") if row["brought_as"]]
    assert {(row["crop_level"], row["brought_as"], row["trained_through"]) for row in brought} == {
        ("1", "few-shot", "1")
    }
    source = source_of(analysed(study, version))
    assert source.matrix is not None
    (line,) = source.matrix.brought
    assert (line.kind, [cell and cell.estimate for cell in line.cells]) == ("few-shot", [None, 1.0, None])
    stated = " ".join(source.facts.statements)
    assert "an attack few-shot, which learns a few labelled training photos of each class" in stated
    assert "shown 2 labelled photos of each class" in stated
    assert "At level 1 the machine that counts is few, from outside" in stated


def test_the_desk_freezes_a_pack_with_examples_and_says_what_is_wrong(
    admin_client: Client, study: Study
) -> None:
    url = reverse("pipeline:freeze-pack", args=[study.code])
    refused = admin_client.post(url, {"level": "1", "examples": "101"}, follow=True).content.decode()
    assert "Labelled examples of each class: Ensure this value is less than" in refused
    refused = admin_client.post(url, {"level": "", "examples": "2"}, follow=True).content.decode()
    assert "name one level for this pack" in refused
    made = admin_client.post(url, {"level": "1", "examples": "2", "seed": "5"}, follow=True).content.decode()
    assert "36 stimuli of level 1, 2 labelled examples of each class (seed 5)" in made
    sent = admin_client.get(reverse("pipeline:pack-file", args=[study.code, study.packs.get().name]))
    with zipfile.ZipFile(io.BytesIO(b"".join(sent.streaming_content))) as archive:
        assert archive.testzip() is None
        names = {Path(name).stem for name in archive.namelist() if name.startswith("examples/")}
        assert names == {each["name"] for each in json.loads(archive.read("manifest.json"))["examples"]}


def test_the_api_freezes_a_pack_with_examples(admin_user: Any, study: Study) -> None:
    Study.objects.filter(pk=study.pk).update(owner=admin_user)
    script = Script(admin_user)
    pack = script.post(f"studies/{study.code}/packs/?level=1&examples=2&seed=3")
    assert (pack["level"], pack["examples"], pack["stimuli"]) == (1, 2, 36)
    refused = script.send("POST", f"studies/{study.code}/packs/?examples=-1")
    assert "Say what the pack shall hold" in refused.json()["error"]


@pytest.mark.thorough
def test_a_command_freezes_a_pack_that_an_endpoint_answers_by_its_examples(
    tested_study: Study, tmp_path: Path
) -> None:
    add_photos(tested_study.categories.all(), Item.Split.TRAIN, tested_study.levels.all(), 5)
    classes = shown_by_pixels(tested_study)
    pack, out = str(tmp_path / "pack.zip"), tmp_path / "vlm"
    with pytest.raises(CommandError, match="No such pack"):
        call_command("study", "pack", tested_study.code, "--out", pack, "--level=1", "--examples=-1")
    call_command("study", "pack", tested_study.code, "--out", pack, "--level=1", "--examples=1")
    with serving(sees=lambda url: classes[pixels(picture_of(url))]) as server:
        place = [f"--base-url={server.base_url}", "--model=planted", f"--out={out}", "--examples=1"]
        assert main(["ask", pack, *place]) == 0
    assert {len(talk) for talk in server.talks} == {7}
    call_command("study", "take", tested_study.code, str(out / "answers.csv"), "--name=vlm")
    machine = BroughtMachine.objects.get(name="vlm")
    assert (machine.kind, machine.examples) == ("few-shot", 1)
    assert machine.answers.filter(correct=True).count() == machine.pack.size == 36
