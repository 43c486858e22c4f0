"""What an attack search gains: its strongest recipe beside today's, on test photos that the search never saw.

`python -m benchmarks.attack_search PHOTOS` takes the arguments of `python -m attacker search`, searches (or
reads a finished search), trains today's recipe with the same seeds on the same crops, and asks both about the
test photos' crops, once. Prints a table and writes var/benchmarks/attack_search.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attacker import Example, Predictions, TrainedAttacker
    from attacker.search.recipe_trials import Place
    from attacker.search.recipes import Recipe
    from attacker.search.search_plan import SearchPlan

OUT = Path(__file__).resolve().parent.parent / "var" / "benchmarks" / "attack_search.json"
GOAL = 0.03  # accuracy gained, at the two heaviest levels
ALPHA = 0.05


def main() -> None:
    from attacker.commands import search_command
    from attacker.commands.inputs import read_photos
    from attacker.search.search_budget import Budget

    parser = argparse.ArgumentParser(description=__doc__)
    search_command.describe(parser)
    parser.add_argument("--part", type=float, default=1.0, help="share of the training photos to use")
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    budget = Budget(args.budget, args.cpu_seconds)
    folder = read_photos(args)
    plan = search_command.plan_of(args, folder)
    plan = replace(plan, train=plan.training_photos(args.part))
    for line in search_command.searched(args, plan, budget):
        print(line, flush=True)
    report = compared(args, plan, folder.test)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(f"written to {args.out}")


def compared(args: argparse.Namespace, plan: SearchPlan, test: Sequence[Example]) -> dict[str, Any]:
    """Return the accuracies of both recipes, and the gain, at the attacked levels and lighter ones."""
    from attacker.search.recipe_trials import Place
    from attacker.search.record_on_disk import read_record

    place, crops = Place(args.run, args.cache), _test_crops(args, plan, test)
    rows = [row for level in plan.levels for row in _rows(level, crops, plan, place, args.seeds)]
    for row in rows:
        print(_in_words(row), flush=True)
    heaviest = sorted({row["trained through"] for row in rows})[-2:]
    reached = [row["gain"][0] for row in rows if row["trained through"] == row["tested at"] in heaviest]
    return {
        "photos": {role: len({e.item for e in photos}) for role, photos in
                   (("train", plan.train), ("validation", plan.validation), ("test", crops))},
        "levels": args.levels,
        "cpu_seconds of the search": read_record(args.run).cpu_seconds,
        "rows": rows,
        "goals": {"points gained at the two heaviest levels": {
            "value": reached, "goal": GOAL, "met": len(reached) == 2 and min(reached) >= GOAL}},
        "machine": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores",
        "spread": f"{args.seeds} seeds; intervals are for new seeds and new photos",
    }  # fmt: skip


def _test_crops(args: argparse.Namespace, plan: SearchPlan, test: Sequence[Example]) -> list[Example]:
    """Return the crops of the test photos; one that equals a training photo to the byte shows nothing."""
    from attacker.photos.decoding import hashes_of
    from attacker.search.centre_crops import centre_crops

    crops = centre_crops(test, args.levels, args.run / "test-crops")
    learned = set(hashes_of(plan.train))
    return [crop for crop, content in zip(crops, hashes_of(crops), strict=True) if content not in learned]


def _rows(
    level: int, test: Sequence[Example], plan: SearchPlan, place: Place, seeds: int
) -> Iterator[dict[str, Any]]:
    """Yield a row for the attacked level and, of the same networks, for each lighter one."""
    from attacker.search.recipes import Recipe
    from attacker.search.record_on_disk import read_record
    from attacker.search.search_findings import findings

    today = Recipe(plan.today)
    result = findings(read_record(place.folder), today, level)
    ours = _seeds(result.strongest.recipe, "strongest", level, seeds, plan, place)
    theirs = _seeds(today, "today", level, seeds, plan, place)
    team = _team(result.team.members, level, place) if result.team else ()
    for tested in range(level, -1, -1):
        photos = [crop for crop in test if crop.level == tested]
        answers = [_answers(runs, photos, place) for runs in (ours, theirs, team)]
        yield {
            "trained through": level,
            "tested at": tested,
            "photos": len(photos),
            "recipe": result.strongest.recipe.words(today),
            "strongest": _accuracy(answers[0]),
            "today": _accuracy(answers[1]),
            "gain": _gain(answers[0], answers[1]),
            "seeds together": _gain([_together(answers[0])], [_together(answers[1])]),
            "team": _gain([_together(answers[2])], [_together(answers[1])]) if team else None,
            "team accuracy": _accuracy([_together(answers[2])]) if team else None,
            "today together": _accuracy([_together(answers[1])]),
        }


def _seeds(
    recipe: Recipe, name: str, level: int, seeds: int, plan: SearchPlan, place: Place
) -> tuple[TrainedAttacker, ...]:
    from attacker.search.recipe_trials import train_recipe

    root = place.folder / f"level-{level}" / f"{name}-{recipe.key}"
    return train_recipe(recipe, level, seeds, root, plan, place)


def _team(members: Sequence[str], level: int, place: Place) -> tuple[TrainedAttacker, ...]:
    from attacker import load

    return tuple(load(place.folder / f"level-{level}" / "all-photos" / key) for key in members)


def _answers(runs: Sequence[TrainedAttacker], photos: Sequence[Example], place: Place) -> list[Predictions]:
    from attacker import predict
    from attacker.evaluation.seed_results import require_unseen

    require_unseen(runs, photos)
    return [predict(run, photos, cache_dir=place.cache_dir) for run in runs]


def _together(answers: Sequence[Predictions]) -> Predictions:
    from attacker import ensemble

    return ensemble(answers)


def _accuracy(answers: Sequence[Predictions]) -> list[float]:
    from attacker.evaluation.seed_results import measured_accuracy

    measured = measured_accuracy(answers)
    return [measured.estimate, measured.ci_low, measured.ci_high]


def _gain(first: Sequence[Predictions], second: Sequence[Predictions]) -> list[float]:
    """Return the difference in accuracy on the same photos, and its 95 % interval."""
    from stats.inference.paired import paired_gap
    from stats.table.network_answers import network_answers

    groups = [example.group for example in first[0].examples]
    sides = [
        network_answers([answer.correct for answer in answers], first[0].labels, groups)
        for answers in (first, second)
    ]
    gap = paired_gap(*sides, ALPHA, first_conditional=True, second_conditional=True)
    assert gap is not None, "both answered the same photos"
    return [gap.estimate, gap.ci_low, gap.ci_high]


def _in_words(row: dict[str, Any]) -> str:
    def points(values: Sequence[float] | None) -> str:
        return "-" if values is None else "{:.1f} [{:.1f}, {:.1f}]".format(*(100 * value for value in values))

    cells = [points(row[name]) for name in ("today", "strongest", "gain", "seeds together", "team")]
    return f"| {row['trained through']} | {row['tested at']} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
