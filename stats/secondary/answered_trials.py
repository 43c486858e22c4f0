"""People's accuracy under other rules: answered trials only, and nobody excluded."""

from __future__ import annotations

from stats.apa import interval, level_name, p_cell, share
from stats.inference.estimates import Accuracy
from stats.report.blocks import Table
from stats.report.finding import Finding
from stats.secondary.material import Material

NAME, TITLE = "counted", "Answered trials only, and nobody excluded"
RULES = {"primary": "primary", "human_answered_only": "answered only", "human_all_in": "nobody excluded"}
HEADER = ("Level", "Rule", "Accuracy", "Interval", "p", "Trials")


def find(material: Material) -> Finding:
    """Compare people's accuracy under the primary rule with that under other rules."""
    levels = material.outcome.levels
    by_rule = {
        level_name(level.crop_level): ({"primary": level.human} if level.human else {}) | level.robustness
        for level in levels
    }
    rows = [_row(level, rule, figure) for level, rules in by_rule.items() for rule, figure in rules.items()]
    explanation = (
        "The primary analysis counts a trial without an answer as wrong and leaves out what the frozen rules "
        "exclude. Below, the accuracy of people when only answered trials count, and when nobody is excluded."
        if any(level.robustness for level in levels)
        else "Every trial was answered and nothing was excluded: other rules would give the same figures."
    )
    table = Table.of(
        "People's accuracy by rule, with its interval and one-sided p against the floor", HEADER, rows
    )
    numbers = {
        level: {rule: figure.to_dict() for rule, figure in rules.items()} for level, rules in by_rule.items()
    }
    return Finding(NAME, TITLE, (explanation,), (table,), numbers=numbers)


def _row(level: str, rule: str, accuracy: Accuracy) -> tuple[str, ...]:
    span = interval(accuracy.ci_low, accuracy.ci_high)
    p, trials = p_cell(accuracy.p), str(accuracy.n_trials)
    return (level, RULES[rule], share(accuracy.estimate), span, p, trials)
