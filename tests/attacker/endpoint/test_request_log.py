"""The log of requests: nothing that was stored is lost, and nothing that was sent is forgotten."""

from __future__ import annotations

from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from attacker.endpoint.ask_plan import Plan
from attacker.endpoint.chat import EndpointError
from attacker.endpoint.ledger import Failed, Replied, Sent
from attacker.endpoint.request_log import RequestLog
from attacker.packs.packed_answers import State

PLAN = Plan("0123456789abcdef", "http://127.0.0.1:8000/v1", "model")
NOW = "2020-01-01T00:00:00Z"
WORST = Decimal("0.05")


def sent(ask: str, attempt: int = 1) -> Sent:
    return Sent(ask, attempt, (1, 0), WORST, NOW)


def replied(ask: str, attempt: int = 1, cost: Decimal | None = Decimal("0.01")) -> Replied:
    return Replied(
        ask, attempt, (1, 0), State.ANSWERED, "dunk", "", "dunk", "", "stop", 9, 1, "m", 8, 8, 0.5, cost, NOW
    )


def failed(ask: str, cost: Decimal | None, attempt: int = 1) -> Failed:
    return Failed(ask, attempt, 500, "answers 500", "", cost, NOW)


def opened(path: Path, plan: Plan = PLAN) -> closing[RequestLog]:
    return closing(RequestLog(path, plan, NOW))


def written(path: Path, *lines: Sent | Replied | Failed) -> None:
    with opened(path) as log:
        for line in lines:
            log.write(line)


def test_an_opened_log_knows_all_that_was_written(tmp_path: Path) -> None:
    written(tmp_path / "log", sent("a/0"), failed("a/0", Decimal(0)), sent("a/0", 2), replied("a/0", 2))
    with opened(tmp_path / "log") as log:
        pass
    assert log.replies == {"a/0": replied("a/0", 2)}
    assert (log.attempts["a/0"], log.failures["answers 500"]) == (2, 1)
    assert (log.spent, log.unsure) == (Decimal("0.01"), Decimal(0))


def test_what_ended_without_a_price_or_was_lost_counts_at_its_worst(tmp_path: Path) -> None:
    written(
        tmp_path / "log",
        sent("a/0"),
        failed("a/0", None),
        sent("b/0"),
        replied("b/0", cost=None),
        sent("c/0"),
    )
    with opened(tmp_path / "log") as log:
        pass
    assert (log.spent, log.unsure) == (Decimal(0), 3 * WORST)
    assert set(log.replies) == {"b/0"}


def test_what_an_ask_cost_holds_its_failed_requests_and_is_not_known_where_one_does_not_tell(
    tmp_path: Path,
) -> None:
    free, dear = Decimal(0), Decimal("0.03")
    written(
        tmp_path / "log",
        *(sent("a/0"), failed("a/0", free), sent("a/0", 2), failed("a/0", dear, 2), sent("a/0", 3)),
        *(replied("a/0", 3), sent("b/0"), failed("b/0", None), sent("b/0", 2), replied("b/0", 2)),
        *(sent("c/0"), replied("c/0", cost=None), sent("d/0")),
    )
    with opened(tmp_path / "log") as log:
        pass
    assert log.costs == {"a/0": Decimal("0.04"), "b/0": None, "c/0": None, "d/0": None}


def test_a_torn_last_line_is_dropped_and_told(tmp_path: Path) -> None:
    path = tmp_path / "log"
    written(path, sent("a/0"), replied("a/0"), sent("b/0"))
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"type":"replied","ask":"b/0","att')
    with opened(path) as log:
        assert (log.torn, set(log.replies)) == (34, {"a/0"})
        log.write(replied("b/0"))
    with opened(path) as log:
        assert (log.torn, set(log.replies)) == (0, {"a/0", "b/0"})


def test_a_damaged_line_elsewhere_is_refused_and_nothing_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "log"
    written(path, sent("a/0"), replied("a/0"))
    damaged = path.read_bytes().replace(b'"sent"', b'"bent"')
    path.write_bytes(damaged)
    with pytest.raises(EndpointError, match="line 2 is damaged"):
        RequestLog(path, PLAN, NOW)
    assert path.read_bytes() == damaged


def test_answers_of_another_plan_are_not_mixed_with_these(tmp_path: Path) -> None:
    written(tmp_path / "log", sent("a/0"))
    other = Plan(PLAN.pack, PLAN.base_url, "model", temperature=1.0)
    with pytest.raises(EndpointError, match=r"temperature: 0\.0, now 1\.0"):
        RequestLog(tmp_path / "log", other, NOW)


def test_two_processes_do_not_ask_the_same_at_once(tmp_path: Path) -> None:
    with opened(tmp_path / "log"), pytest.raises(EndpointError, match="another process"):
        opened(tmp_path / "log")
    with opened(tmp_path / "log") as log:
        assert log.replies == {}
