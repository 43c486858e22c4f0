"""The primary analysis: from a table of trials to the verdict."""

from __future__ import annotations

import pandas as pd

from stats.decision.criteria import Criteria, HumanGate
from stats.decision.gates import verdict_of
from stats.decision.records import TRAINED_ELSEWHERE, Clustering, Sample
from stats.decision.results import Verdict
from stats.decision.robustness import robustness_checks
from stats.decision.warnings import architectures, study_warnings
from stats.errors import CriteriaError
from stats.table.arrays import encode
from stats.table.labels import chosen
from stats.table.schema import TRAINED_ON_LEVEL, TRAINED_THROUGH
from stats.table.tidy import Tidy, tidy


def verdict(
    trials: pd.DataFrame,
    *,
    floor: float = 0.85,
    ceiling: float = 0.75,
    competence: float = 0.80,
    alpha: float = 0.05,
    human_gate: str = HumanGate.FLOOR,
    loss_delta: float = 0.10,
    mode: str | None = None,
) -> Verdict:
    """Find the crop levels at which people still recognise the class and machines do not.

    Parameters
    ----------
    trials
        One row per trial with `agent_type` (human or model), `agent_id`, `item_id`, `category`, `crop_level`
        (0 is uncropped) and `correct` (0 or 1). Optional columns are honoured: `source_id`, `block_type`,
        `mode`, `response_status`, `excluded_trial`, `excluded_participant`, `trained_through`, `stim_sha256`.
    floor, ceiling, competence, alpha, human_gate, loss_delta
        See `Criteria`.
    mode
        Which human rows to analyse when the table holds several modes.

    Raises
    ------
    TableError
        When the table cannot be used, or the loss gate is chosen without people's trials at level 0.
    CriteriaError
        When the thresholds contradict each other.

    References
    ----------
    Berger (1982), Multiparameter hypothesis testing and acceptance sampling, Technometrics 24.
    Westfall, Kenny & Judd (2014), Statistical power and optimal design in experiments in which samples of
    participants respond to samples of stimuli, J. Exp. Psychol. Gen. 143.
    Clark (1973), The language-as-fixed-effect fallacy, J. Verbal Learn. Verbal Behav. 12.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from stats.planning.simulated_studies import simulate
    >>> rng = np.random.default_rng(0)
    >>> people = simulate([0.98, 0.95, 0.70], rng, n_agents=40, n_items=300)
    >>> networks = simulate([0.96, 0.5, 0.4], rng, agent_type="model", n_agents=5, n_items=300, crossed=True)
    >>> verdict(pd.concat([people, networks])).sweet_levels
    (1,)
    """
    criteria = Criteria(floor, ceiling, competence, alpha, _gate(human_gate), loss_delta)
    table = tidy(trials, mode)
    counted = own_level_only(table.primary)
    coded = encode(counted)
    return verdict_of(
        coded,
        criteria,
        sample_of(table, counted),
        robustness=robustness_checks(own_level_only(table.trials), counted, criteria),
        warnings=study_warnings(table, counted, coded),
    )


def _gate(name: str) -> HumanGate:
    try:
        return HumanGate(name)
    except ValueError:
        raise CriteriaError(f"human_gate must be one of {', '.join(HumanGate)}, not {name!r}") from None


def own_level_only(trials: pd.DataFrame) -> pd.DataFrame:
    """Keep people's rows, and machine rows whose attacker was trained for the level it was tested at.

    Examples
    --------
    >>> import pandas as pd
    >>> trials = pd.DataFrame({"human": [True, False, False], "crop_level": [1, 1, 1]})
    >>> own_level_only(trials.assign(trained_through=[None, 0, 1])).index.tolist()
    [0, 2]
    """
    if TRAINED_THROUGH not in trials:
        return trials
    own = trials[TRAINED_THROUGH].isna() | (trials[TRAINED_THROUGH] == trials["crop_level"])
    return chosen(trials, trials["human"] | own)


def sample_of(table: Tidy, counted: pd.DataFrame) -> Sample:
    """Return what an analysis rests on.

    Parameters
    ----------
    counted
        Those of its trials that are analysed.

    Examples
    --------
    >>> import numpy as np
    >>> from stats.planning.simulated_studies import simulate
    >>> table = tidy(simulate([0.9], np.random.default_rng(0), n_agents=3, n_items=60))
    >>> sample = sample_of(table, table.primary)
    >>> sample.people, sample.networks, sample.photos, sample.rows_counted
    (3, 0, 60, 180)
    """
    machine = counted.loc[~counted["human"]]
    dropped = table.dropped | {TRAINED_ELSEWHERE: len(table.primary) - len(counted)}
    return Sample(
        people=counted.loc[counted["human"], "agent_id"].nunique(),
        networks=machine["agent_id"].nunique(),
        photos=counted["item_id"].nunique(),
        trained_for_level=TRAINED_THROUGH in machine and bool(machine[TRAINED_THROUGH].notna().all()),
        trained_on_level=_trained_on_level(machine),
        architectures=architectures(machine),
        mode=table.mode,
        rows_counted=len(counted),
        rows_excluded=int(table.trials["excluded"].sum()),
        rows_dropped={reason: count for reason, count in dropped.items() if count},
        clustered_by=Clustering.SOURCE if table.has_sources else Clustering.PHOTO,
        timeouts="counted as wrong",
        rows_unanswered=int((~counted["answered"]).sum()),
    )


def _trained_on_level(machine: pd.DataFrame) -> bool | None:
    """Return what all machine rows say of their networks; None where they differ or one says nothing."""
    if TRAINED_ON_LEVEL not in machine:
        return None
    answers = set(machine[TRAINED_ON_LEVEL].astype(object).where(machine[TRAINED_ON_LEVEL].notna(), None))
    return {frozenset({1.0}): True, frozenset({0.0}): False}.get(frozenset(answers))
