"""What a reader must know before believing the numbers. Warnings correct nothing; they are printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pandas as pd

from stats.apa import levels_listed
from stats.table.arrays import LEVEL_PROBABILITY, Coded
from stats.table.columns.machine_columns import ARCHITECTURE
from stats.table.design_columns import ASKED, CONDITION, GROUP, PARENT
from stats.table.guessing import asks_yes_no
from stats.table.labels import distinct_rows, n_distinct, renumbered, row_numbers
from stats.table.schema import IDENTITY, RECIPE
from stats.table.tidy import Tidy

READ = ("agent_id", "item_id", "crop_level", "answered", "stim_sha256", *RECIPE)  # of people and of machines
# What the verdict does not tell apart, and the command that does.
DESIGNED = {
    GROUP.name: "people of {n} groups ({names}) are judged together; `groups` compares them",
    CONDITION.name: "trials of {n} conditions ({names}) are judged together; `groups` compares them",
    PARENT.name: "crops of a search are judged, which may be selected by these answers; see `minimal`",
}
MOST_NAMED = 5
FEW_SEEDS = 3
FEW_PEOPLE = 5
FEW_PHOTOS = 10  # per class and level


def study_warnings(table: Tidy, counted: pd.DataFrame, coded: Coded) -> list[str]:
    """Return warnings about a study, most serious first.

    Parameters
    ----------
    counted
        The trials of the primary analysis.
    coded
        The same trials as arrays.

    Examples
    --------
    >>> import numpy as np
    >>> from stats.planning.simulated_studies import simulate
    >>> from stats.table.arrays import encode
    >>> from stats.table.tidy import tidy
    >>> table = tidy(simulate([0.9], np.random.default_rng(0), n_agents=3, n_items=60))
    >>> rows = table.primary
    >>> [warning for warning in study_warnings(table, rows, encode(rows)) if "people" in warning][-1]
    'only 3 people at level 0'
    """
    read = [name for name in READ if name in counted]
    people, machine = (counted.loc[rows, read] for rows in (counted["human"], ~counted["human"]))
    candidates = [
        _mode(table),
        *never_meet(coded),
        *_photos_differ(counted),
        *_pooled(counted, machine),
        _pixels(people, machine),
        *_repetitions(people, _repeated(counted, coded)),
        _adaptive(counted),
        *_designs(counted.loc[counted["human"], [name for name in DESIGNED if name in counted]]),
        _few_seeds(machine),
        _few_people(people),
        _few_photos(counted),
        *_rules(table, people),
    ]
    return [warning for warning in candidates if warning]


def _mode(table: Tidy) -> str:
    others = {reason: count for reason, count in table.dropped.items() if count and "mode" in reason}
    if table.mode == "simulated":
        return "mode simulated: the people are robots; nothing here is about people"
    return "".join(f"mode {table.mode} only: {count} rows are {reason}" for reason, count in others.items())


def _pooled(counted: pd.DataFrame, machine: pd.DataFrame) -> list[str]:
    """Return a warning for rows of several studies, and for a machine of several recipes at one level."""
    studies = [name for name in IDENTITY if name in counted and len(counted[name].dropna().unique()) > 1]
    recipe = [name for name in RECIPE if name in machine]
    attackers = [name for name in recipe if machine.groupby("crop_level")[name].nunique().max() > 1]
    warnings = {
        f"the table pools several values of {', '.join(studies)}": studies,
        f"machine rows pool several values of {', '.join(attackers)} at one level": attackers,
    }
    return [warning for warning, names in warnings.items() if names]


def _pixels(people: pd.DataFrame, machine: pd.DataFrame) -> str:
    if any("stim_sha256" not in side or side["stim_sha256"].isna().all() for side in (people, machine)):
        return "no stim_sha256 on both sides: it is not shown that people and machine saw the same pixels"
    keys = ["item_id", "crop_level"]
    seen = [
        side.dropna(subset="stim_sha256").groupby(keys)["stim_sha256"].agg(set) for side in (people, machine)
    ]
    both = seen[0].to_frame("people").join(seen[1].to_frame("machine"), how="inner")
    differ = int((both["people"] != both["machine"]).sum())
    return f"people and machine saw different pixels of {differ} stimuli" if differ else ""


def _photos_differ(counted: pd.DataFrame) -> list[str]:
    """Return how many photos were judged by one side only, at levels where both share some."""
    photos, place = renumbered(row_numbers(counted, ["crop_level", "item_id"]))
    human = counted["human"].to_numpy()
    level = np.empty(photos.size)
    level[place] = counted["crop_level"]
    by_people, by_machine = (np.bincount(place[rows], minlength=photos.size) > 0 for rows in (human, ~human))
    shared = set(level[by_people & by_machine])
    both = sorted(set(level[by_people]) & set(level[by_machine]))
    counts = Counter(level[by_people ^ by_machine])
    return [
        f"level {level:g}: {counts[level]} photos were judged by people only or by the machine only"
        for level in both
        if level in shared and level in counts
    ]


def never_meet(coded: Coded) -> list[str]:
    """Return what to say where people and machine share no level, or no photo at a level that they share.

    Examples
    --------
    >>> import numpy as np
    >>> from stats.table.network_answers import network_answers
    >>> first, second = (network_answers([1], [0], ["a"]) for _ in range(2))
    >>> nobody = first.where(first.agent < 0)
    >>> apart = never_meet(Coded(np.array([0.0, 5.0]), ("dunk",), (first, nobody), (nobody, second)))
    >>> apart[0].partition(":")[0]
    'people and machine share no level (people level 0, machine level 5)'
    >>> never_meet(Coded(np.array([0.0]), ("dunk",), (first,), (second,)))
    []
    """
    apart = coded.without_shared_photos()
    where = levels_listed(apart) if apart else ""
    photos = f"people and machine have no photo in common at {where}: do the names of the photos agree?"
    return [*no_common_level(coded), *[photos] * bool(apart)]


def no_common_level(coded: Coded) -> list[str]:
    """Return what to say where people and machine share no level; nothing where they do.

    Examples
    --------
    >>> import numpy as np
    >>> from stats.table.network_answers import network_answers
    >>> both = network_answers([1], [0], ["a"])
    >>> no_common_level(Coded(np.array([0.0]), ("dunk",), (both,), (both,)))
    []
    """
    of_people, of_machine = (
        [level for level, side in zip(coded.levels.tolist(), answers, strict=True) if side.agent.size]
        for answers in (coded.human, coded.machine)
    )
    if not (of_people and of_machine) or set(of_people) & set(of_machine):
        return []
    sides = f"people {levels_listed(of_people)}, machine {levels_listed(of_machine)}"
    return [f"people and machine share no level ({sides}): do the numbers of the levels agree?"]


def _repeated(counted: pd.DataFrame, coded: Coded) -> int:
    """Count trials that repeat an observer, photo and level; another yes-no question is no repetition."""
    if not asks_yes_no(counted):
        return coded.repeated()
    return len(counted) - n_distinct(counted, ["agent_id", "item_id", "crop_level", ASKED.name])


def _repetitions(people: pd.DataFrame, again: int) -> list[str]:
    seen = ["agent_id", "item_id"]
    at_other_levels = n_distinct(people, [*seen, "crop_level"]) - n_distinct(people, seen)
    warnings = {
        f"people saw a photo again at another level {at_other_levels} times: recognition may be memory": (
            at_other_levels
        ),
        f"{again} trials repeat an observer, photo and level; they count as one cluster": again,
    }
    return [warning for warning, count in warnings.items() if count]


def _designs(people: pd.DataFrame) -> list[str]:
    """Return warnings for groups, conditions and searched crops, which the verdict does not tell apart."""
    warnings = []
    for name in people:
        values = sorted(map(str, people[name].dropna().unique()))
        if len(values) > 1 or (values and name == PARENT.name):
            names = ", ".join(values[:MOST_NAMED]) + (" ..." if len(values) > MOST_NAMED else "")
            warnings.append(DESIGNED[str(name)].format(n=len(values), names=names))
    return warnings


def _few(side: pd.DataFrame, column: str, least: int, sentence: Callable[[str, int], str]) -> str:
    """Return a sentence for the levels with fewer than `least` distinct values, those alike together."""
    counts = distinct_rows(side, ["crop_level", column]).groupby("crop_level")[column].nunique()
    few = counts[counts < least]
    return "; ".join(
        sentence(", ".join(f"{level:g}" for level in few.index[few == n]), n) for n in sorted(set(few))
    )


def architectures(machine: pd.DataFrame) -> tuple[str, ...] | None:
    """Return the architectures of machine rows in alphabetical order; None where they are not all told.

    Examples
    --------
    >>> architectures(pd.DataFrame({"architecture": ["vgg11", "resnet18", "vgg11"]}))
    ('resnet18', 'vgg11')
    """
    if ARCHITECTURE.name not in machine or machine[ARCHITECTURE.name].isna().any():
        return None
    names = {str(name) for name in machine[ARCHITECTURE.name].unique()}
    return None if "" in names else tuple(sorted(names))


def _adaptive(counted: pd.DataFrame) -> str:
    """Return that people's answers are weighted, where their levels followed earlier answers."""
    if LEVEL_PROBABILITY not in counted or counted[LEVEL_PROBABILITY].isna().all():
        return ""
    return (
        "levels followed each person's own answers: people's accuracies weigh every answer by the inverse of "
        "the chance of its level; confusions, response times and agreement are of the photos as shown"
    )


