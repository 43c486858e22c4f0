"""What an answer says and whether it is right, for single photos and for grids."""

from __future__ import annotations

from study.design import Design
from study.exclusions import is_too_fast
from study.models import Tile, Trial
from study.sessions.errors import BadAnswerError
from study.sessions.grid_scores import Judged, balanced_accuracy, is_solved
from study.sessions.wire import Answer, Lesson

Closed = Trial.ResponseStatus
Content = tuple[object, ...]


def grade(trial: Trial, answer: Answer) -> None:
    """Write an answer and its score into the trial. A timeout is wrong; an aborted trial is neither.

    Raises
    ------
    BadAnswerError
        If it answers another task than the trial's, or names a button or tile that does not exist.
    """
    trial.response_status, trial.status_reason = answer.status, answer.reason
    trial.response_id = category_of(trial, answer)
    _check_task(trial, answer)
    if answer.status == Closed.ABORTED:
        trial.correct = None
    elif trial.target_id is None:
        truth = trial.stimulus.item.category_id if trial.stimulus else None
        trial.correct = answer.status == Closed.ANSWERED and trial.response_id == truth
    else:
        _grade_tiles(trial, answer)


def lesson_of(trial: Trial, design: Design) -> Lesson:
    """Return what a closed practice trial teaches: which answer or which tiles were right, and haste."""
    return Lesson(bool(trial.correct), _right_places(trial), is_too_fast(trial, design))


def _right_places(trial: Trial) -> tuple[int, ...]:
    if trial.stimulus is not None:
        return (trial.choice_order.index(trial.stimulus.item.category_id),)
    tiles = trial.tiles.select_related("stimulus__item")
    return tuple(tile.position for tile in tiles if tile.stimulus.item.category_id == trial.target_id)


def stored_content(trial: Trial) -> Content:
    """Return what is stored of an answer, to be compared with `sent_content`."""
    return trial.response_status, trial.response_id, _stored_selection(trial), trial.rt_ms, trial.confidence


def sent_content(trial: Trial, answer: Answer) -> Content:
    """Return what an answer says, in the terms of `stored_content`."""
    return answer.status, category_of(trial, answer), answer.selected, answer.rt_ms, answer.confidence


def category_of(trial: Trial, answer: Answer) -> int | None:
    """Return the class behind the button that was pressed, if any.

    Raises
    ------
    BadAnswerError
        If there is no such button.
    """
    if answer.response is None:
        return None
    try:
        return int(trial.choice_order[answer.response])
    except IndexError as error:
        raise BadAnswerError("response must be the place of one of the buttons.") from error


def _check_task(trial: Trial, answer: Answer) -> None:
    is_grid = trial.target_id is not None
    if answer.status == Closed.ANSWERED and is_grid is (answer.selected is None):
        wanted = "selected, the places of tiles" if is_grid else "response, the place of a button"
        raise BadAnswerError(f"This trial is answered by {wanted}.")


def _grade_tiles(trial: Trial, answer: Answer) -> None:
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
    judged = [
        Judged(tile.stimulus.item.category_id == trial.target_id, bool(tile.selected)) for tile in tiles
    ]
    trial.correct, trial.tile_accuracy = is_solved(judged), balanced_accuracy(judged)


def _stored_selection(trial: Trial) -> tuple[int, ...] | None:
    if trial.target_id is None or trial.response_status != Closed.ANSWERED:
        return None
    return tuple(tile.position for tile in trial.tiles.all() if tile.selected)
