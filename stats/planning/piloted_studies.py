"""Simulated studies whose crops were chosen in a pilot, to see whether the choice biases the verdict.

People of a pilot answer, the real rule chooses, photos without a recognised window are dropped; then other
people and the machine are tested on what is left.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import special

from stats.decision.criteria import Criteria
from stats.decision.gates import sweet_levels
from stats.planning.pilot_rule import Tally, choose
from stats.planning.piloted_truth import ASKED, RULE, Effects, World, world
from stats.planning.simulated_studies import PEOPLE, SEEDS, latin_square
from stats.table.arrays import Answers, Coded, FloatArray, IntArray

PILOT_PEOPLE = 60
PHOTOS, MAIN_PEOPLE, N_SEEDS = 100, 90, 5  # left after the pilot; who judge them


def piloted_study(there: World, rng: np.random.Generator, *, reuse: bool = False) -> Coded:
    """Draw a study: a pilot on new photos, then other people and new seeds on what it chose.

    Parameters
    ----------
    there
        Where people and machine are.
    reuse
        Let the pilot's own answers count as people's, which no study may do: for comparison only.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> study = piloted_study(world([0.97, 0.85], [0.95, 0.5], rng), rng)
    >>> len(study.human), 60 < study.human[1].n_items < 140
    (2, True)
    """
    n_levels = len(there.people) - 1
    effects = Effects.draw(rng, round(PHOTOS / there.survival), n_levels)
    ease = effects.for_people() + there.people[1:, None]
    right, who = _pilot_answers(ease, rng)
    chosen = _chosen(right)
    left = np.flatnonzero((chosen >= 0).all(1))
    places = chosen[left]
    whole = there.people[0] + effects.photo[left]
    shown = np.column_stack([whole, np.take_along_axis(ease[left], places[..., None], 2)[..., 0]])
    machine = effects.for_machine()[left]
    attacked = there.machine[1:] + np.take_along_axis(machine, places[..., None], 2)[..., 0]
    attacked = np.column_stack([there.machine[0] + machine[:, 0, 0], attacked])
    humans = _judged(shown, MAIN_PEOPLE, PEOPLE.agent, rng, crossed=False)
    if reuse:
        humans = (humans[0], *_reused(right[left], who[left], places))
    seeds = _judged(attacked, N_SEEDS, SEEDS.agent, rng, crossed=True)
    return Coded(np.arange(float(n_levels + 1)), ("dribble", "dunk", "shoot"), humans, seeds)


def piloted_declarations(
    people: Sequence[float],
    machine: Sequence[float],
    runs: int,
    rng: np.random.Generator,
    *,
    reuse: bool = False,
) -> list[bool]:
    """Return, per run, whether a study with a pilot declares any sweet level.

    Parameters
    ----------
    people, machine : (L,) float
        Accuracies over photos that a pilot lets through, level 0 first.
    runs, rng
        Simulated studies and source of chance.
    reuse
        Let the pilot's own answers count, for comparison.

    Examples
    --------
    >>> import numpy as np
    >>> sum(piloted_declarations([0.98, 0.98], [0.97, 0.3], 5, np.random.default_rng(0)))
    5
    """
    there = world(people, machine, rng)
    studies = (piloted_study(there, rng, reuse=reuse) for _ in range(runs))
    return [bool(sweet_levels(study, Criteria())) for study in studies]


def _pilot_answers(ease: FloatArray, rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    """Return whether each answer to each window is right, and whose it is, (J, L, C, asked) both.

    Nobody is asked about a photo twice.
    """
    photos, questions = ease.shape[0], ease[0].size * ASKED
    people = np.arange(max(PILOT_PEOPLE, questions))
    ability = rng.normal(0, PEOPLE.agent, people.size)
    who = rng.permuted(np.tile(people, (photos, 1)), axis=1)[:, :questions].reshape(*ease.shape, ASKED)
    right = rng.random(who.shape) < special.expit(ease[..., None] + ability[who])
    return right.astype(float), who


def _chosen(right: FloatArray) -> IntArray:
    """Return the window that the rule takes of each photo at each level, (J, L); -1 where it takes none."""
    tallies = [
        [[Tally(ASKED, int(k)) for k in of_level] for of_level in of_photo] for of_photo in right.sum(3)
    ]
    taken = [[choose(windows, RULE) for windows in of_photo] for of_photo in tallies]
    return np.array([[-1 if place is None else place for place in of_photo] for of_photo in taken])


def _judged(
    ease: FloatArray, observers: int, spread: float, rng: np.random.Generator, *, crossed: bool
) -> tuple[Answers, ...]:
    """Return the answers of new observers to photos of this ease, (J, L), by level."""
    photos, n_levels = ease.shape
    ability = rng.normal(0, spread, (observers, 1))
    square = latin_square(observers, photos, n_levels)
    answers = []
    for level in range(n_levels):
        right = (rng.random((observers, photos)) < special.expit(ability + ease[:, level])).astype(float)
        agent, item = np.nonzero(np.ones_like(right) if crossed else square == level)
        answers.append(_answers(agent, item, right[agent, item], n_levels))
    return tuple(answers)


def _reused(right: FloatArray, who: IntArray, places: IntArray) -> list[Answers]:
    """Return what the pilot's people answered to the windows that were chosen by these very answers."""
    item = np.repeat(np.arange(len(places)), ASKED)
    rows = np.arange(len(places))
    n_levels = places.shape[1] + 1
    return [
        _answers(
            who[rows, level, places[:, level]].ravel(),
            item,
            right[rows, level, places[:, level]].ravel(),
            n_levels,
        )
        for level in range(places.shape[1])
    ]


def _answers(agent: IntArray, item: IntArray, right: FloatArray, n_levels: int) -> Answers:
    return Answers(agent, item, item, (item // n_levels) % 3, right, np.ones(agent.size))
