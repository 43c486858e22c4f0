"""Groups and conditions: planted effects come back, none is declared where there is none, limits are said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import special
from statsmodels.stats.sandwich_covariance import cov_cluster_2groups

from stats import verdict
from stats.__main__ import main
from stats.designs.contrasts import CellMeans
from stats.designs.factor_results import FactorStudy
from stats.designs.factor_study import factor_study
from stats.errors import TableError
from stats.planning.simulated_studies import simulate
from stats.table.arrays import encode
from stats.table.tidy import tidy
from tests.stats.tables import block, table


def two_groups(experts: list[float], novices: list[float], seed: int, people: int = 16) -> pd.DataFrame:
    """Experts and novices judge photos with the same names."""
    rng = np.random.default_rng(seed)
    tables = [
        simulate(accuracies, rng, n_agents=people, n_items=96).assign(skill=name)
        for name, accuracies in (("expert", experts), ("novice", novices))
    ]
    tables[1]["agent_id"] += "n"
    return pd.concat(tables, ignore_index=True)


def p_of(study: FactorStudy, effect: str) -> float:
    (p,) = (test.p for test in study.tests if test.effect == effect)
    assert p is not None
    return p


def test_planted_accuracies_lie_in_the_intervals_of_their_cells() -> None:
    truth = {"expert": [0.95, 0.90, 0.80], "novice": [0.93, 0.70, 0.45]}
    study = factor_study(two_groups(*truth.values(), seed=1, people=24), group="skill")
    assert study.n_people == {"skill": {"expert": 24, "novice": 24}}
    for cell in study.cells:
        assert cell.accuracy is not None
        planted = truth[cell.labels["skill"]][int(cell.crop_level)]
        assert cell.accuracy.ci_low < planted < cell.accuracy.ci_high
    for difference in study.differences:
        planted = np.subtract(*(values[int(difference.crop_level)] for values in truth.values()))
        assert difference.ci_low < planted < difference.ci_high


def test_experts_who_hold_where_novices_fall_are_an_interaction() -> None:
    study = factor_study(two_groups([0.95, 0.93, 0.90], [0.93, 0.75, 0.50], seed=2), group="skill")
    assert p_of(study, "skill x crop_level") < 0.001


def test_experts_who_are_better_everywhere_are_a_main_effect_only() -> None:
    odds = special.logit([0.90, 0.80, 0.60])
    better, worse = special.expit(odds + 0.7).tolist(), special.expit(odds - 0.7).tolist()
    study = factor_study(two_groups(better, worse, seed=3, people=24), group="skill")
    assert p_of(study, "skill") < 0.001
    assert p_of(study, "skill x crop_level") > 0.05


@pytest.mark.thorough
def test_without_an_interaction_one_is_rarely_declared() -> None:
    p = [
        p_of(factor_study(two_groups([0.9, 0.7], [0.9, 0.7], seed, people=10), group="skill"), effect)
        for seed in range(40)
        for effect in ("skill", "skill x crop_level")
    ]
    assert np.mean(np.array(p) < 0.05) < 0.1


def test_a_condition_is_paired_by_person() -> None:
    """A mask that costs everybody the same is seen although people differ widely."""
    trials = two_groups([0.9, 0.7], [0.6, 0.4], seed=4)
    rng = np.random.default_rng(4)
    trials["mask"] = rng.choice(["off", "on"], len(trials))
    spoilt = (trials["mask"] == "on") & (rng.random(len(trials)) < 0.2)
    trials["correct"] = trials["correct"].where(~spoilt, 0)
    study = factor_study(trials, group="skill", condition="mask")
    assert p_of(study, "mask") < 0.001
    assert p_of(study, "mask x crop_level") > 0.01
    effects = [test.effect for test in study.tests]
    assert effects == [
        *("skill", "skill x crop_level", "mask", "mask x crop_level"),
        *("skill x mask", "skill x mask x crop_level"),
    ]
    with pytest.raises(TableError, match="a factor that differs within people is a condition"):
        factor_study(trials, group="mask")


def test_the_variance_is_that_of_a_logistic_model_with_two_way_clusters() -> None:
    """With one class the saturated logistic model of statsmodels has the same contrast and variance."""
    trials = two_groups([0.9, 0.6], [0.8, 0.7], seed=5).assign(category="dunk")
    coded = encode(tidy(trials).primary)
    expert = (trials["skill"] == "expert").to_numpy()
    level = trials["crop_level"].to_numpy()
    cells = [
        coded.human[place].where(expert[level == place] == is_expert)
        for place in (0, 1)
        for is_expert in (True, False)
    ]
    contrast = CellMeans.of(cells, [0, 1, 0, 1]).log_odds(np.array([1.0, -1.0, -1.0, 1.0]))
    design = np.column_stack([np.ones(len(trials)), level, expert, level * expert])
    fit = sm.GLM(trials["correct"], design, family=sm.families.Binomial()).fit()
    groups = np.column_stack([pd.factorize(trials[name])[0] for name in ("agent_id", "item_id")])
    both, people, photos = cov_cluster_2groups(fit, groups)
    largest = max(both[3, 3], people[3, 3], photos[3, 3])
    assert contrast.estimate == pytest.approx(-fit.params.iloc[3])
    assert contrast.variance == pytest.approx(largest, rel=0.06)  # small-sample factors differ


@pytest.mark.thorough
def test_a_verdict_says_that_it_judges_groups_and_conditions_together() -> None:
    trials = two_groups([0.9, 0.7], [0.9, 0.7], seed=10).rename(columns={"skill": "person_group"})
    masked = trials.assign(trial_condition=np.where(np.arange(len(trials)) % 2, "on", "off"))
    warnings = verdict(masked).warnings
    assert "people of 2 groups (expert, novice) are judged together; `groups` compares them" in warnings
    assert "trials of 2 conditions (off, on) are judged together; `groups` compares them" in warnings
    assert (
        verdict(trials.assign(person_group="expert")).warnings
        == verdict(trials.drop(columns="person_group")).warnings
    )


def test_durations_come_by_their_size() -> None:
    trials = two_groups([0.9, 0.7], [0.9, 0.7], seed=9)
    trials["duration"] = np.where(np.arange(len(trials)) % 2, "50", "100")
    assert factor_study(trials, condition="duration").factors[0].labels == ("50", "100")


def test_ages_become_groups_by_cut_points() -> None:
    trials = two_groups([0.9, 0.7], [0.9, 0.7], seed=6)
    trials["age"] = np.where(trials["skill"] == "expert", 60, 25)
    study = factor_study(trials, group="age", cuts=[30, 60])
    assert study.n_people == {"age": {"under 30": 16, "60 and over": 16}}


def test_a_level_where_a_group_is_always_right_is_in_no_test_and_said() -> None:
    rows = [*block("human", 4, 8, 0), *block("human", 4, 8, 3, level=1), *block("human", 4, 8, 6, level=2)]
    experts = table(rows).assign(skill="expert")
    others = [block("human", 4, 8, wrong, level=level) for level, wrong in enumerate((2, 5, 9))]
    novices = table(*others).assign(skill="novice")
    novices["agent_id"] += "n"
    study = factor_study(pd.concat([experts, novices]), group="skill")
    assert study.left_out == {0.0: "expert: all answers are right, so that log odds are infinite"}
    assert {test.levels for test in study.tests} == {(1.0, 2.0)}
    assert study.cells[0].accuracy is not None
    assert study.cells[0].accuracy.ci_low < 1


def test_a_level_that_a_group_was_not_tested_at_has_no_figure_of_it_and_is_in_no_test() -> None:
    trials = two_groups([0.95, 0.9, 0.8], [0.93, 0.8, 0.7], seed=4, people=6)
    study = factor_study(trials[(trials["skill"] == "expert") | (trials["crop_level"] < 2)], group="skill")
    assert study.left_out == {2.0: "novice: not every class was shown"}
    assert {cell.labels["skill"] for cell in study.cells if cell.accuracy is None} == {"novice"}
    assert {difference.crop_level for difference in study.differences} == {0.0, 1.0}


def test_people_without_a_group_are_refused_by_their_row() -> None:
    trials = two_groups([0.9, 0.7], [0.9, 0.7], seed=7)
    trials.loc[5, "skill"] = None
    with pytest.raises(TableError, match="row 5: skill must not be blank for people"):
        factor_study(trials, group="skill")


def test_the_command_prints_counts_tests_and_what_they_are_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "trials.csv"
    two_groups([0.95, 0.9], [0.93, 0.5], seed=8).to_csv(path, index=False)
    assert main(["groups", str(path), "--group", "skill"]) == 0
    text = capsys.readouterr().out
    assert "skill: expert 16 people, novice 16 people." in text
    assert "nothing here can change it" in " ".join(text.split())
    assert "skill x crop_level" in text
    named = tmp_path / "named.csv"
    columns = ["--layout", "plain", "--columns", "person_group=skill", "--out", str(named)]
    assert main(["import", str(path), *columns]) == 0
    assert main(["groups", str(named)]) == 0
    assert "person_group x crop_level" in capsys.readouterr().out
    assert main(["groups", str(path)]) == 2
    assert "--group, --condition" in capsys.readouterr().err
