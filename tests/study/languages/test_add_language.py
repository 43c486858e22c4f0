"""One command adds a language, keeps it up to date, and compiles nothing that is not whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from study.languages.catalogues import Catalogue, Entry, read_catalogue, write_catalogue
from study.languages.messages import messages_for
from study.languages.offered import Language, offered


def add(folder: Path, *options: str) -> None:
    call_command("add_language", "it", "--folder", str(folder), *options)


def translated(catalogue: Catalogue) -> Catalogue:
    """Everything in the words of nobody, with the marks that each text must keep."""
    return replace(catalogue, entries=[filled(entry) for entry in catalogue.entries])


def filled(entry: Entry) -> Entry:
    return replace(entry, translation=tuple(f"it {entry.message[-1]}" for _ in entry.translation))


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """A new catalogue of Italian, which the command has written and refused to compile."""
    with pytest.raises(CommandError, match="is not complete"):
        add(tmp_path)
    return tmp_path / "it" / "LC_MESSAGES" / "django.po"


def test_a_new_catalogue_has_every_text_in_the_languages_own_forms(catalogue: Path) -> None:
    entries = read_catalogue(catalogue).entries
    assert [entry.message for entry in entries] == messages_for("it")
    plural = next(entry for entry in entries if len(entry.message) == 2)
    assert plural.translation == ("", "", "")
    assert offered(catalogue.parents[2]) == (Language("en"),)


def test_the_site_offers_it_once_each_text_is_translated(catalogue: Path) -> None:
    write_catalogue(catalogue, translated(read_catalogue(catalogue)), "Italian")
    add(catalogue.parents[2])
    assert offered(catalogue.parents[2])[1:] == (Language("it"),)
    assert Language("it").state == "machine-made, checked by nobody"


def test_who_checked_it_is_part_of_the_catalogue(catalogue: Path) -> None:
    write_catalogue(catalogue, translated(read_catalogue(catalogue)), "Italian")
    add(catalogue.parents[2], "--checked-by", "Ada Example, 2026")
    offered.cache_clear()
    add(catalogue.parents[2])
    assert offered(catalogue.parents[2])[1].state == "checked by Ada Example, 2026"


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda entry: replace(entry, is_fuzzy=True), "Not translated"),
        (lambda entry: replace(entry, translation=("",)), "Not translated"),
        (lambda entry: replace(entry, translation=("senza",)), "must keep"),
    ],
)
def test_what_is_doubtful_missing_or_has_lost_a_placeholder_is_named(
    catalogue: Path, spoil: object, problem: str
) -> None:
    whole = translated(read_catalogue(catalogue))
    place = next(place for place, entry in enumerate(whole.entries) if "%(seconds)g" in entry.message[0])
    whole.entries[place] = spoil(whole.entries[place])
    write_catalogue(catalogue, whole, "Italian")
    with pytest.raises(CommandError, match=problem):
        add(catalogue.parents[2])
    assert not catalogue.with_suffix(".mo").exists()


def test_what_no_page_says_any_more_goes_and_what_is_translated_stays(catalogue: Path) -> None:
    whole = translated(read_catalogue(catalogue))
    older = replace(whole, entries=[*whole.entries[1:], Entry(("A text of yesterday",), ("Ieri",))])
    write_catalogue(catalogue, older, "Italian")
    with pytest.raises(CommandError, match="Not translated"):
        add(catalogue.parents[2])
    now = read_catalogue(catalogue)
    assert [entry for entry in now.entries if all(entry.translation)] == older.entries[:-1]
    assert {entry.message for entry in now.entries} == {entry.message for entry in whole.entries}


@pytest.mark.parametrize("code", ["en", "klingon", "zh-cn"])
def test_a_code_that_stands_for_no_other_language_is_refused(code: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no other language"):
        call_command("add_language", code, "--folder", str(tmp_path))
