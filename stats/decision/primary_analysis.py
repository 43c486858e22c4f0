"""The primary analysis, from trials to the verdict: assay, both tests per level, two gates, Holm, classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from platform import python_version

import pandas as pd

from stats.apa import share, threshold
from stats.decision.criteria import Criteria, HumanGate
from stats.decision.level_tests import HypothesisTests, Pair, conclusion, holm_by_name
from stats.decision.multiple_testing import two_gates
from stats.decision.per_class import class_results
from stats.decision.records import Assay, Clustering, Level, LevelResult, Sample
from stats.decision.results import Verdict
from stats.decision.robustness import robustness_checks
from stats.decision.warnings import study_warnings
from stats.errors import CriteriaError, TableError
from stats.inference.estimates import Accuracy
from stats.provenance import package_versions
from stats.table.arrays import Answers, Coded, encode
from stats.table.schema import TRAINED_THROUGH
from stats.table.tidy import Tidy, tidy

UNCROPPED = 0
PACKAGES = ("numpy", "scipy", "pandas")  # that compute a verdict


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
    """
    criteria = Criteria(floor, ceiling, competence, alpha, _gate(human_gate), loss_delta)
    table = tidy(trials, mode)
    counted = own_level_only(table.primary)
    return verdict_of(
        encode(counted),
        criteria,
        _sample(table, counted),
        robustness=robustness_checks(own_level_only(table.trials), counted, criteria),
        warnings=study_warnings(table, counted),
    )


def _gate(name: str) -> HumanGate:
    try:
        return HumanGate(name)
    except ValueError:
        raise CriteriaError(f"human_gate must be one of {', '.join(HumanGate)}, not {name!r}") from None


def own_level_only(trials: pd.DataFrame) -> pd.DataFrame:
    """Keep people's rows, and machine rows whose attacker was trained for the level it was tested at."""
    if TRAINED_THROUGH not in trials:
        return trials
    own = trials[TRAINED_THROUGH].isna() | (trials[TRAINED_THROUGH] == trials["crop_level"])
    return trials.loc[trials["human"] | own]


def _sample(table: Tidy, counted: pd.DataFrame) -> Sample:
    return Sample(
        mode=table.mode,
        rows_counted=len(counted),
        rows_excluded=int(table.trials["excluded"].sum()),
        rows_dropped={reason: count for reason, count in table.dropped.items() if count},
        clustered_by=Clustering.SOURCE if table.has_sources else Clustering.PHOTO,
        timeouts="counted as wrong",
        rows_unanswered=int((~counted["answered"]).sum()),
    )


def verdict_of(
    coded: Coded,
    criteria: Criteria,
    sample: Sample,
    *,
    robustness: Mapping[float, dict[str, Accuracy]] | None = None,
    warnings: Sequence[str] = (),
) -> Verdict:
    """Test every level and combine the tests to the verdict.

    Parameters
    ----------
    coded
        Answers of people and machine per level.
    criteria
        Thresholds of the study.
    sample
        The rows that the answers come from.
    robustness
        People's accuracies under other rules, by level and rule.
    warnings
        What a reader must know before believing the numbers.
    """
    tests = HypothesisTests(criteria, coded.categories)
    pairs = _tested(coded, tests)
    assay = _assay(pairs, criteria)
    sweet = _sweet(pairs, tests) if assay.passed else []
    levels = _level_results(pairs, tests, sweet, robustness or {})
    holm = [row.crop_level for row in levels if row.p_holm is not None and row.p_holm <= criteria.alpha]
    return Verdict(
        criteria=criteria,
        levels=levels,
        sweet_levels=tuple(sweet),
        sweet_levels_holm=tuple(holm) if assay.passed else (),
        assay=assay,
        per_class=class_results(pairs, coded.categories, criteria, competent=assay.passed),
        warnings=(*warnings, *_gaps(pairs, tests)),
        sample=sample,
        versions=dict(versions()),
    )


