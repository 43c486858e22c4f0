"""All machines of a study beside each other and beside people, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from stats.agreement.error_consistency import LEAST_SHARED, affordable_resamples
from stats.inference.accuracy import Side, Threshold
from stats.machine.attack_matrix import accuracy_by_level
from stats.machine.comparison import ComparedMachine, Comparison, MachineLevel, PeopleLevel
from stats.secondary.machines.answers_took import answers_once, states_of, took
from stats.secondary.machines.kappa_between import Sampling, kappas_between
from stats.secondary.machines.named_machines import (
    ATTACK,
    IS_OUTSIDE,
    MACHINE,
    NAME,
    in_order,
    named_machines,
    with_people,
)
from stats.secondary.material import Material
from stats.table.arrays import encode
from stats.table.guessing import asks_yes_no, by_question
from stats.table.tidy import tidy


def compare_machines(material: Material) -> Comparison:
    """Estimate accuracy, costs and error consistency of every machine.

    Parameters
    ----------
    material
        The trials with their verdict; its `machines` are compared, or the machine rows of the trials.

    Raises
    ------
    TableError
        When there is no machine row.
    """
    named = named_machines(material.machine_rows)
    order = in_order(named)
    answered = dict(zip(named["agent_id"], named[MACHINE], strict=True))
    machine_of = dict(sorted(answered.items(), key=lambda each: order.index(each[1])))
    trials = with_people(named, material.trials)
    pairs = _for_pairs(trials, material)
    resamples = material.consistency_resamples or affordable_resamples(encode(pairs))
    sampling = Sampling(resamples, material.seed, material.criteria.alpha)
    return Comparison(
        machines=tuple(_machines(named, order, material)),
        people=tuple(_people(material)),
        pairs=tuple(kappas_between(pairs, machine_of, sampling)),
        least_shared=LEAST_SHARED,
        resamples=resamples,
    )


def _for_pairs(trials: pd.DataFrame, material: Material) -> pd.DataFrame:
    """Return the rows that count; where people answer yes or no, a photo with another question is another."""
    asked = by_question(trials) if asks_yes_no(material.trials) else trials
    return tidy(asked, material.mode).primary


def _machines(named: pd.DataFrame, order: Iterable[str], material: Material) -> Iterator[ComparedMachine]:
    threshold = Threshold(material.criteria.ceiling, Side.BELOW, material.criteria.alpha, conditional=True)
    for number, label in enumerate(order, start=1):
        rows = named.loc[named[MACHINE] == label]
        answers = answers_once(rows)
        first = rows.iloc[0]
        yield ComparedMachine(
            number,
            str(first[NAME]),
            str(first[ATTACK]),
            bool(first[IS_OUTSIDE]),
            tuple(_levels(rows, answers, threshold)),
            took(answers),
        )


def _levels(rows: pd.DataFrame, answers: pd.DataFrame, threshold: Threshold) -> Iterator[MachineLevel]:
    of_answer = pd.to_numeric(answers["crop_level"])
    for level, accuracy in accuracy_by_level(tidy(rows).primary, threshold).items():
        here = answers.loc[of_answer == level]
        yield MachineLevel(
            level,
            accuracy.estimate,
            accuracy.ci_low,
            accuracy.ci_high,
            accuracy.n_agents,
            accuracy.n_items,
            states_of(here),
            took(here),
        )


def _people(material: Material) -> Iterator[PeopleLevel]:
    for level in material.outcome.levels:
        if level.human is not None:
            human = level.human
            yield PeopleLevel(
                float(level.crop_level), human.estimate, human.ci_low, human.ci_high, human.n_agents
            )
