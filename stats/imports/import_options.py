"""What a researcher settles about an import, where the tables leave it open."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from stats.table.words import MISSING_WORDS


@dataclass(frozen=True)
class ImportOptions:
    """Answers to what a table cannot say itself.

    Attributes
    ----------
    layout
        Name of the program's layout; by default the one that the columns look like.
    columns
        Tidy column -> source column, where the usual names do not fit.
    levels
        Conditions, light to heavy; they become levels 0, 1, 2 ... Not needed when the levels are numbers.
    agents
        "human" and "model" -> patterns of observers' names, as in {"model": ("vgg*",)}.
    missing
        Words that are no value, beside the usual ones, and also where a class has this name.
    answers
        Answer as it was recorded -> class, as in {"d": "dunk"}.
    only
        Column -> values: the rows that are trials.
    practice
        Column -> values: the rows that are practice.
    several
        "first" or "last": which answer counts where a trial recorded several.
    rt_unit
        "ms" or "s"; by default the layout's unit.
    decimal
        "," or "."; by default a comma is a decimal comma where cells are not separated by commas.
    separator, encoding
        Of cells and text; by default found out.
    wide
        Table that says which photo each column of a table with a row per person is about.

    Examples
    --------
    >>> sorted(ImportOptions(missing=("Keine",)).missing_words - MISSING_WORDS)
    ['keine']
    """

    layout: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    levels: Sequence[str] = ()
    agents: Mapping[str, Sequence[str]] = field(default_factory=dict)
    missing: Sequence[str] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, Sequence[str]] = field(default_factory=dict)
    practice: Mapping[str, Sequence[str]] = field(default_factory=dict)
    several: str | None = None
    rt_unit: str | None = None
    decimal: str | None = None
    separator: str | None = None
    encoding: str = "utf-8-sig"
    wide: str | None = None

    def never_met(self, seen: Mapping[str, Collection[str]]) -> list[str]:
        """Return the options that nothing in the tables answers to, as they would be written.

        Parameters
        ----------
        seen
            What the tables hold of each: "agents" names of observers, "levels" and "answers" words, "missing"
            words in small letters, and by "column NAME" the cells of one that `only` or `practice` names.

        Examples
        --------
        >>> options = ImportOptions(agents={"model": ("vgg*",)}, levels=("light", "heavy"))
        >>> options.never_met({"agents": {"p1"}, "levels": {"light", "heavy"}})
        ['--agents model=vgg*']
        """
        agents = [
            f"--agents {role}={pattern}"
            for role, patterns in self.agents.items()
            for pattern in patterns
            if not any(fnmatchcase(name, pattern) for name in seen.get("agents", ()))
        ]
        words = [(f"--levels {word}", "levels", word) for word in self.levels]
        words += [(f"--answers {key}={name}", "answers", key) for key, name in self.answers.items()]
        words += [(f"--missing {word}", "missing", word.lower()) for word in self.missing]
        for option, chosen in (("--only", self.only), ("--practice", self.practice)):
            for column, cells in chosen.items():
                words += [(f"{option} {column}={cell}", f"column {column}", cell) for cell in cells]
        return agents + [option for option, name, word in words if word not in seen.get(name, ())]

    @property
    def missing_words(self) -> frozenset[str]:
        """Words in small letters that are no value where no class has their name."""
        return MISSING_WORDS | {word.lower() for word in self.missing}

    @property
    def declared_missing(self) -> frozenset[str]:
        """Words in small letters that are no value even where a class has their name."""
        return frozenset({""} | {word.lower() for word in self.missing})
