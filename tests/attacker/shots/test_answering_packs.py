"""Packs answered by planted towers and planted features: what is known by construction is found."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attacker.__main__ import main
from attacker.errors import ConfigError
from attacker.packs.answer_table import read_answers
from attacker.packs.manifest import PackError
from attacker.packs.pack_archive import manifest_of
from attacker.packs.table_statement import TableStatement
from attacker.shots.answering_packs import answer_by_examples, answer_by_prompts
from attacker.shots.prompts import prompts_of
from attacker.shots.two_towers import Vectors
from tests.attacker import planted
from tests.attacker.endpoint.packed import pack_of

TEMPLATES = ("a photo of {}", "{}, seen from far away", "a sea of {}")


class Colours:
    """Two towers that agree: a photo becomes its colour, and a sentence the colour that it names."""

    source = "planted towers"
    sharpness = 50.0

    def vectors(self, photos: Sequence[Image.Image]) -> Vectors:
        colours = [int(np.asarray(photo, float).mean(axis=(0, 1)).argmax()) for photo in photos]
        return np.eye(3, 8, dtype=np.float32)[colours]

    def sentences(self, texts: Sequence[str]) -> Vectors:
        named = [next(place for place, name in enumerate(planted.CLASSES) if name in text) for text in texts]
        return 7 * np.eye(3, 8, dtype=np.float32)[named]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def balanced(pack: Path, key: Path, table: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    taken = ["take", str(pack), str(table), "--key", str(key), "--name", "m", "--out", str(folder / "p.csv")]
    assert main(taken) == 0
    return capsys.readouterr().out


def test_towers_that_agree_are_always_right_and_the_table_says_what_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack, key = pack_of(tmp_path, 40)
    prompts = prompts_of(planted.CLASSES, TEMPLATES)
    beside = answer_by_prompts(pack, Colours(), prompts, tmp_path / "z.csv")
    printed = balanced(pack, key, tmp_path / "z.csv", tmp_path, capsys)
    assert "test: balanced accuracy 1.000 on 40 photos" in printed
    assert "kind of attack: zero-shot, which learns nothing of this study's photos" in printed
    source = f"planted towers; 9 prompts SHA-256 {prompts.sha256[:16]}"
    assert {(row["kind"], row["source"]) for row in rows(tmp_path / "z.csv")} == {("zero-shot", source)}
    stored = json.loads(beside.read_bytes())
    assert stored["prompts"]["red"] == ["a photo of red", "red, seen from far away", "a sea of red"]
    assert (stored["prompts_sha256"], stored["sharpness"]) == (prompts.sha256, 50.0)


def test_words_that_name_another_class_make_the_same_towers_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack, key = pack_of(tmp_path, 39)
    swapped = prompts_of(planted.CLASSES, TEMPLATES, [("red", "green"), ("green", "red")])
    answer_by_prompts(pack, Colours(), swapped, tmp_path / "z.csv")
    assert "test: balanced accuracy 0.333 on 39" in balanced(pack, key, tmp_path / "z.csv", tmp_path, capsys)


def test_every_draw_of_examples_has_a_table_that_says_which_were_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack, key = pack_of(tmp_path, 40, shots=3)
    tables = list(answer_by_examples(pack, Colours(), 1, 4, 0, tmp_path / "few"))
    assert [table.name for table in tables] == [f"answers-draw{number}.csv" for number in range(4)]
    stated = [read_answers(table.read_bytes(), manifest_of(pack)).stated for table in tables]
    assert {(each.kind, each.examples) for each in stated} == {("few-shot", 1)}
    assert len({each.source for each in stated}) == 4
    printed = balanced(pack, key, tables[0], tmp_path, capsys)
    assert "test: balanced accuracy 1.000 on 40 photos" in printed
    assert "kind of attack: few-shot with 1 examples of each class" in printed


def test_the_logits_of_a_zero_shot_table_are_the_cosines_times_the_sharpness(tmp_path: Path) -> None:
    pack, _ = pack_of(tmp_path, 6)
    answer_by_prompts(pack, Colours(), prompts_of(planted.CLASSES, TEMPLATES), tmp_path / "z.csv")
    for row in rows(tmp_path / "z.csv"):
        assert sorted(float(row[f"logit_{name}"]) for name in planted.CLASSES) == [0.0, 0.0, 50.0]


def test_a_table_appears_only_once_it_is_whole(tmp_path: Path) -> None:
    pack, _ = pack_of(tmp_path, 40)

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        answer_by_prompts(pack, Colours(), prompts_of(planted.CLASSES, TEMPLATES), tmp_path / "z.csv", stop)
    assert not (tmp_path / "z.csv").exists()


def test_more_examples_than_a_pack_holds_are_refused(tmp_path: Path) -> None:
    pack, _ = pack_of(tmp_path, 3, shots=2)
    with pytest.raises(ConfigError, match="holds 2 examples of each class: show 1 to 2"):
        list(answer_by_examples(pack, Colours(), 3, 1, 0, tmp_path))
    with pytest.raises(PackError, match="holds 2 labelled examples of each class, not 3"):
        manifest_of(pack).first_examples(3)


def test_features_of_a_frozen_network_tell_colours_apart_by_a_few_examples(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack, key = pack_of(tmp_path, 30, shots=4)
    few = ["few-shot", str(pack), "--examples=3", "--draws=2", f"--out={tmp_path}", "--device=cpu"]
    assert main(few) == 0
    printed = capsys.readouterr().out
    assert "few-shot by efficientnet_lite0, weights SHA-256 " in printed
    first, second = (tmp_path / f"answers-draw{number}.csv" for number in (0, 1))
    assert first.read_bytes() != second.read_bytes()
    assert "test: balanced accuracy 1.000 on 30" in balanced(pack, key, first, tmp_path, capsys)
    again = first.read_bytes()
    assert main(few) == 0
    assert first.read_bytes() == again, "the same command gives the same bytes"
    stated = read_answers(again, manifest_of(pack)).stated
    assert stated == TableStatement("few-shot", 3, stated.source)
    assert stated.source.startswith("nearest class mean of features of efficientnet_lite0, weights SHA-256 ")
