"""Prompts: sentences in which the words of each class stand, for the text tower of a zero-shot attack."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from attacker.errors import ConfigError, DataError

PLACE = "{}"
TEMPLATES = Path(__file__).with_name("prompt_templates.txt")


@dataclass(frozen=True)
class Prompts:
    """All sentences, class by class.

    Attributes
    ----------
    classes : names, in the order of a pack's choices
    by_class : sentences of each
    """

    classes: tuple[str, ...]
    by_class: tuple[tuple[str, ...], ...]

    @property
    def sha256(self) -> str:
        """Hash of all of them.

        Examples
        --------
        >>> Prompts(("dunk",), (("a dunk",),)).sha256[:12]
        '095a83bc8b8b'
        """
        return hashlib.sha256(msgspec.json.encode((self.classes, self.by_class))).hexdigest()


def read_templates(path: Path = TEMPLATES) -> tuple[str, ...]:
    """Return the templates of a file, one a line; blank lines and those that begin with # are left out.

    Raises
    ------
    DataError
        If the file cannot be read.
    ConfigError
        If a template has no place for the words, or more than one, or there is none.

    Examples
    --------
    >>> len(read_templates()), read_templates()[0]
    (12, 'a photo of {}')
    """
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: no text file in UTF-8 ({error}); give one template a line") from error
    templates = tuple(line for line in lines if line and not line.startswith("#"))
    wrong = [template for template in templates if template.count(PLACE) != 1]
    if wrong or not templates:
        raise ConfigError(
            f"{path}: {wrong[0] if wrong else 'no template'!r} needs {PLACE} once, where the words stand"
        )
    return templates


def prompts_of(
    classes: Sequence[str], templates: Sequence[str], words: Iterable[tuple[str, str]] = ()
) -> Prompts:
    """Return every template with the words of every class.

    Parameters
    ----------
    classes
        Names, in the order of a pack's choices.
    templates
        Sentences with a place for words.
    words
        Of a class, as (name, words), where its name is not what a text tower understands; a class may have
        several. A class without any is called by its name.

    Raises
    ------
    ConfigError
        If words are given for no class of these.

    Examples
    --------
    >>> prompts_of(("dunk", "shoot"), ("a photo of {}",), [("dunk", "a slam dunk")]).by_class
    (('a photo of a slam dunk',), ('a photo of shoot',))
    """
    own: dict[str, list[str]] = {name: [] for name in classes}
    for name, said_as in words:
        if name not in own or not said_as.strip():
            raise ConfigError(f"{name!r} is no class of this pack, which has {', '.join(classes)}")
        own[name].append(said_as.strip())
    return Prompts(
        tuple(classes),
        tuple(
            tuple(template.replace(PLACE, called) for called in own[name] or [name] for template in templates)
            for name in classes
        ),
    )
