"""The loop that asks an endpoint everything once: in parallel, again where it failed, within a budget."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from attacker.endpoint.ask_plan import Ask
from attacker.endpoint.ask_queue import AskQueue, Pending
from attacker.endpoint.budget import Budget, Prices, amount_text
from attacker.endpoint.chat import Chat, ChatRequest, EndpointError, Reply, TryLaterReplyError
from attacker.endpoint.ledger import Failed, Ledger, Replied, Sent
from attacker.endpoint.reply_parser import ReplyParser

LONGEST_WAIT = 60.0  # seconds between two tries that we choose ourselves
PATIENCE = 300.0  # seconds: an endpoint that asks to wait longer is asked another day
GIVEN_UP_IN_A_ROW = 3
TOO_MANY = 429


class End(StrEnum):
    """Why asking ended."""

    DONE = "done"
    BUDGET = "budget"  # the next request might pass the cap
    GIVEN_UP = "given up"  # some requests failed at every try
    STOPPED = "stopped"  # by whoever asks


@dataclass(frozen=True)
class Pace:
    """How requests are sent.

    Attributes
    ----------
    parallel : at once
    tries : of each request
    first_wait : seconds before the second try, which doubles for each further one
    clock, sleep : of the machine
    should_stop : whether nothing more is to be sent; asked all the time
    """

    parallel: int = 4
    tries: int = 6
    first_wait: float = 1.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    should_stop: Callable[[], bool] = lambda: False

    def wait_after(self, tries: int, asked_for: float | None) -> float:
        """Return how many seconds to wait after so many tries: never less than the endpoint asks for.

        Examples
        --------
        >>> [Pace().wait_after(tries, None) for tries in (1, 2, 3, 9)], Pace().wait_after(1, 20.0)
        ([1.0, 2.0, 4.0, 60.0], 20.0)
        """
        return max(min(LONGEST_WAIT, self.first_wait * 2.0 ** (tries - 1)), asked_for or 0.0)


@dataclass(frozen=True)
class _Flight:
    """A request that is under way."""

    pending: Pending
    attempt: int


@dataclass(frozen=True)
class _Answered:
    """A reply, with the size of the photo that was sent and the seconds that it took."""

    reply: Reply
    width: int
    height: int
    seconds: float


class Asking:
    """Everything that is to be asked, and how far that is.

    Parameters
    ----------
    chat
        The endpoint.
    request_of
        Makes the request of an ask; called in threads.
    parser
        Of replies.
    log
        Of requests; what it has answers to is not asked again.
    prices, budget
        What requests cost, and may cost; the budget counts what the log knows.
    pace
        How they are sent.
    on_reply
        Called after each answer that was stored.

    Attributes
    ----------
    given_up : requests that failed at every try, by what happened last
    """

    def __init__(
        self,
        chat: Chat,
        request_of: Callable[[Ask], ChatRequest],
        parser: ReplyParser,
        log: Ledger,
        prices: Prices,
        budget: Budget,
        pace: Pace,
        on_reply: Callable[[], object] = lambda: None,
    ) -> None:
        self._chat, self._request_of, self._parser, self._log = chat, request_of, parser, log
        self._prices, self._budget, self._pace, self._on_reply = prices, budget, pace, on_reply
        self._queue = AskQueue(())
        self._flying: dict[Future[_Answered], _Flight] = {}
        self._failed_in_a_row = 0
        self._fault: EndpointError | None = None
        self.given_up: Counter[str] = Counter()

    def run(self, asks: Iterable[tuple[Ask, int]]) -> End:
        """Ask everything that the log has no answer to, and return why asking ended.

        Parameters
        ----------
        asks
            What is asked, each with the bytes of its text.

        Raises
        ------
        EndpointError
            If asking on would not help. What was answered is stored.
        """
        self._queue = AskQueue(
            Pending(ask, self._prices.worst(size, 1 + len(ask.examples)))
            for ask, size in asks
            if ask.name not in self._log.replies
        )
        with ThreadPoolExecutor(self._pace.parallel) as pool:
            try:
                end = self._until_the_end(pool)
            finally:
                self._collect(wait(self._flying).done)  # what was sent may be paid for: its answer is stored
        if self._fault:
            raise self._fault
        return end

    def _until_the_end(self, pool: ThreadPoolExecutor) -> End:
        while (self._queue or self._flying) and not self._fault:
            if self._pace.should_stop():
                return End.STOPPED
            has_room = self._send_what_is_due(pool)
            if not (has_room or self._flying):
                return End.BUDGET
            self._wait(has_room)
        return End.GIVEN_UP if self.given_up else End.DONE

    def _send_what_is_due(self, pool: ThreadPoolExecutor) -> bool:
        """Send as much as may be under way; False if the budget has no room for the next."""
        while len(self._flying) < self._pace.parallel:
            pending = self._queue.take(self._pace.clock())
            if pending is None:
                break
            if not self._budget.reserve(pending.worst):
                self._queue.put_back(pending)
                return False
            self._send(pool, pending)
        return True

    def _send(self, pool: ThreadPoolExecutor, pending: Pending) -> None:
        ask = pending.ask
        attempt = self._log.attempts[ask.name] + 1
        pending.tries += 1
        self._log.write(Sent(ask.name, attempt, ask.order, pending.worst, utc_now(), ask.examples))
        self._flying[pool.submit(self._answer, ask)] = _Flight(pending, attempt)

    def _answer(self, ask: Ask) -> _Answered:
        request = self._request_of(ask)
        begun = time.monotonic()
        reply = self._chat.ask(request)
        return _Answered(reply, request.width, request.height, round(time.monotonic() - begun, 3))

    def _wait(self, has_room: bool) -> None:
        """Wait until an answer is there, or something may be sent."""
        seconds = self._queue.seconds_until_due(self._pace.clock())
        if self._flying:
            must_land = len(self._flying) >= self._pace.parallel or not has_room
            self._collect(wait(self._flying, None if must_land else seconds, FIRST_COMPLETED).done)
        elif seconds:
            self._pace.sleep(seconds)

    def _collect(self, ended: Iterable[Future[_Answered]]) -> None:
        for future in ended:
            flight = self._flying.pop(future)
            try:
                self._store(flight, future.result())
            except TryLaterReplyError as error:
                self._fail(flight, error)
            except EndpointError as error:
                self._fail(flight, TryLaterReplyError(str(error), was_free=True), fault=error)

    def _store(self, flight: _Flight, answered: _Answered) -> None:
        reply, ask = answered.reply, flight.pending.ask
        parsed, cost = self._parser.parse(reply), self._prices.of(reply)
        self._log.write(
            Replied(
                ask=ask.name,
                attempt=flight.attempt,
                order=ask.order,
                state=parsed.state,
                choice="" if parsed.choice is None else self._parser.choices[parsed.choice],
                reason=parsed.reason,
                text=reply.text,
                refusal=reply.refusal,
                finish=reply.finish,
                tokens_in=reply.tokens_in,
                tokens_out=reply.tokens_out,
                model=reply.model,
                width=answered.width,
                height=answered.height,
                seconds=answered.seconds,
                cost=cost,
                at=utc_now(),
            )
        )
        self._settle(flight.pending, cost)
        self._failed_in_a_row = 0
        self._on_reply()

    def _settle(self, pending: Pending, cost: Decimal | None) -> None:
        self._budget.settle(pending.worst, cost)
        if cost is not None and cost > pending.worst and self._budget.cap is not None:
            cost_text, worst_text = amount_text(cost), amount_text(pending.worst)
            self._fault = EndpointError(
                f"A request cost {cost_text} where {worst_text} was thought to be the most, so the budget "
                "could be passed. Give --photo-tokens and prices as the endpoint counts them, then go on"
            )

    def _fail(self, flight: _Flight, error: TryLaterReplyError, fault: EndpointError | None = None) -> None:
        """Note a request that failed; it is sent again later, unless asking on would not help."""
        pending, cost = flight.pending, Decimal(0) if error.was_free else None
        self._log.write(
            Failed(pending.ask.name, flight.attempt, error.status, error.reason, error.raw, cost, utc_now())
        )
        self._settle(pending, cost)
        if fault:
            self._fault = fault
        elif pending.tries < self._pace.tries:
            self._retry(pending, error)
        else:
            self._give_up(error)

    def _retry(self, pending: Pending, error: TryLaterReplyError) -> None:
        seconds = self._pace.wait_after(pending.tries, error.wait)
        if seconds > max(PATIENCE, LONGEST_WAIT):
            self._fault = EndpointError(
                f"The endpoint {error.reason} and asks to wait {seconds:.0f} s: go on then; what is "
                "stored stays"
            )
        due = self._pace.clock() + seconds
        if error.status == TOO_MANY or error.wait:
            self._queue.not_before = max(self._queue.not_before, due)
        self._queue.retry(pending, due)

    def _give_up(self, error: TryLaterReplyError) -> None:
        self.given_up[error.reason] += 1
        self._failed_in_a_row += 1
        if self._failed_in_a_row >= GIVEN_UP_IN_A_ROW:
            self._fault = EndpointError(
                f"{GIVEN_UP_IN_A_ROW} requests in a row failed {self._pace.tries} times each; the last: "
                f"{error.reason}. Go on when the endpoint is well; what is stored stays"
            )


def utc_now() -> str:
    """Return the time in UTC.

    Examples
    --------
    >>> utc_now()  # doctest: +SKIP
    '2026-05-04T09:00:00Z'
    """
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
