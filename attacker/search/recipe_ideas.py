"""Ideas that may make an attack stronger, and the recipes that a search tries: each alone, and some together.

Left out, because nothing here can do it: super-resolution of the crops and painting what lies around them.
Both need generative networks, and what these draw is no longer in the stimulus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, count, islice

import numpy as np

from attacker.config import AttackerConfig
from attacker.search.recipes import Recipe

Idea = tuple[Callable[[Recipe], Recipe], ...]  # ways to carry it out, the most usual one first
_MOST_TOGETHER = 4


def _setting(**changes: object) -> Callable[[Recipe], Recipe]:
    return lambda recipe: replace(recipe, config=replace(recipe.config, **changes))  # type: ignore[arg-type]


def _of(change: Callable[[AttackerConfig], dict[str, object]]) -> Callable[[Recipe], Recipe]:
    return lambda recipe: _setting(**change(recipe.config))(recipe)


def _longer(times: int) -> Callable[[Recipe], Recipe]:
    """Fine-tune for more epochs, and to the last one: the rate falls to zero only there."""
    return _of(
        lambda config: {
            "finetune_epochs": times * config.finetune_epochs,
            "patience": max(config.patience, times * config.finetune_epochs),
        }
    )


def _deeper(stages: int) -> Callable[[Recipe], Recipe]:
    return _of(lambda config: {"finetune_depth": config.finetune_depth and config.finetune_depth + stages})


def _rate(times: float) -> Callable[[Recipe], Recipe]:
    return _of(lambda config: {"finetune_lr": times * config.finetune_lr})


IDEAS: tuple[Idea, ...] = (
    (_setting(smallest_view=0.3), _setting(smallest_view=0.15)),
    (_deeper(1), _deeper(2)),
    (lambda recipe: replace(recipe, lighter=False),),
    (_longer(2), _longer(4)),
    (_setting(mixing="mixup"), _setting(mixing="cutmix", mixing_alpha=1.0)),
    (_setting(distortion="randaugment"),),
    (_of(lambda config: {"views": 2 * config.views}),),
    (_rate(2), _rate(1 / 3)),
    (_of(lambda config: {"test_views": 4 * config.test_time_augmentation}),),
    (_setting(averaged=0.1), _setting(averaged=0.5)),
    (_setting(label_smoothing=0.15), _setting(label_smoothing=0.0)),
)  # fmt: skip


def recipes(
    today: AttackerConfig, number: int, seed: int, architectures: Sequence[str] = ()
) -> tuple[Recipe, ...]:
    """Return the recipes that a search tries.

    Parameters
    ----------
    today
        The recipe that is to be beaten; it comes first.
    number
        How many recipes. A larger number goes on with the same list.
    seed
        Of the draws.
    architectures
        Other networks to try, besides today's.

    Returns
    -------
    Today's; then by turns an idea alone, in the order of `IDEAS`, and two to four of them together, drawn at
    random. All differ.

    Examples
    --------
    >>> tried = recipes(AttackerConfig.quick(), 4, seed=0)
    >>> [recipe.words(tried[0]) for recipe in tried[:2]], len(set(tried))
    (["today's recipe", 'smallest_view=0.3'], 4)
    >>> recipes(AttackerConfig.quick(), 30, seed=0)[:4] == tried
    True
    """
    start = Recipe(today)
    networks: Idea = tuple(
        _setting(architecture=name) for name in architectures if name != today.architecture
    )
    ideas = [idea for idea in (*IDEAS, networks) if idea and idea[0](start) != start]
    alone = (idea[0](start) for idea in ideas)
    together = (_together(start, ideas, np.random.default_rng([seed, draw])) for draw in count())
    by_turns = chain.from_iterable(zip(alone, together, strict=False))
    return tuple(islice(_distinct(chain([start], by_turns, together)), number))


def _together(start: Recipe, ideas: Sequence[Idea], random: np.random.Generator) -> Recipe:
    for place in random.permutation(len(ideas))[: random.integers(2, _MOST_TOGETHER + 1)]:
        ways = ideas[place]
        start = ways[random.integers(len(ways))](start)
    return start


def _distinct(drawn: Iterable[Recipe]) -> Iterator[Recipe]:
    seen: set[Recipe] = set()
    for recipe in drawn:
        if recipe not in seen:
            seen.add(recipe)
            yield recipe
