"""What is decided for the whole table after the first pass, or refused with the option that settles it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from stats.errors import TableError
from stats.imports.answer_cells import numerals
from stats.imports.import_options import ImportOptions
from stats.imports.observers import Roles, refuse_unclear_names, roles
from stats.imports.row_kinds import not_trials
from stats.imports.survey import Survey

POINT, COMMA = ".", ","
SOME = 5


@dataclass(frozen=True)
class Decisions:
    """How every row is understood.

    Attributes
    ----------
    classes
        Declared classes: what any trial names as its class, unless it is declared a word for missing.
    levels
        Word of a condition -> level.
    roles
        What every observer was taken for.
    unanswered_kinds
        Kinds of screens that nobody ever answers: no trials.
    decimal
        Tidy column -> what a comma in its numbers is.
    with_phases
        Whether any row is practice or a catch trial, so that every row says what it is.
    """

    classes: frozenset[str]
    levels: dict[str, float]
    roles: Roles
    unanswered_kinds: frozenset[str]
    decimal: dict[str, str]
    with_phases: bool


def decide(survey: Survey, options: ImportOptions) -> Decisions:
    """Decide what the first pass leaves open.

    Raises
    ------
    TableError
        When the table can be understood in two ways; the message names the option that settles it.

    Examples
    --------
    >>> seen = Survey(classes=Counter(dunk=2), levels=Counter({"0": 1, "1,5": 1}))
    >>> seen.commas[("crop_level", "decimal")] = 1
    >>> decide(seen, ImportOptions()).levels
    {'0': 0.0, '1,5': 1.5}
    """
    refuse_unclear_names(survey.nameless, survey.rivals)
    decimal = {name: _decimal(name, survey.commas, options) for name, _ in survey.commas}
    return Decisions(
        classes=frozenset(survey.classes),
        levels=_levels(survey, options, decimal.get("crop_level", POINT)),
        roles=roles(survey.observers, options.agents),
        unanswered_kinds=_unanswered(survey, options),
        decimal=decimal,
        with_phases=bool(set(survey.phases) - {"test"}),
    )


def _decimal(name: str, seen: Counter[tuple[str, str]], options: ImportOptions) -> str:
    if options.decimal:
        return options.decimal
    if not seen[name, "decimal"]:
        raise TableError(
            f"{name}: a comma as in 1,204 separates decimals or groups thousands; say which: --decimal , or ."
        )
    return COMMA


def _levels(survey: Survey, options: ImportOptions, decimal: str) -> dict[str, float]:
    if survey.unclear_levels:
        words = some(survey.unclear_levels)
        raise TableError(
            f"answered rows have the level {words}: if it is a condition, order all of them with "
            f"--levels a,b,c; if such rows are no trials, say --missing {words}"
        )
    if options.levels:
        strange = sorted(set(survey.levels) - set(options.levels))
        if strange:
            raise TableError(f"condition {', '.join(strange)} is not in --levels; name every condition")
        return {name: place for place, name in enumerate(options.levels)}
    conditions = pd.Series(sorted(survey.levels), dtype=object)
    numbers = pd.to_numeric(numerals(conditions, decimal), errors="coerce")
    if numbers.isna().any():
        names = ", ".join(conditions)
        raise TableError(f"conditions are words ({names}); order them light to heavy with --levels a,b,c")
    whole = bool((numbers % 1 == 0).all())
    typed = numbers.astype(int) if whole else numbers.astype(float)
    return dict(zip(conditions, typed.tolist(), strict=True))


def _unanswered(survey: Survey, options: ImportOptions) -> frozenset[str]:
    counts = survey.answers_by_kind()
    answered = sorted(kind for kind, count in counts.items() if count)
    if len(answered) > 1 and not options.only:
        example = answered[0].split(" ")[0]
        raise TableError(
            f"photos are shown and answered on {len(answered)} kinds of screens "
            f"({'; '.join(f'{kind}: {counts[kind]} answers' for kind in answered[:SOME])}); "
            f"say which are the trials: --only {example!r}"
        )
    return not_trials(counts)


def some(names: Sequence[str] | Counter[str]) -> str:
    """Return the first names, joined by commas.

    Examples
    --------
    >>> some(["a", "b"])
    'a, b'
    """
    different = sorted(map(str, names))
    return ", ".join(different[:SOME]) + (" ..." if len(different) > SOME else "")
