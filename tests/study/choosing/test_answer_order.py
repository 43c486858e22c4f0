"""The order of the answers: balanced over the places within a person, and kept with each trial."""

from __future__ import annotations

from collections import Counter

import pytest

from study.choosing.answer_order import PER_BLOCK, PER_PERSON, WHERE_LONG, orders_of_blocks
from study.design import Design
from study.models import Session
from tests.study.factories import open_study_version, player
from tests.study.playing import answer, deliver, open_block, trials_of

TWELVE = tuple(f"action {number}" for number in range(12))


class TestOrders:
    @pytest.mark.sampled
    @pytest.mark.parametrize("answers", [2, 3, 9, 12, 30])
    @pytest.mark.parametrize("blocks", [1, 2, 3, 5, 12, 30])
    def test_each_answer_stands_at_each_place_equally_often(self, answers: int, blocks: int) -> None:
        orders = orders_of_blocks(range(answers), blocks, seed=blocks)
        places = Counter((name, place) for order in orders for place, name in enumerate(order))
        times = [places[name, place] for name in range(answers) for place in range(answers)]
        assert max(times) - min(times) <= 1
        assert orders[0] == list(range(answers)), "practice and the first block agree"
        assert all(sorted(order) == list(range(answers)) for order in orders)

    def test_few_blocks_bring_each_answer_forward_and_back(self) -> None:
        """The mean places of thirty answers over three blocks lie closer than those of one order."""
        orders = orders_of_blocks(range(30), 3, seed=1)
        means = [sum(order.index(name) for order in orders) / 3 for name in range(30)]
        assert max(means) - min(means) < 10

    def test_people_differ_in_which_order_comes_when(self) -> None:
        assert len({str(orders_of_blocks(range(12), 6, seed)) for seed in range(20)}) > 10


def orders_of(session: Session) -> list[list[int]]:
    return [
        session.trials.filter(block_id=block).first().choice_order
        for block in sorted(set(session.trials.values_list("block_id", flat=True)))
    ]


@pytest.mark.django_db
class TestTrials:
    @pytest.mark.thorough
    @pytest.mark.parametrize(
        ("rule", "classes", "orders"),
        [
            (PER_PERSON, TWELVE, 1),
            (PER_BLOCK, TWELVE, 4),
            (WHERE_LONG, TWELVE, 4),
            (PER_BLOCK, TWELVE[:3], 3),
            (WHERE_LONG, TWELVE[:9], 1),
        ],
    )
    def test_the_design_says_whether_blocks_differ(
        self, rule: str, classes: tuple[str, ...], orders: int
    ) -> None:
        session = player(open_study_version(classes=classes, answer_order=rule, trials_per_person=12))
        assert len(set(map(tuple, orders_of(session)))) == orders
        assert orders_of(session)[0] == orders_of(session)[1] == session.choice_order

    def test_a_version_frozen_before_this_was_a_choice_keeps_one_order_for_each_person(self) -> None:
        config = open_study_version().config["design"]
        del config["answer_order"]
        assert Design(**config).answer_order == PER_PERSON

    @pytest.mark.thorough
    def test_a_button_means_what_stood_on_it_in_its_block(self) -> None:
        session = player(
            open_study_version(
                classes=TWELVE, trials_per_person=12, answer_order=PER_BLOCK, practice_trials=0
            )
        )
        meant = []
        for _ in range(2):
            block = open_block(session)
            trials = trials_of(block)
            deliver(session, *(answer(trial, response=0) for trial in trials))
            meant.append({trial.response_id for trial in trials_of(block)})
            assert meant[-1] == {session.choice_order[block.order[0]]}
        assert meant[0] != meant[1]
