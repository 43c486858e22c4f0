"""From trials to the verdict: assay, both tests per level, two gates, Holm, and the same per class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from stats.decision.criteria import Criteria, HumanGate
from stats.decision.level_tests import Judge, Pair, holm_by_name, stance
from stats.decision.multiple_testing import two_gates
from stats.decision.per_class import class_verdicts
from stats.decision.results import Assay, Compared, Level, Verdict
from stats.decision.robustness import beside
from stats.decision.warnings import cautions
from stats.errors import CriteriaError, TableError
from stats.inference.accuracy import Accuracy
from stats.table.arrays import Answers, Coded, encode
from stats.table.schema import TRAINED_THROUGH
from stats.table.tidy import Tidy, tidy

UNCROPPED = 0


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
    """Find the crop levels that people still recognise and machines do not.

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
        When the table cannot be used, or a loss is asked for without people's trials at level 0.
    CriteriaError
        When the thresholds contradict each other.

    References
    ----------
    Berger (1982), Multiparameter hypothesis testing and acceptance sampling, Technometrics 24.
    Westfall, Kenny & Judd (2014), Statistical power and optimal design in experiments in which samples of
    participants respond to samples of stimuli, J. Exp. Psychol. Gen. 143.
    Clark (1973), The language-as-fixed-effect fallacy, J. Verbal Learn. Verbal Behav. 12.
    """
    criteria = Criteria(floor, ceiling, competence, alpha, _gate(human_gate), loss_delta)
    table = tidy(trials, mode)
    counted = own_level_only(table.primary)
    figures = beside(own_level_only(table.trials), counted, criteria)
    return judged(encode(counted), criteria, figures, cautions(table, counted), _settings(table, counted))


def _gate(name: str) -> HumanGate:
    try:
        return HumanGate(name)
    except ValueError:
        raise CriteriaError(f"human_gate must be one of {', '.join(HumanGate)}, not {name!r}") from None


def own_level_only(trials: pd.DataFrame) -> pd.DataFrame:
    """Keep the machine rows whose attacker was trained for the level it was tested at."""
    if TRAINED_THROUGH not in trials:
        return trials
    own = trials[TRAINED_THROUGH].isna() | (trials[TRAINED_THROUGH] == trials["crop_level"])
    return trials.loc[trials["human"] | own]


def judged(
    coded: Coded,
    criteria: Criteria,
    figures: Mapping[float, dict[str, Accuracy]],
    warnings: Sequence[str],
    settings: dict[str, object],
) -> Verdict:
    """Put both tests to every level and draw the verdict.

    Parameters
    ----------
    coded
        Answers of people and machine per level.
    criteria
        Thresholds of the study.
    figures
        Accuracies to show beside the primary ones, by level.
    warnings, settings
        What the reader must know; passed on.
    """
    judge = Judge(criteria, coded.categories)
    uncropped = _uncropped(coded, criteria)
    pairs = {_plain(level): judge.pair(level, people, net, uncropped) for level, people, net in coded.pairs()}
    assay = _assay(pairs, criteria)
    sweet = _sweet(pairs, judge) if assay.passed else []
    levels = _compared(pairs, judge, sweet, figures)
    return Verdict(
        criteria,
        levels,
        tuple(sweet),
        tuple(row.crop_level for row in levels if assay.passed and _at_most(row.p_holm, criteria.alpha)),
        assay,
        class_verdicts(pairs, coded.categories, criteria, competent=assay.passed),
        (*warnings, *_gaps(pairs, judge)),
        settings,
    )


def _uncropped(coded: Coded, criteria: Criteria) -> Answers | None:
    """Return people's answers at level 0, without which no loss can be told."""
    found = next((people for level, people, _ in coded.pairs() if level == UNCROPPED), None)
    told = found is not None and found.agent.size > 0 and not found.photos_unknown
    if criteria.human_gate is HumanGate.LOSS and not told:
        raise TableError(
            "the loss gate needs single trials of people at level 0 (uncropped); or use the floor"
        )
    return found


def _plain(level: float) -> Level:
    """Return whole levels as integers, as they were written."""
    return int(level) if level == int(level) else level


def _assay(pairs: Mapping[Level, Pair], criteria: Criteria) -> Assay:
    machine = pairs.get(UNCROPPED, Pair()).machine
    if machine is None:
        reason = "no machine trials at level 0 (uncropped), so the attacker's competence is not shown"
        return Assay(False, criteria.competence, None, None, 0, 0, reason)
    passed = machine.wholly_above(criteria.competence)
    reason = (
        f"lower bound {machine.ci_low:.3f} on uncropped photos "
        f"{'exceeds' if passed else 'does not exceed'} competence {criteria.competence:g}"
    )
    size = (machine.n_agents, machine.n_items)
    return Assay(passed, criteria.competence, machine.estimate, machine.ci_low, *size, reason)


def _sweet(pairs: Mapping[Level, Pair], judge: Judge) -> list[Level]:
    """Run the gates; a level that one kind never saw is skipped in that kind's sequence."""
    p_human = {
        level: pair.p_human
        for level, pair in pairs.items()
        if pair.p_human is not None and judge.complete(pair.human)
    }
    p_machine = {
        level: pair.machine.p
        for level, pair in pairs.items()
        if pair.machine and judge.complete(pair.machine)
    }
    return two_gates(p_human, p_machine, judge.criteria.alpha)


def _compared(
    pairs: Mapping[Level, Pair],
    judge: Judge,
    sweet: Sequence[Level],
    figures: Mapping[float, dict[str, Accuracy]],
) -> tuple[Compared, ...]:
    testable = {level: pair if judge.comparable(pair) else Pair() for level, pair in pairs.items()}
    p = {level: pair.p_iut() for level, pair in testable.items()}
    adjusted = holm_by_name(p)
    stances = {level: stance(pair, judge.criteria, sweet=level in sweet) for level, pair in testable.items()}
    return tuple(
        Compared(
            level,
            pair.human,
            pair.machine,
            p[level],
            adjusted[level],
            stances[level],
            figures.get(level, {}),
            pair.loss,
        )
        for level, pair in pairs.items()
    )


def _at_most(p: float | None, alpha: float) -> bool:
    return p is not None and p <= alpha


def _gaps(pairs: Mapping[Level, Pair], judge: Judge) -> list[str]:
    found = []
    for level, pair in pairs.items():
        human, machine = pair.human, pair.machine
        if human is None or machine is None:
            found.append(f"level {level}: no trials of {'people' if human is None else 'the machine'}")
        elif not judge.comparable(pair):
            missing = set(judge.categories) - (set(human.per_class) & set(machine.per_class))
            found.append(
                f"level {level}: people or machine lack trials of class {', '.join(sorted(missing))}"
            )
    return [f"{gap}; the level stays inconclusive" for gap in found]


def _settings(table: Tidy, counted: pd.DataFrame) -> dict[str, object]:
    return {
        "mode": table.mode,
        "rows_counted": len(counted),
        "rows_excluded": int(table.trials["excluded"].sum()),
        "rows_dropped": {reason: count for reason, count in table.dropped.items() if count},
        "clustered_by": "source_id" if table.has_sources else "item_id",
        "timeouts": "counted as wrong",
        "rows_unanswered": int((~counted["answered"]).sum()),
    }
