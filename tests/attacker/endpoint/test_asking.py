"""The loop that asks: how long it waits, when it goes on and when it stops."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from attacker.endpoint.ask_plan import Ask, Plan
from attacker.endpoint.asking import Asking, End, Pace
from attacker.endpoint.budget import Budget, Prices
from attacker.endpoint.chat import ChatRequest, EndpointError, Reply, TryLaterReplyError
from attacker.endpoint.reply_parser import ReplyParser
from attacker.endpoint.request_log import RequestLog

PLAN = Plan("0123456789abcdef", "http://127.0.0.1/v1", "model")
PRICES = Prices(Decimal(1), Decimal(1), photo_tokens=700, written_tokens=44)  # .001 at most without text
Script = Callable[[str, int], Reply]


@dataclass
class Scripted:
    """A chat that does what a script says of each stimulus and attempt, and notes when it was asked."""

    script: Script
    now: list[float]
    asked: list[tuple[str, float]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, request: ChatRequest) -> Reply:
        name: str = request.body["stimulus"]
        with self.lock:
            attempt = sum(name == other for other, _ in self.asked)
            self.asked.append((name, self.now[0]))
        return self.script(name, attempt)


@dataclass
class Bench:
    """Everything of an asking but its script; time passes only where something waits."""

    log: RequestLog
    now: list[float] = field(default_factory=lambda: [100.0])

    def run(
        self,
        script: Script,
        names: str = "abc",
        *,
        cap: str | None = None,
        tries: int = 4,
        parallel: int = 1,
        on_reply: Callable[[], object] = lambda: None,
    ) -> tuple[End, Scripted]:
        def sleep(seconds: float) -> None:
            self.now[0] += seconds

        chat = Scripted(script, self.now)
        budget = Budget(None if cap is None else Decimal(cap), self.log.spent, self.log.unsure)
        pace = Pace(parallel, tries, first_wait=1.0, clock=lambda: self.now[0], sleep=sleep)
        asking = Asking(
            chat,
            lambda ask: ChatRequest({"stimulus": ask.stimulus}, 8, 8),
            ReplyParser(("dunk", "shoot")),
            self.log,
            PRICES,
            budget,
            pace,
            on_reply,
        )
        return asking.run((Ask(name, 0, (0, 1)), 0) for name in names), chat


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with closing(RequestLog(tmp_path / "log", PLAN, "now")) as log:
        yield Bench(log)


def fine(cost: str = "0.0004") -> Reply:
    return Reply("dunk", finish="stop", told_cost=Decimal(cost))


def failing_first(*failures: TryLaterReplyError, only: str = "a") -> Script:
    """Return a script in which one stimulus fails in these ways before it is answered."""

    def script(name: str, attempt: int) -> Reply:
        if name in only and attempt < len(failures):
            raise failures[attempt]
        return fine()

    return script


def busy(wait: float | None) -> TryLaterReplyError:
    return TryLaterReplyError("answers 429", 429, wait, was_free=True)


def broken() -> TryLaterReplyError:
    return TryLaterReplyError("answers 500", 500)


def test_nothing_is_sent_before_the_time_that_a_busy_endpoint_asks_to_wait(bench: Bench) -> None:
    end, chat = bench.run(failing_first(busy(20.0)))
    assert end == End.DONE
    assert chat.asked == [("a", 100.0), ("a", 120.0), ("b", 120.0), ("c", 120.0)]


def test_waits_double_where_the_endpoint_names_none_and_others_go_on(bench: Bench) -> None:
    _, chat = bench.run(failing_first(broken(), broken(), broken()))
    assert chat.asked == [(name, 100.0) for name in "abc"] + [("a", 101.0), ("a", 103.0), ("a", 107.0)]
    assert bench.log.failures == {"answers 500": 3}


def test_an_endpoint_that_asks_for_an_hour_is_asked_another_day(bench: Bench) -> None:
    with pytest.raises(EndpointError, match="asks to wait 3600 s"):
        bench.run(failing_first(busy(3600.0)))
    assert bench.log.attempts == {"a/0": 1}


def test_what_fails_at_every_try_is_left_out_and_asked_again_by_the_next_run(bench: Bench) -> None:
    end, _ = bench.run(failing_first(*[broken()] * 4))
    assert end == End.GIVEN_UP
    assert set(bench.log.replies) == {"b/0", "c/0"}
    end, chat = bench.run(lambda name, attempt: fine())
    assert (end, [name for name, _ in chat.asked]) == (End.DONE, ["a"])


def test_an_endpoint_at_which_everything_fails_is_left_alone(bench: Bench) -> None:
    with pytest.raises(EndpointError, match="3 requests in a row failed 2 times each"):
        bench.run(failing_first(*[broken()] * 9, only="abcdefgh"), "abcdefgh", tries=2)
    assert bench.log.replies == {}


def test_a_refused_key_stops_everything_and_what_was_answered_stays(bench: Bench) -> None:
    def script(name: str, attempt: int) -> Reply:
        if name == "b":
            raise EndpointError("answers 401")
        return fine()

    with pytest.raises(EndpointError, match="answers 401"):
        bench.run(script)
    assert (set(bench.log.replies), bench.log.unsure) == ({"a/0"}, 0)


@pytest.mark.parametrize("parallel", [1, 3])
def test_the_cap_counts_what_is_under_way_at_its_worst(bench: Bench, parallel: int) -> None:
    end, chat = bench.run(lambda name, attempt: fine(), "abcdefgh", cap="0.0025", parallel=parallel)
    assert end == End.BUDGET
    assert len(chat.asked) == 4, "4 of .0004 were spent, and .0009 left are too little for one of .001"
    assert bench.log.spent == Decimal("0.0016")


def test_what_nobody_knows_the_price_of_counts_at_its_worst(bench: Bench) -> None:
    end, _ = bench.run(failing_first(broken(), only="ab"), "ab", cap="0.0030")
    assert end == End.BUDGET
    assert (bench.log.spent, bench.log.unsure) == (Decimal("0.0004"), Decimal("0.002"))


def test_an_endpoint_that_costs_more_than_was_thought_possible_is_asked_no_further(bench: Bench) -> None:
    with pytest.raises(
        EndpointError, match=r"A request cost 0\.0011 where 0\.001 was thought to be the most"
    ):
        bench.run(lambda name, attempt: fine("0.0011"), cap="1")
    assert set(bench.log.replies) == {"a/0"}


def test_an_interrupted_run_stores_the_answers_to_all_that_was_sent(bench: Bench) -> None:
    together = threading.Barrier(3)

    def script(name: str, attempt: int) -> Reply:
        together.wait(timeout=60)  # all three are under way before the first is answered
        return fine()

    def interrupt() -> None:
        if len(bench.log.replies) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bench.run(script, "abc", parallel=3, on_reply=interrupt)
    assert len(bench.log.replies) == 3
