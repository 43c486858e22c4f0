"""Typed answers are given a class by a stated rule that never looks at the right answer.

The first step that finds a class counts: the answer is the name of a class; it is a synonym; a name or
synonym stands in it as whole words (where asked for); it is one but for slips of spelling. An answer that
fits several classes at the same step is ambiguous, and nobody decides it in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from stats.designs.spelling import distance
from stats.errors import CriteriaError, TableError

BETWEEN_WORDS = re.compile(r"[\W_]+")


class Step(StrEnum):
    """How an answer was given its class, or why it has none."""

    CLASS = "class"
    SYNONYM = "synonym"
    PHRASE = "phrase"
    SPELLING = "spelling"
    AMBIGUOUS = "ambiguous"
    NO_CLASS = "no class"
    BLANK = "blank"


@dataclass(frozen=True)
class Scored:
    """A typed answer with its class.

    Attributes
    ----------
    step : how it was found
    classes : one class; several of an ambiguous answer; none where no class fits
    """

    step: Step
    classes: tuple[str, ...] = ()

    @property
    def response(self) -> str | None:
        """The class; None where there is none, or several."""
        return self.classes[0] if len(self.classes) == 1 else None


@dataclass(frozen=True)
class TextRule:
    """The rule by which typed answers are given their class.

    Attributes
    ----------
    classes : names of the classes
    synonyms : word -> the classes that it may mean
    slips : slips of spelling that are forgiven for each letter of the name, rounded down
    phrases : whether a name counts where it stands in a longer answer, as whole words

    Raises
    ------
    CriteriaError
        When slips leave [0, .5].
    TableError
        When two classes have one name but for capitals and punctuation, or a synonym means no class.
    """

    classes: tuple[str, ...]
    synonyms: Mapping[str, Collection[str]] = field(default_factory=dict)
    slips: float = 0.2
    phrases: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.slips <= 0.5:
            raise CriteriaError(f"slips per letter must lie between 0 and .5, not {self.slips:g}")
        names = [plain(name) for name in self.classes]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise TableError(f"two classes are called {', '.join(twice)}, but for capitals and punctuation")
        unknown = sorted({cls for meant in self.synonyms.values() for cls in meant} - set(self.classes))
        if unknown:
            raise TableError(f"synonyms are given for {', '.join(unknown)}, which is no class of the table")

    @cached_property
    def _meanings(self) -> dict[Step, dict[str, set[str]]]:
        """Names and synonyms in plain form with the classes they mean; a name is never a synonym."""
        names = {plain(name): {name} for name in self.classes}
        synonyms: dict[str, set[str]] = {}
        for word, meant in self.synonyms.items():
            if plain(word) not in names:
                synonyms.setdefault(plain(word), set()).update(meant)
        return {Step.CLASS: names, Step.SYNONYM: synonyms}

    def score(self, answer: str | None) -> Scored:
        """Return the class of an answer.

        Examples
        --------
        >>> rule = TextRule(("dunk", "shoot"), {"slam": ["dunk"], "throw": ["dunk", "shoot"]}, phrases=True)
        >>> for answer in ("Dunk!", "slam", "a slam", "shot", "shooot", "throw", "golf", " "):
        ...     scored = rule.score(answer)
        ...     print(answer, scored.step.value, *scored.classes)
        Dunk! class dunk
        slam synonym dunk
        a slam phrase dunk
        shot spelling shoot
        shooot spelling shoot
        throw ambiguous dunk shoot
        golf no class
          blank
        """
        text = plain(answer or "")
        if not text:
            return Scored(Step.BLANK)
        for step, classes in self._candidates(text):
            if classes:
                return Scored(step if len(classes) == 1 else Step.AMBIGUOUS, tuple(sorted(classes)))
        return Scored(Step.NO_CLASS)

    def _candidates(self, text: str) -> Iterator[tuple[Step, set[str]]]:
        for step, meanings in self._meanings.items():
            yield step, meanings.get(text, set())
        words = {word: meant for meanings in self._meanings.values() for word, meant in meanings.items()}
        if self.phrases:
            yield Step.PHRASE, _contained(text, words)
        yield Step.SPELLING, self._misspelt(text, words)

    def _misspelt(self, text: str, words: Mapping[str, set[str]]) -> set[str]:
        """Return the classes of the words that are fewest slips away."""
        slips = {word: distance(text, word, int(self.slips * len(word) + 1e-9)) for word in words}
        fewest = min((count for count in slips.values() if count is not None), default=None)
        if fewest is None:
            return set()
        return set().union(*(words[word] for word, count in slips.items() if count == fewest))


def plain(text: str) -> str:
    """Return a text in small letters of one width, its words apart by single blanks, without punctuation.

    Accents stay: they tell words apart in many languages, and a missing one is one slip.

    Examples
    --------
    >>> plain(" Slam-Dunk!! "), plain("ＴＥＮＮＩＳ"), plain("Fußball")
    ('slam dunk', 'tennis', 'fussball')
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return BETWEEN_WORDS.sub(" ", unicodedata.normalize("NFC", folded)).strip()


def _contained(text: str, words: Mapping[str, set[str]]) -> set[str]:
    """Return the classes whose words stand in a text, those within a longer one of them left out."""
    padded = f" {text} "
    standing = [word for word in words if f" {word} " in padded]
    own = [
        word
        for word in standing
        if not any(word != longer and f" {word} " in f" {longer} " for longer in standing)
    ]
    return set().union(*(words[word] for word in own))


def synonyms_of(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return the classes that each word may mean, from pairs of class and word.

    Examples
    --------
    >>> {word: sorted(meant) for word, meant in synonyms_of([("dunk", "slam"), ("spike", "slam")]).items()}
    {'slam': ['dunk', 'spike']}
    """
    meanings: dict[str, set[str]] = {}
    for category, word in pairs:
        meanings.setdefault(word, set()).add(category)
    return meanings