def sweet_levels(coded: Coded, criteria: Criteria) -> list[Level]:
    """Return the levels that pass the assay and both gates: the part of a verdict that simulations need.

    Parameters
    ----------
    coded
        Answers of people and machine per level.
    criteria
        Thresholds of the study.
    """
    tests = HypothesisTests(criteria, coded.categories)
    pairs = _tested(coded, tests)
    return _sweet(pairs, tests) if _assay(pairs, criteria).passed else []


def _tested(coded: Coded, tests: HypothesisTests) -> dict[Level, Pair]:
    """Test every level, light to heavy; whole levels become integers, as they were written."""
    uncropped = _uncropped(coded, tests.criteria)
    return {
        int(level) if level == int(level) else level: tests.pair(level, people, machine, uncropped)
        for level, people, machine in coded.pairs()
    }


def _uncropped(coded: Coded, criteria: Criteria) -> Answers | None:
    """Return people's answers at level 0, without which no loss can be estimated."""
    people = next((people for level, people, _ in coded.pairs() if level == UNCROPPED), None)
    usable = people is not None and people.agent.size > 0 and not people.photos_unknown
    if criteria.human_gate is HumanGate.LOSS and not usable:
        raise TableError(
            "the loss gate needs single trials of people at level 0 (uncropped); or use the floor"
        )
    return people


def _assay(pairs: Mapping[Level, Pair], criteria: Criteria) -> Assay:
    machine = pairs.get(UNCROPPED, Pair()).machine
    if machine is None:
        reason = "no machine trials at level 0 (uncropped), so the attacker's competence is not shown"
        return Assay(passed=False, competence=criteria.competence, reason=reason)
    passed = machine.wholly_above(criteria.competence)
    return Assay(
        passed=passed,
        competence=criteria.competence,
        estimate=machine.estimate,
        ci_low=machine.ci_low,
        n_agents=machine.n_agents,
        n_items=machine.n_items,
        reason=f"lower bound {share(machine.ci_low)} on uncropped photos "
        f"{'exceeds' if passed else 'does not exceed'} competence {threshold(criteria.competence)}",
    )


def _sweet(pairs: Mapping[Level, Pair], tests: HypothesisTests) -> list[Level]:
    """Run the gates; a level that one kind never saw is skipped in that kind's sequence."""
    p_human = {
        level: pair.p_human
        for level, pair in pairs.items()
        if pair.p_human is not None and tests.complete(pair.human)
    }
    p_machine = {
        level: pair.machine.p
        for level, pair in pairs.items()
        if pair.machine and tests.complete(pair.machine)
    }
    return two_gates(p_human, p_machine, tests.criteria.alpha)


def _level_results(
    pairs: Mapping[Level, Pair],
    tests: HypothesisTests,
    sweet: Sequence[Level],
    robustness: Mapping[float, dict[str, Accuracy]],
) -> tuple[LevelResult, ...]:
    testable = {level: pair if tests.comparable(pair) else Pair() for level, pair in pairs.items()}
    adjusted = holm_by_name({level: pair.p_iut for level, pair in testable.items()})
    return tuple(
        LevelResult(
            crop_level=level,
            human=pair.human,
            machine=pair.machine,
            p_iut=testable[level].p_iut,
            p_holm=adjusted[level],
            verdict=conclusion(testable[level], tests.criteria, sweet=level in sweet),
            robustness=robustness.get(level, {}),
            loss=pair.loss,
        )
        for level, pair in pairs.items()
    )


def _gaps(pairs: Mapping[Level, Pair], tests: HypothesisTests) -> list[str]:
    """Return a warning for every level that lacks people, the machine, or one of their classes."""
    gaps = []
    for level, pair in pairs.items():
        human, machine = pair.human, pair.machine
        if human is None or machine is None:
            gaps.append(f"level {level}: no trials of {'people' if human is None else 'the machine'}")
        elif not tests.comparable(pair):
            missing = set(tests.categories) - (set(human.per_class) & set(machine.per_class))
            gaps.append(f"level {level}: people or machine lack trials of class {', '.join(sorted(missing))}")
    return [f"{gap}; the level stays inconclusive" for gap in gaps]


@cache
def versions() -> dict[str, str]:
    """Return the version of Python and of each package that computes a verdict."""
    return {"python": python_version(), **package_versions(PACKAGES)}
