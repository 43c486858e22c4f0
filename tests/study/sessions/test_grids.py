"""The tile-grid task: select all photos of a class, as image CAPTCHAs ask."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from study import counterbalancing, sessions
from study.freezing.freeze import NotReadyError
from study.models import Session, StudyVersion, Tile, Trial
from study.sessions.errors import BadAnswerError, ChangedAnswerError, NotFoundError
from study.sessions.tasks.grid_scores import Judged, balanced_accuracy, is_solved
from tests.study.factories import DEVICE, GRIDS, frozen_version, newcomer, open_study_version, player
from tests.study.playing import (
    answer,
    at_the_trials,
    deliver,
    fresh,
    open_block,
    play_to_the_end,
    right_answer,
    selection,
    targets_of,
    tokens_of,
    trials_of,
)

TARGET, OTHER = (True, True), (False, False)
MISSED, FALSE_ALARM = (True, False), (False, True)


def judged(*tiles: tuple[bool, bool]) -> list[Judged]:
    return [Judged(*tile) for tile in tiles]


class TestScores:
    def test_a_grid_is_solved_only_without_any_error(self) -> None:
        assert is_solved(judged(TARGET, OTHER, OTHER))
        assert not is_solved(judged(TARGET, OTHER, FALSE_ALARM))
        assert not is_solved(judged(TARGET, MISSED, OTHER))

    @pytest.mark.parametrize("selected", [True, False])
    def test_all_or_nothing_is_chance_however_many_targets_there_are(self, selected: object) -> None:
        for targets in (1, 3, 8):
            tiles = [(place < targets, selected) for place in range(9)]
            assert balanced_accuracy(judged(*tiles)) == 0.5

    def test_it_is_the_mean_of_hits_and_correct_rejections(self) -> None:
        assert balanced_accuracy(judged(TARGET, MISSED, OTHER, OTHER, FALSE_ALARM, OTHER)) == (0.5 + 0.75) / 2

    def test_a_grid_without_targets_is_scored_by_what_it_has(self) -> None:
        assert balanced_accuracy(judged(OTHER, OTHER, FALSE_ALARM, OTHER)) == 0.75


class TestDealing:
    @pytest.mark.parametrize(
        ("tiles", "classes", "levels", "step"), [(9, 3, 3, 3), (9, 2, 4, 8), (4, 3, 2, 6)]
    )
    def test_the_step_is_the_smallest_number_that_shows_all_alike(
        self, tiles: int, classes: int, levels: int, step: int
    ) -> None:
        assert counterbalancing.grids_step(tiles, classes, levels) == step

    def test_every_class_is_asked_for_as_often_as_any_other(self) -> None:
        counts = Counter(counterbalancing.balanced_sequence("abc", 11, seed=3))
        assert sorted(counts.values()) == [3, 4, 4]


@pytest.fixture
def version() -> StudyVersion:
    return open_study_version(**GRIDS)


@pytest.mark.django_db
class TestPlanning:
    def test_a_person_sees_each_photo_once_and_at_one_level(self, version: StudyVersion) -> None:
        tiles = Tile.objects.filter(trial__session=newcomer(version))
        items = list(tiles.values_list("stimulus__item", flat=True))
        assert len(items) == len(set(items)) == 5 * 9

    def test_a_grid_is_of_one_level_and_every_level_has_its_grids(self, version: StudyVersion) -> None:
        levels = [
            set(grid.tiles.values_list("stimulus__level__number", flat=True))
            for grid in newcomer(version).trials.filter(block_type="test")
        ]
        assert sorted(levels, key=min) == [{0}, {1}, {2}]

    def test_all_lists_together_show_every_photo_at_every_level_once(self, version: StudyVersion) -> None:
        for _ in range(version.lists.count()):
            newcomer(version)
        tests = Tile.objects.filter(trial__block_type="test")
        shown = Counter(tests.values_list("stimulus__item", "stimulus__level__number"))
        assert len(shown) == 27 * 3
        assert set(shown.values()) == {1}

    def test_catch_and_practice_grids_are_of_whole_validation_photos(self, version: StudyVersion) -> None:
        for kind in ("catch", "practice"):
            tiles = Tile.objects.filter(trial__session=newcomer(version), trial__block_type=kind)
            assert tiles.count() == 9
            assert set(tiles.values_list("stimulus__level__number", "stimulus__item__split")) == {
                (0, "validation")
            }

    def test_the_task_and_the_size_of_grids_are_frozen(self, version: StudyVersion) -> None:
        version.study.task = "single"
        version.study.save()
        assert version.design.is_grid
        assert version.design.photos_per_person == 27

    def test_a_number_of_grids_that_is_out_of_balance_is_refused_with_one_that_is_not(self) -> None:
        with pytest.raises(NotReadyError, match="plan 3, or a multiple"):
            frozen_version(**GRIDS | {"trials_per_person": 4, "test_photos": 12})

    def test_a_grid_has_no_time_of_its_own(self) -> None:
        with pytest.raises(NotReadyError, match="A grid stays until it is submitted"):
            frozen_version(**GRIDS, stimulus_ms=200)


@pytest.mark.django_db
class TestAnswering:
    @pytest.fixture
    def grid(self, version: StudyVersion) -> Trial:
        return trials_of(open_block(at_the_trials(version)))[0]

    @pytest.mark.thorough
    def test_a_selection_is_stored_tile_by_tile(self, grid: Trial) -> None:
        deliver(grid.session, selection(grid, 0, 4))
        grid.refresh_from_db()
        assert (grid.response_status, grid.rt_ms, grid.response) == ("answered", 2000.0, None)
        assert [tile.position for tile in grid.tiles.filter(selected=True)] == [0, 4]
        assert not grid.tiles.filter(selected=None).exists()

    @pytest.mark.thorough
    def test_the_right_selection_solves_the_grid_and_one_tile_more_does_not(
        self, version: StudyVersion
    ) -> None:
        first, second, *_ = trials_of(open_block(at_the_trials(version)))
        extra = min(set(range(9)) - set(targets_of(second)))
        deliver(first.session, right_answer(first), selection(second, *targets_of(second), extra))
        first.refresh_from_db(), second.refresh_from_db()
        assert (first.correct, first.tile_accuracy) == (True, 1.0)
        others = 9 - len(targets_of(second))
        assert (second.correct, second.tile_accuracy) == (False, (1 + (others - 1) / others) / 2)

    @pytest.mark.thorough
    def test_the_same_selection_again_changes_nothing_in_whichever_order(self, grid: Trial) -> None:
        post = selection(grid, 1, 2)
        first = deliver(grid.session, post)
        assert deliver(grid.session, post | {"selected": [2, 1]}) == first

    def test_another_selection_is_refused(self, grid: Trial) -> None:
        post = selection(grid, 1, 2)
        deliver(grid.session, post)
        with pytest.raises(ChangedAnswerError):
            deliver(grid.session, post | {"selected": [1]})

    @pytest.mark.thorough
    def test_selecting_nothing_is_an_answer(self, grid: Trial) -> None:
        deliver(grid.session, selection(grid))
        assert grid.tiles.filter(selected=False).count() == 9

    def test_a_grid_that_ran_out_of_time_is_unsolved_and_its_tiles_stay_unjudged(self, grid: Trial) -> None:
        deliver(grid.session, answer(grid, status="timeout", response=None, rt_ms=None))
        grid.refresh_from_db()
        assert (grid.correct, grid.tile_accuracy) == (False, 0.0)
        assert grid.tiles.filter(selected=None).count() == 9

    @pytest.mark.thorough
    def test_an_interrupted_grid_says_nothing(self, grid: Trial) -> None:
        deliver(grid.session, begun=grid.token)
        open_block(grid.session, tab="33333333-3333-4333-8333-333333333333")
        grid.refresh_from_db()
        assert (grid.response_status, grid.correct, grid.tile_accuracy) == ("aborted", None, None)

    @pytest.mark.sampled
    @pytest.mark.parametrize("selected", [[9], [-1], [1, 1], "12", [1.0], [True], None])
    def test_what_is_no_selection_is_refused(self, grid: Trial, selected: object) -> None:
        with pytest.raises(BadAnswerError, match="selected"):
            deliver(grid.session, selection(grid) | {"selected": selected})
        grid.refresh_from_db()
        assert grid.response_status == ""

    @pytest.mark.thorough
    def test_a_button_does_not_answer_a_grid_nor_a_selection_a_photo(self, grid: Trial) -> None:
        with pytest.raises(BadAnswerError, match="selected, the places of tiles"):
            deliver(grid.session, answer(grid))
        single = trials_of(open_block(player(open_study_version(name="Single"))))[0]
        with pytest.raises(BadAnswerError, match="response, the place of a button"):
            deliver(single.session, selection(single, 0))


@pytest.mark.django_db
class TestAttention:
    @pytest.mark.thorough
    def test_practice_is_passed_by_balanced_accuracy_not_by_perfection(self, version: StudyVersion) -> None:
        session = player(version)
        grid = trials_of(open_block(session))[0]
        deliver(session, selection(grid, *targets_of(grid)[1:]))
        grid.refresh_from_db()
        assert not grid.correct
        assert fresh(session).status == Session.Status.TRIALS

    @pytest.mark.thorough
    def test_selecting_nothing_does_not_pass_practice(self, version: StudyVersion) -> None:
        session = player(version)
        deliver(session, selection(trials_of(open_block(session))[0]))
        assert fresh(session).practice_round == 2

    @pytest.mark.thorough
    def test_the_whole_way_leads_to_a_code(self, version: StudyVersion) -> None:
        session = play_to_the_end(player(version))
        assert session.completion_code
        assert Trial.objects.filter(session=session, correct=True).count() == 5

    @pytest.mark.thorough
    def test_withdrawal_erases_the_tiles_too(self, version: StudyVersion) -> None:
        session = play_to_the_end(player(version))
        sessions.withdraw(session.token, session.completed_at)
        assert not Tile.objects.exists()


@pytest.mark.django_db
class TestPages:
    def test_a_block_names_nine_photos_and_what_to_look_for(
        self, client: Client, version: StudyVersion
    ) -> None:
        session = player(version)
        body = {"tab": "11111111-1111-4111-8111-111111111111"}
        block = client.post(
            reverse("study:block", args=[session.token]), body, content_type="application/json"
        )
        grid = block.json()["trials"][0]
        assert set(grid) == {"trial", "photos", "target"}
        assert grid["target"]["text"] == Trial.objects.get(token=grid["trial"]).target.name
        answers = [client.get(photo) for photo in grid["photos"]]
        assert {answer.status_code for answer in answers} == {200}
        assert len({len(answer.content) for answer in answers}) == 1

    @pytest.mark.thorough
    def test_tiles_can_be_fetched_only_while_their_block_is_open_and_by_their_session(
        self, version: StudyVersion
    ) -> None:
        session = at_the_trials(version)
        grid = trials_of(open_block(session))[0]
        tile = grid.tiles.first()
        assert sessions.photos_of(session.token, [tile.token])[0][0] == tile.stimulus
        with pytest.raises(NotFoundError):
            sessions.photos_of(at_the_trials(version).token, [tile.token])
        with pytest.raises(NotFoundError):
            sessions.photos_of(session.token, [grid.token])
        deliver(session, selection(grid))
        with pytest.raises(NotFoundError):
            sessions.photos_of(session.token, [tile.token])

    def test_the_page_has_a_box_for_every_tile_and_no_answer_buttons(
        self, client: Client, version: StudyVersion
    ) -> None:
        page = client.get(reverse("study:session", args=[player(version).token])).content.decode()
        assert page.count("data-tile") == 9
        assert "data-choice" not in page

    def test_landing_consent_and_instructions_are_about_grids(
        self, client: Client, version: StudyVersion
    ) -> None:
        for name in ("landing", "consent"):
            page = client.get(reverse(f"study:{name}", args=[version.study.code])).content.decode()
            assert "several photos at once" in page
        session = newcomer(version)
        sessions.device_checked(session.token, DEVICE)
        page = client.get(reverse("study:session", args=[session.token])).content.decode()
        assert "9 photos appear together" in page
        assert "Which photos do you select?" in page


@pytest.mark.thorough
@pytest.mark.django_db
def test_an_answer_to_the_first_grid_of_a_block_closes_that_grid_alone(version: StudyVersion) -> None:
    session = at_the_trials(version)
    tokens = tokens_of(open_block(session))
    deliver(session, selection(tokens[0], 1))
    assert tokens_of(open_block(session)) == tokens[1:]