def _few_seeds(machine: pd.DataFrame) -> str:
    """Warn of few networks; only those of one architecture are seeds."""
    seeds = len(architectures(machine) or ()) == 1
    unit, new = ("training seed", "new seeds") if seeds else ("network", "new networks")
    return _few(
        machine,
        "agent_id",
        FEW_SEEDS,
        lambda levels, n: (
            f"only {n} {unit}{'s' * (n > 1)} at level {levels}: "
            + ("conditional on this one trained network" if n == 1 else f"too few to generalise to {new}")
        ),
    )


def _few_people(people: pd.DataFrame) -> str:
    return _few(
        people,
        "agent_id",
        FEW_PEOPLE,
        lambda levels, n: f"only {n} {'person' if n == 1 else 'people'} at level {levels}",
    )


def _few_photos(counted: pd.DataFrame) -> str:
    cells = ["human", "crop_level", "category"]
    counts = distinct_rows(counted, [*cells, "cluster_id"]).groupby(cells)["cluster_id"].nunique()
    few = counts[counts < FEW_PHOTOS]
    return (
        f"classes with fewer than {FEW_PHOTOS} independent photos, at least {few.min()}" if len(few) else ""
    )


def _rules(table: Tidy, people: pd.DataFrame) -> list[str]:
    """Return what the rules on timeouts and exclusions did to the rows."""
    unanswered = 1 - people["answered"].mean() if len(people) else 0.0
    excluded = int(table.trials["excluded"].sum())
    warnings = {
        f"{unanswered:.1%} of people's trials have no answer and count as wrong": unanswered > 0,
        "no column response_status: timeouts count as `correct` says": not table.has_status,
        f"{excluded} rows are excluded by the study's rules; see the figures with nobody excluded": excluded,
    }
    return [warning for warning, applies in warnings.items() if applies]
