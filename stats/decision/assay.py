"""Gate 0: whether the attacker is competent on uncropped photos; a broken one creates no sweet spot."""

from __future__ import annotations

from stats.apa import share, threshold
from stats.decision.criteria import Criteria
from stats.decision.level_tests import UNCROPPED, HypothesisTests
from stats.decision.records import Assay
from stats.inference.estimates import Accuracy
from stats.table.arrays import Coded

NO_MACHINE = "the table holds no machine"
NOT_UNCROPPED = "no machine trials at level 0 (uncropped), so the attacker's competence is not shown"


def assay_of(coded: Coded, criteria: Criteria) -> Assay:
    """Test the machine of a table on uncropped photos.

    Examples
    --------
    >>> import numpy as np
    >>> from stats.table.network_answers import network_answers
    >>> networks = network_answers([1] * 40, [0] * 40, range(40))
    >>> nobody = networks.where(np.zeros(40, dtype=bool))
    >>> assay_of(Coded(np.array([0.0]), ("dunk",), (nobody,), (networks,)), Criteria()).passed
    True
    """
    at_level_0 = [machine for level, _, machine in coded.pairs() if level == UNCROPPED]
    uncropped = HypothesisTests(criteria, coded.categories).machine(at_level_0[0]) if at_level_0 else None
    return judged(uncropped, criteria, any_machine=any(side.agent.size for side in coded.machine))


def judged(uncropped: Accuracy | None, criteria: Criteria, *, any_machine: bool) -> Assay:
    """Compare the machine's accuracy on uncropped photos with the competence asked for.

    Parameters
    ----------
    uncropped
        Accuracy at level 0; None without such trials.
    any_machine
        Whether a machine was tested at any level.

    Examples
    --------
    >>> judged(None, Criteria(), any_machine=False).reason
    'the table holds no machine'
    """
    if uncropped is None:
        reason = NOT_UNCROPPED if any_machine else NO_MACHINE
        return Assay(passed=False, competence=criteria.competence, reason=reason)
    passed = uncropped.wholly_above(criteria.competence)
    return Assay(
        passed=passed,
        competence=criteria.competence,
        estimate=uncropped.estimate,
        ci_low=uncropped.ci_low,
        n_agents=uncropped.n_agents,
        n_items=uncropped.n_items,
        reason=f"lower bound {share(uncropped.ci_low)} on uncropped photos "
        f"{'exceeds' if passed else 'does not exceed'} competence {threshold(criteria.competence)}",
    )
