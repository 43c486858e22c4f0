"""`ask --examples`: labelled training photos come before the question; the attack is few-shot then."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from attacker.__main__ import main
from attacker.endpoint.ledger import Sent
from attacker.packs.pack_archive import manifest_of
from tests.attacker import planted
from tests.attacker.endpoint.asked import PRICES, arguments, lines, table
from tests.attacker.endpoint.chat_server import ChatServer, colour_of, picture_of, serving
from tests.attacker.endpoint.packed import pack_of

pytestmark = pytest.mark.usefixtures("key_in_the_environment")
EXAMPLES = "--examples=2"


def url(turn: dict[str, Any]) -> str:
    address: str = turn["content"][1]["image_url"]["url"]
    return address


def asked(folder: Path, *more: str) -> ChatServer:
    with serving() as server:
        assert main(arguments(folder, server.base_url, *more)) == 0
    return server


@pytest.mark.thorough
@pytest.mark.parametrize(("form", "label"), [((), "{}"), (("--structured",), '{{"answer": "{}"}}')])
def test_each_example_is_a_turn_with_its_class_in_the_form_of_answers(
    tmp_path: Path, form: tuple[str, ...], label: str
) -> None:
    pack_of(tmp_path, 6, shots=2)
    for talk in asked(tmp_path, EXAMPLES, *form).talks:
        assert [turn["role"] for turn in talk] == ["user", "assistant"] * 6 + ["user"]
        for shown, answer in zip(talk[:-1:2], talk[1::2], strict=True):
            assert answer["content"] == label.format(colour_of(url(shown)))
            assert shown["content"][0] == talk[-1]["content"][0], "the same question, in the same words"
        assert sorted(colour_of(url(turn)) for turn in talk[:-1:2]) == sorted(2 * planted.CLASSES)


@pytest.mark.thorough
def test_the_photo_that_is_asked_about_carries_no_label_and_is_never_an_example(tmp_path: Path) -> None:
    pack_of(tmp_path, 12, shots=2)
    talks = asked(tmp_path, EXAMPLES).talks
    questions = {picture_of(url(talk[-1])).tobytes() for talk in talks}
    examples = {picture_of(url(turn)).tobytes() for talk in talks for turn in talk[:-1:2]}
    assert (len(talks), len(questions), len(examples)) == (12, 12, 6)
    assert not questions & examples
    assert {talk[-1]["role"] for talk in talks} == {"user"}, "nothing comes after the question"


@pytest.mark.thorough
def test_the_order_of_examples_is_drawn_for_each_request_and_stored(tmp_path: Path) -> None:
    pack, _ = pack_of(tmp_path, 12, shots=2)
    names = sorted(example.name for example in manifest_of(pack).examples)
    asked(tmp_path, EXAMPLES)
    orders = [line.examples for line in lines(tmp_path) if isinstance(line, Sent)]
    assert {tuple(sorted(order)) for order in orders} == {tuple(names)}
    assert len(set(orders)) > 6


def test_fewer_examples_than_the_pack_holds_are_always_the_same_ones(tmp_path: Path) -> None:
    pack, _ = pack_of(tmp_path, 3, shots=4)
    asked(tmp_path, "--examples=1")
    (shown,) = {frozenset(line.examples) for line in lines(tmp_path) if isinstance(line, Sent)}
    assert shown == {example.name for example in manifest_of(pack).first_examples(1)}


def test_the_table_says_that_the_machine_is_few_shot_and_by_how_many_examples(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack, key = pack_of(tmp_path, 6, shots=2)
    asked(tmp_path, EXAMPLES)
    assert {(row["kind"], row["examples"], row["source"]) for row in table(tmp_path)} == {
        ("few-shot", "2", "planted, behind a chat endpoint")
    }
    taken = ["take", str(pack), str(tmp_path / "out" / "answers.csv"), "--key", str(key), "--name", "vlm"]
    assert main([*taken, "--out", str(tmp_path / "predictions.csv")]) == 0
    assert "kind of attack: few-shot with 2 examples of each class" in capsys.readouterr().out
    assert "few-shot" in (tmp_path / "predictions.csv").read_text()
    assert main([*taken, "--kind=zero-shot", "--out", str(tmp_path / "predictions.csv")]) == 1
    assert "By its table the machine is few-shot" in capsys.readouterr().err


def test_without_examples_the_table_leaves_the_kind_of_attack_to_its_owner(tmp_path: Path) -> None:
    pack_of(tmp_path, 3, shots=2)
    (talk, *_) = asked(tmp_path).talks
    assert len(talk) == 1
    assert "kind" not in table(tmp_path)[0]


def test_a_budget_and_a_dry_run_count_the_photos_of_examples(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack_of(tmp_path, 40, shots=2)
    with serving() as server:
        few = arguments(tmp_path, server.base_url, *PRICES, EXAMPLES, "--budget=0.05")
        assert main([*few, "--dry-run"]) == 0
        printed = capsys.readouterr().out
        assert server.asked.total() == 0
        assert main(few) == 1
    assert "each sends 7 photos: 2 labelled examples of each class, then the stimulus" in printed
    assert "surely pays for 4 of them" in printed
    assert "the next request might pass the budget" in capsys.readouterr().err
    assert Decimal("0.035") < server.bill <= Decimal("0.05")


def test_a_pack_without_examples_says_how_to_get_some(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack_of(tmp_path, 3)
    assert main(arguments(tmp_path, "http://127.0.0.1:9/v1", EXAMPLES)) == 1
    assert "holds 0 labelled examples of each class, not 2: take another with --examples" in (
        capsys.readouterr().err
    )


@pytest.mark.thorough
def test_another_number_of_examples_needs_another_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack_of(tmp_path, 3, shots=2)
    asked(tmp_path, EXAMPLES)
    assert main(arguments(tmp_path, "http://127.0.0.1:9/v1", "--examples=1")) == 1
    assert "shots: 2, now 1" in capsys.readouterr().err
