"""Catalogues of translations: the text files that translators edit, and what they lack."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

MARKS = re.compile(r"%\(\w+\)[sdg]|\{\w+\}|<[^>]+>")  # what a translation must keep, letter by letter
PLURAL_FORMS = re.compile(r"nplurals\s*=\s*(\d+)")


@dataclass(frozen=True)
class Entry:
    """A message, which is one text or a singular with its plural, and its translation in every form."""

    message: tuple[str, ...]
    translation: tuple[str, ...]
    is_fuzzy: bool = False


@dataclass(frozen=True)
class Catalogue:
    """A header by its names, and the entries in the order of the file."""

    header: dict[str, str]
    entries: list[Entry] = field(default_factory=list)

    @property
    def forms(self) -> int:
        """How many forms a plural has in this language."""
        rule = PLURAL_FORMS.search(self.header["Plural-Forms"])
        return int(rule.group(1)) if rule else 1

    def of(self, messages: Sequence[tuple[str, ...]]) -> Catalogue:
        """Return the catalogue of these messages: what is translated stays, what is new is empty."""
        known = {entry.message: entry for entry in self.entries}
        wanted = dict.fromkeys([*(message for message in known if message in set(messages)), *messages])
        empty = {message: Entry(message, ("",) * self._forms_of(message)) for message in wanted}
        return Catalogue(self.header, [known.get(message, empty[message]) for message in wanted])

    def _forms_of(self, message: tuple[str, ...]) -> int:
        return 1 if len(message) == 1 else self.forms

    def problems(self) -> Iterator[str]:
        """Yield what keeps the catalogue from being offered, one sentence each."""
        for entry in self.entries:
            begin = entry.message[0][:60]
            if entry.is_fuzzy or not all(entry.translation):
                yield f"Not translated: {begin!r}."
            elif len(entry.translation) != self._forms_of(entry.message):
                yield f"{begin!r} needs {self.forms} forms, it has {len(entry.translation)}."
            elif any(_marks(text) != _marks(entry.message[-1]) for text in entry.translation):
                yield f"The translation of {begin!r} must keep {' '.join(_marks(entry.message[-1]))}."


def _marks(text: str) -> list[str]:
    return sorted(MARKS.findall(text))


def read_catalogue(path: Path) -> Catalogue:
    """Read a catalogue; its first entry, without a message, is the header."""
    entries = list(_entries(path.read_text(encoding="utf-8").split("\n\n")))
    lines = (line.partition(":") for line in entries[0].translation[0].splitlines())
    return Catalogue({name: text.strip() for name, _colon, text in lines}, entries[1:])


def _entries(blocks: Iterable[str]) -> Iterator[Entry]:
    for block in blocks:
        lines = block.splitlines()
        message, translation = _texts(lines, "msgid"), _texts(lines, "msgstr")
        if message:
            is_fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in lines)
            yield Entry(tuple(message), tuple(translation), is_fuzzy)


def _texts(lines: list[str], keyword: str) -> list[str]:
    """Return the quoted texts behind a keyword; a line that begins with a quote goes on with the last."""
    texts: list[str] = []
    here = False
    for line in lines:
        if line.startswith(("msg", "#")):
            here = line.startswith(keyword)
            if here:
                texts.append("")
        if here:
            texts[-1] += ast.literal_eval(line[line.index('"') :])
    return texts


def write_catalogue(path: Path, catalogue: Catalogue, comment: str) -> None:
    """Write a catalogue, a line for each text, so that a changed translation is a changed line."""
    header = [_quoted(f"{name}: {text}\n") for name, text in catalogue.header.items()]
    begin = [f"# {comment}", 'msgid ""', 'msgstr ""', *header]
    blocks = ["\n".join(begin), *map(_block, catalogue.entries)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def _block(entry: Entry) -> str:
    flags = ["fuzzy"] * entry.is_fuzzy + ["python-format"] * ("%(" in entry.message[0])
    names = ("msgid", "msgid_plural")
    lines = [f"#, {', '.join(flags)}"] if flags else []
    lines += [f"{name} {_quoted(text)}" for name, text in zip(names, entry.message, strict=False)]
    has_forms = len(entry.message) > 1
    for form, text in enumerate(entry.translation):
        lines.append(f"{f'msgstr[{form}]' if has_forms else 'msgstr'} {_quoted(text)}")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
