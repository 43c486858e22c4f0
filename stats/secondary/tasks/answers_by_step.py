"""Typed answers: by which step of the rule each got its class, and which got none or several."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from stats.apa import share
from stats.designs.scored_table import GIVEN_A_CLASS
from stats.designs.text_scoring import Step
from stats.report.blocks import Table
from stats.report.finding import Finding
from stats.secondary.material import Material
from stats.table.design_columns import RESPONSE_TEXT, TEXT_RULE

NAME, TITLE = "typed", "Typed answers"
COMMONEST = 20
HEADER = ("Step", "Answers", "Right", "Right of all, if no later step counted")
LISTED_HEADER = ("Step", "Answer", "Times")
EXPLANATION = (
    "People typed their answers, and a rule that was fixed before gave each its class by the first step that "
    "finds one. The last column is the share of all trials that would be right if the rule ended there: "
    "where it hardly rises, the verdict does not hang on how leniently spelling is read. Classes do not "
    "weigh the same in it. Answers of no class and of several count as wrong."
)


def is_asked(trials: pd.DataFrame) -> bool:
    """Return whether a table holds answers that were typed and scored."""
    return TEXT_RULE.name in trials and bool(trials[TEXT_RULE.name].notna().any())


def find(material: Material) -> Finding:
    """Count typed answers by the step that gave them their class."""
    people = material.counted.loc[material.counted["human"]]
    steps = people[TEXT_RULE.name].astype(object)
    right = people["correct"].groupby(steps).sum()
    counts = Counter(steps.dropna())
    rows, numbers, so_far = [], [], 0.0
    for step in Step:
        given, correct = counts[step.value], float(right.get(step.value, 0.0))
        so_far += correct
        up_to_here = so_far / len(people) if step in GIVEN_A_CLASS else None
        rows.append(
            (step.value, str(given), f"{correct:.0f}", "" if up_to_here is None else share(up_to_here))
        )
        numbers.append({"step": step.value, "answers": given, "right": correct, "right_of_all": up_to_here})
    tables = (Table.of(f"Steps of the rule ({len(people)} trials)", HEADER, rows), *_without_a_class(people))
    return Finding(NAME, TITLE, (EXPLANATION,), tables, numbers=numbers)


def _without_a_class(people: pd.DataFrame) -> list[Table]:
    """Return the commonest answers of several classes or none, which another rule might read otherwise."""
    undecided = people[TEXT_RULE.name].isin([Step.AMBIGUOUS.value, Step.NO_CLASS.value])
    if RESPONSE_TEXT.name not in people or not undecided.any():
        return []
    rows = people.loc[undecided, [TEXT_RULE.name, RESPONSE_TEXT.name]].astype(str)
    counted = sorted(
        Counter(rows.itertuples(index=False, name=None)).items(), key=lambda each: (-each[1], each[0])
    )
    lines = [(step, answer, str(times)) for (step, answer), times in counted[:COMMONEST]]
    return [Table.of(f"Answers of several classes or none: the {COMMONEST} commonest", LISTED_HEADER, lines)]
