"""A recent answer is given again, and one that has grown old is not."""

from __future__ import annotations

import threading

from pipeline.queue.recent_answer import RecentAnswer


def test_a_question_is_put_again_only_after_some_seconds() -> None:
    asked, now = [], [0.0]
    recent = RecentAnswer(lambda: asked.append(now[0]) or len(asked), seconds=3.0, clock=lambda: now[0])
    answers = []
    for now[0] in (0.0, 2.9, 3.0, 5.9, 6.1):
        answers.append(recent())
    assert answers == [1, 1, 2, 2, 3]


def test_while_somebody_asks_the_others_get_the_answer_before() -> None:
    asking, released, now, answers = threading.Event(), threading.Event(), [0.0], iter("ab")

    def ask() -> str:
        answer = next(answers)
        if answer == "b":
            asking.set()
            released.wait(60)
        return answer

    recent = RecentAnswer(ask, seconds=3.0, clock=lambda: now[0])
    assert recent() == "a"
    now[0] = 10.0
    slow = threading.Thread(target=recent)
    slow.start()
    assert asking.wait(60)
    assert recent() == "a"
    released.set()
    slow.join()
    assert recent() == "b"
