"""The two-way clustered variance: equal to its definition, to statsmodels, and to known special cases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.sandwich_covariance import cov_cluster_2groups

from stats.inference.clustered import macro_mean, photo_variance, within_cells
from stats.table.arrays import Answers


def crossed(
    n_agents: int, n_items: int, n_categories: int, rng: np.random.Generator, keep: float = 1.0
) -> Answers:
    agent = np.repeat(np.arange(n_agents), n_items)
    item = np.tile(np.arange(n_items), n_agents)
    rows = rng.random(agent.size) < keep
    agent, item = agent[rows], item[rows]
    correct = (rng.random(agent.size) < 0.7).astype(float)
    return Answers(agent, item, item, item % n_categories, correct, np.ones(agent.size))


def by_definition(answers: Answers) -> tuple[float, float, float]:
    """The formulas of the method page, one trial at a time."""
    classes = sorted(set(answers.category))
    counts = {c: np.sum(answers.category == c) for c in classes}
    means = {c: answers.correct[answers.category == c].mean() for c in classes}
    per_agent, per_item, category_of, rest = {}, {}, {}, 0.0
    for i, j, c, y in zip(answers.agent, answers.item, answers.category, answers.correct, strict=True):
        r = (y - means[c]) / (len(classes) * counts[c])
        per_agent[i] = per_agent.get(i, 0) + r
        per_item[j] = per_item.get(j, 0) + r
        category_of[j] = c
        rest += r**2
    a, n = len(per_agent), len(answers.agent)
    photos = {c: sum(category == c for category in category_of.values()) for c in classes}
    v_a = a / (a - 1) * sum(r**2 for r in per_agent.values())
    v_b = sum(r**2 * photos[category_of[j]] / (photos[category_of[j]] - 1) for j, r in per_item.items())
    v_r = n / (n - 1) * rest
    v = max(v_a + v_b - v_r, v_a, v_b)
    small = sum(1 / n for n in photos.values()) ** 2 / sum(1 / (n**2 * (n - 1)) for n in photos.values())
    d_b = min(len(per_item) - len(classes), small)
    df = v**2 / (v_a**2 / (a - 1) + v_b**2 / d_b + v_r**2 / ((a - 1) * d_b))
    return sum(means.values()) / len(classes), v, df


@pytest.mark.parametrize(
    ("n_agents", "n_items", "n_categories", "keep"), [(6, 12, 3, 1.0), (9, 31, 2, 0.4), (3, 40, 5, 0.8)]
)
def test_it_is_the_definition_of_the_method_page(
    n_agents: int, n_items: int, n_categories: int, keep: float
) -> None:
    answers = crossed(n_agents, n_items, n_categories, np.random.default_rng(4), keep)
    mean = macro_mean(answers)
    assert (mean.estimate, mean.variance, mean.df) == pytest.approx(by_definition(answers), rel=1e-12)


def test_in_one_class_it_agrees_with_statsmodels_two_way_clustering() -> None:
    answers = crossed(12, 30, 1, np.random.default_rng(7), keep=0.5)
    fit = sm.OLS(answers.correct, np.ones(answers.agent.size)).fit()
    both, agents, items = cov_cluster_2groups(fit, answers.agent, answers.item, use_correction=False)
    plain = [float(np.squeeze(part)) for part in (both, agents, items)]
    rest = plain[1] + plain[2] - plain[0]
    a, j, n = 12, 30, answers.agent.size
    corrected = plain[1] * a / (a - 1) + plain[2] * j / (j - 1) - rest * n / (n - 1)
    expected = max(corrected, plain[1] * a / (a - 1), plain[2] * j / (j - 1))
    assert macro_mean(answers).variance == pytest.approx(expected, rel=1e-9)


def test_every_class_weighs_the_same_however_many_photos_it_has() -> None:
    category = np.array([0] * 8 + [1] * 2)
    correct = np.array([1.0] * 8 + [0.0] * 2)
    answers = Answers(np.zeros(10, int), np.arange(10), np.arange(10), category, correct, np.ones(10))
    assert macro_mean(answers).estimate == 0.5


def test_counts_and_single_trials_give_the_same_numbers() -> None:
    answers = crossed(5, 12, 2, np.random.default_rng(1))
    names = ("agent", "item", "cluster", "category", "correct", "trials")
    doubled = Answers(*(np.tile(getattr(answers, name), 2) for name in names))
    counted = replace(answers, correct=2 * answers.correct, trials=2 * answers.trials)
    assert macro_mean(doubled).variance == pytest.approx(macro_mean(counted).variance, rel=1e-12)


def test_photos_of_one_source_are_one_cluster() -> None:
    rng = np.random.default_rng(3)
    answers = crossed(8, 30, 1, rng)
    source = answers.item // 5
    good = rng.random(6)
    correct = (rng.random(source.size) < good[source]).astype(float)
    alone = Answers(answers.agent, answers.item, answers.item, answers.category, correct, answers.trials)
    together = Answers(answers.agent, answers.item, source, answers.category, correct, answers.trials)
    assert macro_mean(together).n_clusters == 6
    assert macro_mean(together).variance > 1.5 * macro_mean(alone).variance


def test_a_source_with_photos_in_two_classes_is_still_one_cluster() -> None:
    answers = crossed(8, 30, 2, np.random.default_rng(3))
    shared = Answers(
        answers.agent, answers.item, answers.item // 2, answers.category, answers.correct, answers.trials
    )
    mean = macro_mean(shared)
    assert mean.n_clusters == 15
    assert mean.variance > 0
    assert mean.df > 0


@pytest.mark.parametrize(("n_agents", "n_items", "n_categories"), [(1, 12, 3), (6, 3, 3)])
def test_what_cannot_be_estimated_is_none_and_never_a_number(
    n_agents: int, n_items: int, n_categories: int
) -> None:
    mean = macro_mean(crossed(n_agents, n_items, n_categories, np.random.default_rng(0)))
    assert mean.variance is None
    assert mean.df is None


def test_answers_without_spread_have_no_variance() -> None:
    checkerboard = Answers(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([0, 1, 0, 1]),
                           np.zeros(4, int), np.array([1.0, 0, 0, 1]), np.ones(4))  # fmt: skip
    assert macro_mean(checkerboard).variance is None


def in_one_class(correct: list[list[float]]) -> Answers:
    """Answers of each agent (row) to each photo (column)."""
    agents, photos = np.shape(correct)
    agent, item = np.repeat(np.arange(agents), photos), np.tile(np.arange(photos), agents)
    right = np.ravel(correct).astype(float)
    return Answers(agent, item, item, np.zeros_like(item), right, np.ones(right.size))


def test_sources_with_photos_in_two_classes_have_one_factor_in_common() -> None:
    """Four sources, each with a photo of both classes; one agent, right on half of the photos."""
    correct = np.array([1.0, 1, 1, 0, 0, 0, 1, 0])
    source, category = np.repeat(np.arange(4), 2), np.tile([0, 1], 4)
    answers = Answers(np.zeros(8, int), np.arange(8), source, category, correct, np.ones(8))
    # Means 3/4 and 1/4; weights 1/8; sums of residuals by source: 1/8, 0, -1/8, 0; J / (J - K) = 2.
    assert photo_variance(answers) == (pytest.approx((1 / 64 + 1 / 64) * 2), 2)


def test_two_photos_of_a_class_are_enough_for_the_variance_between_them() -> None:
    # Mean 1/2, weights 1/2, residuals 1/4 and -1/4; J / (J - 1) = 2.
    assert photo_variance(in_one_class([[1, 0]])) == (pytest.approx(2 * (1 / 16 + 1 / 16)), 1)


def test_a_class_that_does_not_occur_changes_nothing() -> None:
    answers = crossed(5, 12, 2, np.random.default_rng(2))
    assert macro_mean(replace(answers, category=3 * answers.category + 1)) == macro_mean(answers)


def test_one_answer_alone_has_no_spread_within() -> None:
    assert within_cells(in_one_class([[1]]), np.zeros(1)) == 0.0


def test_the_variance_over_agents_alone_holds_the_photos_fixed() -> None:
    mean = macro_mean(in_one_class([[1, 1, 1, 1], [1, 0, 0, 0]]))
    assert mean.agent_variance == pytest.approx(2 * 2 * (3 / 16) ** 2)  # .1875 above and below the mean
    assert (mean.n_agents, mean.n_clusters) == (2, 4)


def test_a_single_agent_or_agents_that_agree_have_no_variance_over_agents() -> None:
    assert macro_mean(in_one_class([[1, 0, 1]])).agent_variance is None
    assert macro_mean(in_one_class([[1, 0, 1, 0], [1, 0, 1, 0]])).agent_variance is None


def test_the_variance_is_the_largest_of_its_parts() -> None:
    """Agents who err on the same photos: all the spread is between photos, and agents add none."""
    answers = in_one_class([[1, 0, 1, 0, 1]] * 3)
    assert macro_mean(answers).variance == pytest.approx(photo_variance(answers)[0])
    apart = in_one_class([[1, 1, 1, 1], [0, 0, 0, 0], [1, 1, 1, 1]])
    assert macro_mean(apart).variance == pytest.approx(macro_mean(apart).agent_variance)


def test_always_right_is_no_spread() -> None:
    mean = macro_mean(in_one_class([[1, 1, 1], [1, 1, 1]]))
    assert (mean.estimate, mean.variance, mean.df, mean.agent_variance) == (1.0, None, None, None)


def test_as_many_sources_as_classes_leave_no_degree_of_freedom() -> None:
    """Two sources with photos of two classes: every class has two clusters, and yet J - K is 0."""
    source, category = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    answers = Answers(np.zeros(4, int), np.arange(4), source, category, np.array([1.0, 0, 0, 1]), np.ones(4))
    assert photo_variance(answers) == (None, 0)
