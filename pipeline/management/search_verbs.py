"""Verbs of `manage.py study` about searches for a stronger attack: what one takes, its job, what came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipeline.management.study_verbs import Given, whose
from pipeline.searches.asked_searches import ask_for, budget_of, price_of
from pipeline.searches.search_standing import AttackedLevel, attacked_levels
from pipeline.standing.remaining_time import in_words

BUDGET: dict[str, dict[str, Any]] = {
    "level": {"type": int},
    "--recipes": {"type": int, "default": 16, "help": "To try at most, the study's own too (%(default)s)."},
    "--cpu-minutes": {"type": float, "default": 240, "help": "Of all processors together (%(default)s)."},
}


def price(given: Given) -> str:
    """Say about how long a search for a stronger attack on a level would take."""
    study, _ = whose(given)
    price = price_of(study, given["level"], budget_of(given["recipes"], given["cpu_minutes"]))
    worth = f"Its trials are worth {price.trainings:g} trainings on all photos"
    if price.seconds is None or price.seconds_after is None:
        return f"{worth}; how long these take is not known before an attacker is trained on the level."
    after = f"{price.seeds} by the strongest recipe, if it finds one: {in_words(price.seconds_after)} more"
    return f"{worth}: {in_words(price.seconds)}. Then follow {after}."


def search(given: Given) -> str:
    """Let a worker search for a stronger attack on a level, or go on; no test photo is used."""
    study, user = whose(given)
    ask_for(user, study, given["level"], budget_of(given["recipes"], given["cpu_minutes"]))
    return f"A worker searches for a stronger attack on level {given['level']}. {price(given)}"


def searches(given: Given) -> str:
    """Say of each level how strong the machine is on validation photos, and what a search found."""
    study, _ = whose(given)
    return "\n".join(map(_line, attacked_levels(study)))


def _line(level: AttackedLevel) -> str:
    machine = "no attack yet" if level.accuracy is None else f"{level.accuracy:.1%}"
    search = level.standing.words if level.standing else "none was made"
    return f"level {level.number}: {machine}{', fails' if level.falls else ''}; search: {search}"


SEARCH_VERBS: dict[str, tuple[Callable[[Given], str], tuple[str, ...]]] = {
    "search": (search, ("study",)),
    "search-price": (price, ("study",)),
    "searches": (searches, ("study",)),
}
SEARCH_OPTIONS = {"search": BUDGET, "search-price": BUDGET}
