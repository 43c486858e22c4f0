"""Trials that show a grid each: photos of one level, and a class whose photos are to be selected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from study import counterbalancing
from study.models import Session, Tile, Trial
from study.plan import PRACTICE_BLOCK, Plan
from study.sessions.errors import BadAnswerError
from study.sessions.tasks.conduct import Conduct
from study.sessions.tasks.grid_scores import Judged, balanced_accuracy, is_solved
from study.sessions.tasks.trials import Kind, check_hashes, practice_pictures
from study.sessions.wire import Answer
from study.version_config import Picture


@dataclass(frozen=True)
class Grid:
    """A planned grid: its pictures, and the kind of trial that will show it."""

    pictures: list[Picture]
    kind: Trial.BlockType


def add_practice(session: Session, plan: Plan) -> None:
    """Add one round of practice grids; a second round replaces the first, as second attempts."""
    design, attempt = plan.design, session.practice_round
    name = session.participant.public_id
    pictures = practice_pictures(plan, design.practice_trials * design.photos_per_trial, attempt)
    grids = _grids(plan, pictures, Kind.PRACTICE, counterbalancing.seed_of(name, f"practice tiles {attempt}"))
    targets = _targets(session, len(grids), f"practice targets {attempt}")
    check_hashes(pictures)
    _store(
        _trial(session, grid, target, index, PRACTICE_BLOCK, attempt)
        for index, (grid, target) in enumerate(zip(grids, targets, strict=True), start=1)
    )


def add_tests(session: Session, plan: Plan, list_number: int) -> None:
    """Add the photos of the session's list, each level in grids of its own, with catch grids among them."""
    sequence = _sequence(session, plan, list_number)
    targets = _targets(session, len(sequence), "targets")
    blocks = counterbalancing.block_numbers(len(sequence), plan.block_count())
    check_hashes([picture for grid in sequence for picture in grid.pictures])
    first = plan.design.practice_trials + 1
    _store(
        _trial(session, grid, target, index, block)
        for index, (grid, target, block) in enumerate(zip(sequence, targets, blocks, strict=True), first)
    )


def _sequence(session: Session, plan: Plan, list_number: int) -> list[Grid]:
    """Return grids of all levels in random order, with the catch grids spread among them."""
    name = session.participant.public_id
    tests = [
        grid
        for level, pictures in enumerate(plan.pictures_by_level(list_number))
        for grid in _grids(plan, pictures, Kind.TEST, counterbalancing.seed_of(name, f"tiles {level}"))
    ]
    seed = counterbalancing.seed_of(name, "catches")
    catches = _grids(plan, _catch_pictures(plan, seed), Kind.CATCH, seed)
    shuffled = counterbalancing.shuffled(tests, counterbalancing.seed_of(name, "tests"))
    return counterbalancing.with_catch_trials(shuffled, catches, counterbalancing.seed_of(name, "mixture"))


def _catch_pictures(plan: Plan, seed: int) -> list[Picture]:
    """Return consecutive uncropped photos from a random place of the pool, in which the classes alternate."""
    wanted = plan.catch_count() * plan.design.photos_per_trial
    return [plan.catch[(seed + step) % len(plan.catch)] for step in range(wanted)]


def _grids(plan: Plan, pictures: Sequence[Picture], kind: Trial.BlockType, seed: int) -> list[Grid]:
    tiles = plan.design.photos_per_trial
    return [
        Grid(group, kind)
        for group in counterbalancing.groups(counterbalancing.shuffled(pictures, seed), tiles)
    ]


def _targets(session: Session, grids: int, purpose: str) -> list[int]:
    """Return the target class of each grid: every class as often as any other, in random order."""
    return counterbalancing.balanced_sequence(
        session.choice_order, grids, counterbalancing.seed_of(session.participant.public_id, purpose)
    )


def _trial(
    session: Session, grid: Grid, target: int, index: int, block: int, attempt: int = 1
) -> tuple[Trial, list[Tile]]:
    trial = Trial(
        session=session,
        target_id=target,
        trial_index=index,
        attempt=attempt,
        block_id=block,
        block_type=grid.kind,
        choice_order=session.choice_order,
    )
    tiles = [
        Tile(trial=trial, stimulus_id=picture.stimulus, position=position)
        for position, picture in enumerate(grid.pictures)
    ]
    return trial, tiles


def _store(planned: Iterable[tuple[Trial, list[Tile]]]) -> None:
    rows = list(planned)
    Trial.objects.bulk_create(trial for trial, _ in rows)
    Tile.objects.bulk_create(tile for _, tiles in rows for tile in tiles)


def joined_to_photos(trials: QuerySet[Trial]) -> QuerySet[Trial]:
    """Join grids to what all their photos show."""
    return trials.prefetch_related("tiles__stimulus__item")


def _grade(trial: Trial, answer: Answer) -> None:
    """Grade a grid; where it was not submitted in time, its tiles stay unjudged and it is unsolved."""
    trial.correct, trial.tile_accuracy = False, 0.0
    if answer.selected is None:
        return
    tiles = list(trial.tiles.all())
    if not set(answer.selected) <= {tile.position for tile in tiles}:
        raise BadAnswerError("selected must be places of tiles.")
    for tile in tiles:
        tile.selected = tile.position in answer.selected
    Tile.objects.bulk_update(tiles, ["selected"])
    judged = [Judged(_is_target(tile, trial), bool(tile.selected)) for tile in tiles]
    trial.correct, trial.tile_accuracy = is_solved(judged), balanced_accuracy(judged)


def _is_target(tile: Tile, trial: Trial) -> bool:
    return tile.stimulus.item.category_id == trial.target_id


def places_of_targets(trial: Trial) -> tuple[int, ...]:
    """Return the places of the tiles that show what was asked for."""
    tiles = trial.tiles.select_related("stimulus__item")
    return tuple(tile.position for tile in tiles if _is_target(tile, trial))


def stored_selection(trial: Trial) -> tuple[int, ...] | None:
    """Return the places of the tiles that were selected; None of a grid that was not submitted."""
    if trial.response_status != Trial.ResponseStatus.ANSWERED:
        return None
    return tuple(tile.position for tile in trial.tiles.all() if tile.selected)


GRIDS = Conduct(
    add_practice=add_practice,
    add_tests=add_tests,
    with_truth=joined_to_photos,
    answered_with="selected",
    wanted="selected, the places of tiles",
    grade=_grade,
    right_places=places_of_targets,
    stored=stored_selection,
    sent=lambda _trial, answer: answer.selected,
    places_in_order=lambda session, trial: tuple(map(session.choice_order.index, trial.choice_order)),
)
