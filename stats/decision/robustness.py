"""People's accuracy under other rules: answered trials only, and with excluded rows included."""

from __future__ import annotations

import pandas as pd

from stats.decision.criteria import Criteria
from stats.decision.level_tests import HypothesisTests
from stats.inference.estimates import Accuracy
from stats.table.arrays import encode


def robustness_checks(
    everyone: pd.DataFrame, counted: pd.DataFrame, criteria: Criteria
) -> dict[float, dict[str, Accuracy]]:
    """Return, per level, people's accuracy by rule: `human_answered_only` and `human_all_in`.

    A rule appears only where it counts other rows than the primary analysis.

    Parameters
    ----------
    everyone
        All test trials, excluded ones included.
    counted
        The trials of the primary analysis.

    Examples
    --------
    One of four trials was not answered in time and counts as wrong; without it all are right.

    >>> import pandas as pd
    >>> from stats.table.tidy import tidy
    >>> trials = pd.DataFrame({"item_id": list("abcd"), "correct": [1, 1, 1, None]})
    >>> trials = trials.assign(response_status=["answered"] * 3 + ["timeout"], agent_type="human")
    >>> table = tidy(trials.assign(agent_id="ada", category="dunk", crop_level=0))
    >>> checks = robustness_checks(table.trials, table.primary, Criteria())
    >>> {rule: people.estimate for rule, people in checks[0].items()}
    {'human_answered_only': 1.0}
    """
    rows_by_rule = {}
    if not counted["answered"].all():
        rows_by_rule["human_answered_only"] = counted.loc[counted["answered"]]
    if len(everyone) > len(counted):
        rows_by_rule["human_all_in"] = everyone
    accuracies: dict[float, dict[str, Accuracy]] = {}
    for rule, rows in rows_by_rule.items():
        for level, people in _by_level(rows.loc[rows["human"]], criteria).items():
            accuracies.setdefault(level, {})[rule] = people
    return accuracies


def _by_level(people: pd.DataFrame, criteria: Criteria) -> dict[float, Accuracy]:
    coded = encode(people)
    tests = HypothesisTests(criteria, coded.categories)
    accuracies = {level: tests.human(answers) for level, answers, _ in coded.pairs()}
    return {level: human for level, human in accuracies.items() if human}
