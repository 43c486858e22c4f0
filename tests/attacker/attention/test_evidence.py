"""Attention summaries and ensembles: what a report says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from attacker import Example, TrainedAttacker, predict
from attacker.attention.summary import by_class_and_level, overlay, share_inside
from attacker.errors import DataError
from attacker.evaluation.ensembles import ensemble
from attacker.evaluation.prediction import Predictions
from tests.attacker import planted


def test_attention_is_summed_up_by_class_and_level_without_hiding_no_evidence() -> None:
    examples = [
        Example(Path("x"), label, "x", level, "x") for label, level in ((0, 0), (0, 0), (0, 1), (1, 0))
    ]
    maps = np.zeros((4, 2, 2))
    maps[0, 0, 0], maps[2, 1, 1], maps[3] = 4.0, 2.0, 1.0
    summary = {(s.label, s.level): s for s in by_class_and_level(examples, maps)}
    assert list(summary) == [(0, 0), (0, 1), (1, 0)]
    assert (summary[0, 0].photos, summary[0, 0].strength, summary[0, 0].without_evidence) == (2, 2.0, 0.5)
    np.testing.assert_array_equal(summary[0, 0].mean_map, [[1, 0], [0, 0]])
    np.testing.assert_array_equal(summary[1, 0].mean_map, np.full((2, 2), 0.25))


def test_the_share_that_a_crop_keeps_counts_cells_in_part() -> None:
    even, corner, empty = np.ones((4, 4)), np.zeros((4, 4)), np.zeros((4, 4))
    corner[0, 0] = 1
    window = (0.125, 0.0, 0.625, 0.5)
    shares = share_inside([even, corner, empty], [window] * 3)
    assert shares[:2].tolist() == pytest.approx([0.25, 0.5])
    assert np.isnan(shares[2])


def test_an_overlay_leaves_a_photo_without_evidence_as_it_is() -> None:
    photo = planted.photo(0, 0)
    np.testing.assert_array_equal(overlay(photo, np.zeros((7, 7)), scale=1.0), np.asarray(photo))
    warm = overlay(photo, np.ones((7, 7)), scale=1.0)
    assert warm.shape == (planted.SIDE, planted.SIDE, 3)
    assert warm[..., 0].mean() > np.asarray(photo)[..., 0].mean() + 30


@pytest.mark.parametrize("maps", [np.ones((3, 4, 4)), np.ones((2, 4, 5)), -np.ones((2, 4, 4))])
def test_maps_that_fit_nothing_are_refused(maps: np.ndarray) -> None:
    with pytest.raises(DataError):
        share_inside(maps, [(0, 0, 1, 1)] * 2)


def test_an_ensemble_of_members_that_err_apart_errs_less() -> None:
    random = np.random.default_rng(0)
    examples = tuple(Example(Path("x"), int(label), "x", 0, "x") for label in random.integers(0, 3, 600))
    truth = np.eye(3)[[example.label for example in examples]]
    members = [
        Predictions(examples, ("a", "b", "c"), (truth + random.normal(0, 1, (600, 3))).astype(np.float32))
        for _ in range(5)
    ]
    together = ensemble(members)
    assert together.accuracy() > max(member.accuracy() for member in members) + 0.05
    np.testing.assert_allclose(ensemble(members[:1]).probabilities, members[0].probabilities, atol=1e-6)


def test_an_ensemble_is_deaf_to_the_offset_of_a_members_logits() -> None:
    examples = (Example(Path("x"), 0, "x", 0, "x"),)
    first, second = (
        Predictions(examples, ("a", "b"), np.array([row], dtype=np.float32)) for row in ([0, 1], [0.5, 0])
    )
    loud = Predictions(examples, ("a", "b"), second.logits + 100)
    np.testing.assert_allclose(ensemble([first, second]).logits, ensemble([first, loud]).logits, atol=1e-4)


def test_members_for_other_photos_are_refused(trained: TrainedAttacker, held_out: list[Example]) -> None:
    answers = predict(trained, held_out)
    other = replace(answers, examples=tuple(reversed(answers.examples)))
    with pytest.raises(DataError, match="same photos"):
        ensemble([answers, other])
    with pytest.raises(DataError, match="at least one"):
        ensemble([])
