"""Prompts: every template with the words of every class."""

from __future__ import annotations

from pathlib import Path

import pytest

from attacker.errors import ConfigError, DataError
from attacker.shots.prompts import prompts_of, read_templates


def test_the_templates_that_come_with_it_are_different_sentences_with_one_place_each() -> None:
    templates = read_templates()
    assert len(set(templates)) == len(templates) >= 8
    assert all(template.count("{}") == 1 for template in templates)


def test_a_file_of_templates_may_hold_remarks_and_blank_lines(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("# mine\n\n  ein Foto von {} \n{}!\n", encoding="utf-8")
    assert read_templates(tmp_path / "own.txt") == ("ein Foto von {}", "{}!")


@pytest.mark.parametrize("content", ["a photo\n", "{} and {}\n", "# nothing\n"])
def test_templates_without_one_place_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "own.txt").write_text(content)
    with pytest.raises(ConfigError, match="once, where the words stand"):
        read_templates(tmp_path / "own.txt")
    with pytest.raises(DataError, match="no text file in UTF-8"):
        read_templates(tmp_path)


def test_a_class_is_called_by_its_words_by_all_of_them_or_by_its_name() -> None:
    prompts = prompts_of(
        ("0", "shoot"), ("see {}", "{}."), [("0", "a slam dunk"), ("0", "somebody at the hoop")]
    )
    assert prompts.by_class == (
        ("see a slam dunk", "a slam dunk.", "see somebody at the hoop", "somebody at the hoop."),
        ("see shoot", "shoot."),
    )


def test_braces_in_words_are_left_alone() -> None:
    assert prompts_of(("a",), ("see {}",), [("a", "{0} {x}")]).by_class == (("see {0} {x}",),)


@pytest.mark.parametrize("words", [("pass", "a pass"), ("dunk", " ")])
def test_words_for_no_class_are_refused(words: tuple[str, str]) -> None:
    with pytest.raises(ConfigError, match="is no class of this pack, which has dunk, shoot"):
        prompts_of(("dunk", "shoot"), ("{}",), [words])


def test_other_prompts_have_another_hash() -> None:
    hashes = {
        prompts_of(classes, templates).sha256
        for classes in (("dunk",), ("shoot",))
        for templates in (("a {}",), ("the {}",), ("a {}", "the {}"))
    }
    assert len(hashes) == 6
