"""A whole pack is asked about, within terms that are checked before; and what came of it, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from attacker.endpoint.ask_plan import Plan, asks_of
from attacker.endpoint.asking import Asking, End, Pace, utc_now
from attacker.endpoint.budget import Budget, Prices, amount_text
from attacker.endpoint.chat import Chat, EndpointError
from attacker.endpoint.estimate import paid_for, worst_costs
from attacker.endpoint.ledger import Ledger
from attacker.endpoint.place import Place
from attacker.endpoint.reply_parser import ReplyParser
from attacker.endpoint.request_body import image_url, prompt_of, request_of, text_bytes
from attacker.endpoint.request_log import RequestLog
from attacker.endpoint.votes import answer_table, answers_of, state_lines
from attacker.packs.kinds import FEW_SHOT
from attacker.packs.manifest import Manifest
from attacker.packs.pack_archive import Packed, manifest_of, opened
from attacker.packs.table_statement import TableStatement


@dataclass(frozen=True)
class Terms:
    """What asking may cost.

    Attributes
    ----------
    cap : that is never passed; None: no cap
    prices : of tokens
    """

    cap: Decimal | None = None
    prices: Prices = field(default_factory=Prices)


def require_consent(manifest: Manifest, place: Place) -> None:
    """Refuse to send photos to machines of others unless their pack allows it.

    Raises
    ------
    EndpointError
        If it does not.

    Examples
    --------
    >>> inside = Place("http://127.0.0.1/v1", "http://127.0.0.1", "127.0.0.1", is_inside=True)
    >>> require_consent(Manifest("p", "?", ("a", "b"), ()), inside)
    """
    if not (manifest.may_leave or place.is_inside):
        raise EndpointError(
            f"Pack {manifest.pack} does not allow that its photos are sent to {place.origin}. If who is "
            "shown has agreed to that, and whoever owns the photos, make a pack that says so (--may-leave, "
            "or the study's design); else ask a machine of your own"
        )


def dry_run(plan: Plan, manifest: Manifest, terms: Terms, path: Path) -> Iterator[str]:
    """Yield what asking would send and cost; nothing is sent.

    Parameters
    ----------
    plan, manifest, terms
        What would be asked, of what, at which prices.
    path
        Of the log, which may be there already.

    Examples
    --------
    >>> terms = Terms(prices=Prices(Decimal(1)))
    >>> plan, pack = Plan("p", "http://127.0.0.1/v1", "m"), Manifest("p", "?", ("a", "b"), ())
    >>> next(dry_run(plan, pack, terms, Path("nowhere")))
    '0 requests to http://127.0.0.1/v1 for 0 stimuli, 1 each; 0 are answered already'
    """
    answered, spent = _known(plan, path)
    asks = list(asks_of(plan, manifest))
    worst = worst_costs(plan, manifest, terms.prices, answered)
    yield (
        f"{len(worst)} requests to {plan.base_url} for {len(manifest.stimuli)} stimuli, {plan.repeats} each; "
        f"{len(answered)} are answered already"
    )
    if plan.shots:
        photos = 1 + plan.shots * len(manifest.choices)
        yield f"each sends {photos} photos: {plan.shots} labelled examples of each class, then the stimulus"
    total, dearest = sum(worst, Decimal(0)), max(worst, default=Decimal(0))
    yield f"they cost at most {amount_text(total)}, each at most {amount_text(dearest)}"
    if terms.cap is not None:
        yield _reach(worst, terms.cap, spent)
    may = "may" if manifest.may_leave else "may not"
    yield f"photos of this pack {may} be sent to machines of others"
    yield from (f"the first text:\n{prompt_of(plan, manifest, ask)}" for ask in asks[:1])


def _known(plan: Plan, path: Path) -> tuple[set[str], Decimal]:
    """Return what is answered, and what that cost or may have cost."""
    if not path.exists():
        return set(), Decimal(0)
    with closing(RequestLog(path, plan, utc_now())) as log:
        return set(log.replies), log.spent + log.unsure


def _reach(worst: list[Decimal], cap: Decimal, spent: Decimal) -> str:
    """Say how many requests a budget surely pays for."""
    known = f"the budget of {amount_text(cap)}, of which {amount_text(spent)} is spent"
    return f"{known}, surely pays for {paid_for(worst, cap - spent)} of them"


def ask_pack(
    pack: Path,
    plan: Plan,
    log: Ledger,
    chat: Chat,
    terms: Terms,
    pace: Pace,
    on_reply: Callable[[], object] = lambda: None,
) -> tuple[End, str]:
    """Ask about every stimulus of a pack what the log has no answer to; return why it ended, and a reason.

    Parameters
    ----------
    pack
        The file.
    plan, log, chat, terms, pace, on_reply
        See `ask_about`.

    Raises
    ------
    EndpointError
        If asking on would not help; what was answered is stored.
    PackError
        If the pack is damaged.

    Examples
    --------
    >>> ask_pack(Path("pack.zip"), plan, log, chat, Terms(), Pace())  # doctest: +SKIP
    (<End.DONE: 'done'>, '')
    """
    with opened(pack) as photo_of:
        return ask_about(manifest_of(pack), photo_of, plan, log, chat, terms, pace, on_reply)


def ask_about(
    manifest: Manifest,
    photo_of: Callable[[Packed], bytes],
    plan: Plan,
    log: Ledger,
    chat: Chat,
    terms: Terms,
    pace: Pace,
    on_reply: Callable[[], object] = lambda: None,
) -> tuple[End, str]:
    """Ask about every stimulus, wherever its photo lies; see `ask_pack`.

    Parameters
    ----------
    manifest
        Of the pack.
    photo_of
        Returns the file of a stimulus or example, or raises if it is not the one that was packed; several
        threads call it at once.
    plan, log, chat, terms, pace
        See `asking.Asking`.
    on_reply
        Called after each answer that was stored.

    Examples
    --------
    >>> ask_about(manifest, photo_of, plan, log, chat, Terms(), Pace())  # doctest: +SKIP
    (<End.DONE: 'done'>, '')
    """
    budget = Budget(terms.cap, log.spent, log.unsure)
    stimuli = {stimulus.name: stimulus for stimulus in manifest.stimuli}
    for stimulus in manifest.stimuli:
        photo_of(stimulus)  # a damaged one is found before the first is sent
    shown = manifest.first_examples(plan.shots)
    examples = {each.name: image_url(plan, each.name, photo_of(each)) for each in shown}
    asking = Asking(
        chat,
        lambda ask: request_of(plan, manifest, ask, photo_of(stimuli[ask.stimulus]), examples),
        ReplyParser(manifest.choices, plan.structured),
        log,
        terms.prices,
        budget,
        pace,
        on_reply,
    )
    end = asking.run((ask, text_bytes(plan, manifest, ask)) for ask in asks_of(plan, manifest))
    return end, _why(end, asking, budget)


def _why(end: End, asking: Asking, budget: Budget) -> str:
    if end == End.BUDGET:
        return (
            f"the next request might pass the budget: {amount_text(budget.counted)} of it is spent, or may "
            "be. Give a larger one to go on"
        )
    reasons = ", ".join(f"{count} {reason}" for reason, count in asking.given_up.items())
    return f"some requests failed at every try ({reasons}). Go on to ask these again" if reasons else ""


def outcome(
    plan: Plan, manifest: Manifest, log: Ledger, ended: tuple[End, str], path: Path, gives_up: bool
) -> Iterator[str]:
    """Write the table of answers if it is whole, and yield what came of asking.

    Parameters
    ----------
    plan, manifest, log
        What was asked, and answered.
    ended
        See `ask_pack`.
    path
        Of the table.
    gives_up
        Whether it is written although answers are missing; they count as empty.

    Raises
    ------
    EndpointError
        If the table is not whole, and is to be.

    Examples
    --------
    >>> list(outcome(plan, manifest, log, (End.DONE, ""), Path("answers.csv"), False))  # doctest: +SKIP
    """
    answers = list(answers_of(manifest, plan.repeats, log.replies, log.costs))
    missing = len(manifest.stimuli) * plan.repeats - len(log.replies)
    yield from state_lines(log.replies.values(), answers)
    failed = ", ".join(f"{count} {reason}" for reason, count in sorted(log.failures.items()))
    yield f"{log.attempts.total()} requests were sent; failed: {failed or 'none'}"
    unsure = amount_text(log.unsure)
    yield f"they cost {amount_text(log.spent)}, and at most {unsure} more that no reply tells"
    _, reason = ended
    if missing and not gives_up:
        raise EndpointError(f"{missing} requests have no answer yet: {reason}")
    path.write_text(answer_table(manifest, answers, stated_of(plan)), encoding="utf-8")
    yield f"{path}: {len(answers)} answers ({missing} requests without any); give it to `take`"


def stated_of(plan: Plan) -> TableStatement:
    """Return what the table says of the machine; that it learnt nothing else, only its owner can say.

    Examples
    --------
    >>> stated_of(Plan("p", "http://127.0.0.1/v1", "m")).source
    'm, behind a chat endpoint'
    """
    source = f"{plan.model}, behind a chat endpoint"
    return TableStatement(FEW_SHOT, plan.shots, source) if plan.shots else TableStatement(source=source)
