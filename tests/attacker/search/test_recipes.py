"""Recipes of a search: today's first, then ideas alone and together, all different and always the same."""

from __future__ import annotations

from dataclasses import asdict

from attacker import AttackerConfig
from attacker.search.recipe_ideas import recipes
from tests.attacker import planted

TODAY = AttackerConfig.quick()


def test_todays_recipe_comes_first_and_no_recipe_twice() -> None:
    tried = recipes(TODAY, 60, seed=0, architectures=("efficientnet_lite1",))
    assert tried[0].words(tried[0]) == "today's recipe"
    assert tried[0].config == TODAY
    assert len(set(tried)) == len({recipe.key for recipe in tried}) == 60


def test_a_larger_number_goes_on_with_the_same_list_and_another_seed_draws_another() -> None:
    assert recipes(TODAY, 40, seed=1)[:12] == recipes(TODAY, 12, seed=1)
    assert recipes(TODAY, 12, seed=1) != recipes(TODAY, 12, seed=2)


def test_every_idea_is_tried_alone() -> None:
    tried = recipes(TODAY, 24, seed=0, architectures=("efficientnet_lite1",))
    alone = [recipe.words(tried[0]) for recipe in tried[1::2]]
    assert {words.split("=")[0] for words in alone} >= {
        *("smallest_view", "finetune_depth", "lighter", "finetune_epochs", "mixing", "distortion"),
        *("views", "finetune_lr", "test_views", "averaged", "label_smoothing", "architecture"),
    }


def test_a_recipe_keeps_what_no_idea_is_about() -> None:
    ours = planted.tiny(seed=7)
    unchanged = ("architecture", "weights", "image_size", "seed", "head_epochs", "batch_size", "precision")
    for recipe in recipes(ours, 30, seed=0):
        assert [asdict(recipe.config)[name] for name in unchanged] == [
            asdict(ours)[name] for name in unchanged
        ]


def test_a_network_that_is_trained_whole_is_not_trained_deeper() -> None:
    assert all(recipe.config.finetune_depth is None for recipe in recipes(AttackerConfig(), 30, seed=0))


def test_what_today_leaves_out_is_no_reason_to_fail() -> None:
    plainly = AttackerConfig.quick(test_time_augmentation=False)
    assert len(recipes(plainly, 40, seed=0)) == 40
