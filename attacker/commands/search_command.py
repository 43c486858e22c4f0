"""`search`: look for a stronger recipe on crops of the folder's training and validation photos."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from attacker.commands.arguments import add_places, add_settings, config_of
from attacker.commands.inputs import read_photos
from attacker.commands.progress_bar import percent_bar, shown_on

if TYPE_CHECKING:
    from attacker.photos.folder import Folder
    from attacker.search.attack_search import SearchNews
    from attacker.search.recipe_trials import Place
    from attacker.search.search_budget import Budget
    from attacker.search.search_findings import Findings
    from attacker.search.search_plan import SearchPlan

_WHOLE = 100  # percent
_BAR = "{l_bar}{bar}| {elapsed}, {remaining} left{postfix}"


def describe(parser: ArgumentParser) -> None:
    """Add the arguments."""
    add_places(parser)
    parser.set_defaults(run=Path("var/attacker/search"))
    parser.add_argument(
        "--levels", type=float, nargs="+", default=[1, 0.5, 0.25, 0.125], metavar="SIDE",
        help="side of each level's crop, the middle of the photo, as a share of the photo's (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--at", type=int, nargs="+", metavar="LEVEL",
        help="levels to attack, from 0 on (the two heaviest); crops of lighter ones are learned from too",
    )  # fmt: skip
    parser.add_argument(
        "--budget", type=int, default=16, metavar="RECIPES",
        help="recipes to try on each level, today's included; a larger number goes on (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--cpu-seconds", type=float,
        help="most seconds of work, of all processors together and of earlier calls too (no limit)",
    )  # fmt: skip
    parser.add_argument("--search-seed", type=int, default=0, help="of the draw of recipes (%(default)s)")
    parser.add_argument("--architectures", nargs="+", default=[], help="other networks to try")
    parser.add_argument(
        "--seeds",
        type=int,
        default=3,
        help="trainings of the strongest recipe; 0 leaves them out (%(default)s)",
    )
    add_settings(parser)


def run(args: Namespace) -> Iterator[str]:
    """Search on the folder's photos, and yield what was found."""
    from attacker.search.centre_crops import require_sides
    from attacker.search.search_budget import Budget

    budget = Budget(args.budget, args.cpu_seconds)  # what cannot be used is said before photos are read
    require_sides(args.levels)
    config_of(args.recipe, args.set)
    folder = read_photos(args)
    yield from map(str, folder.left_out)
    yield from searched(args, plan_of(args, folder), budget)


def searched(args: Namespace, plan: SearchPlan, budget: Budget) -> Iterator[str]:
    """Search, train the strongest recipe of each level with several seeds, and yield what was found."""
    from attacker.search.attack_search import search
    from attacker.search.recipe_trials import Place
    from attacker.search.recipes import Recipe
    from attacker.search.search_findings import findings

    with tqdm(total=_WHOLE, desc="search", bar_format=_BAR) as bar:
        record = search(plan, budget, folder=args.run, cache_dir=args.cache, on_news=_shown_on(bar))
        bar.update(_WHOLE - bar.n)  # a recipe that gets all photos at once needs no second trial
    for level in plan.levels:
        result = findings(record, Recipe(plan.today), level)
        yield from result.lines()
        if args.seeds:
            yield _train(result, args.seeds, plan, Place(args.run, args.cache))
    yield f"record -> {args.run / 'search.json'}; no test photo was used"


def plan_of(args: Namespace, folder: Folder) -> SearchPlan:
    """Return what is searched: crops of the folder's training and validation photos, and of no other."""
    from attacker.search.centre_crops import centre_crops
    from attacker.search.search_plan import SearchPlan

    photos = [*folder.train, *folder.validation]
    with tqdm(total=len(photos), desc="crops", unit="photo", delay=0.5) as bar:
        crops = centre_crops(photos, args.levels, args.run / "crops", bar.update)
    learned = {photo.item for photo in folder.train}
    levels = args.at or range(len(args.levels))[-2:]
    return SearchPlan(
        today=config_of(args.recipe, args.set),
        classes=folder.classes,
        train=tuple(crop for crop in crops if crop.item in learned),
        validation=tuple(crop for crop in crops if crop.item not in learned),
        levels=tuple(levels),
        seed=args.search_seed,
        architectures=tuple(args.architectures),
    )


def _shown_on(bar: tqdm[Any]) -> Callable[[SearchNews], None]:
    def show(news: SearchNews) -> None:
        done = _WHOLE * news.fraction
        if bar.n == 0:
            bar.initial = done  # what earlier calls did says nothing about the speed of this one
        bar.n = done
        best = "" if news.best is None else f", best so far {news.best:.3f}"
        bar.set_postfix_str(f"level {news.level}, {news.trials} trials{best}")

    return show


def _train(result: Findings, seeds: int, plan: SearchPlan, place: Place) -> str:
    from attacker.search.recipe_trials import train_recipe

    recipe = result.strongest.recipe
    root = place.folder / f"level-{result.level}" / f"strongest-{recipe.key}"
    with percent_bar(f"level {result.level}, strongest recipe") as bar:
        train_recipe(recipe, result.level, seeds, root, plan, replace(place, on_progress=shown_on(bar)))
    return f"level {result.level}: {seeds} seeds of it are trained -> {root}"
