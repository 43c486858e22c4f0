"""`ask`: let a machine behind a chat endpoint answer a pack, within a budget, and write its table."""

from __future__ import annotations

import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from attacker.errors import ConfigError

if TYPE_CHECKING:
    from attacker.endpoint.answering import Terms
    from attacker.endpoint.ask_plan import Plan
    from attacker.endpoint.budget import Prices
    from attacker.endpoint.chat_client import ChatClient
    from attacker.endpoint.place import Place
    from attacker.packs.manifest import Manifest

KEY = "ENDPOINT_API_KEY"


def describe(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("pack", type=Path, help="the pack")
    parser.add_argument("--base-url", required=True, help="of the endpoint, as https://api.example.org/v1")
    parser.add_argument("--model", required=True, help="as the endpoint names it")
    parser.add_argument("--out", type=Path, default=Path("endpoint"), help="folder (%(default)s)")
    parser.add_argument("--dry-run", action="store_true", help="say number and cost of requests; send none")
    _describe_question(parser)
    _describe_cost(parser)
    _describe_pace(parser)


def _describe_question(parser: ArgumentParser) -> None:
    parser.add_argument("--template", type=Path, help="file with the text, {question} and {choices} in it")
    parser.add_argument("--structured", action="store_true", help="ask for JSON by a schema")
    parser.add_argument("--temperature", type=_temperature, default=0.0, help="or 'own' (%(default)s)")
    parser.add_argument("--repeats", type=int, default=1, help="requests for each photo (%(default)s)")
    parser.add_argument("--size", type=int, default=512, help="longest side sent, in pixels (%(default)s)")
    parser.add_argument("--image-format", default="png", help="png or jpeg (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the orders drawn (%(default)s)")
    parser.add_argument(
        "--examples",
        type=int,
        default=0,
        help="labelled training photos of each class that are shown first, from the pack (%(default)s)",
    )
    parser.add_argument("--written-tokens", type=int, default=64, help="most that it may write (%(default)s)")
    parser.add_argument(
        "--token-field", default="max_tokens", help="or max_completion_tokens, as the endpoint has it"
    )


def _describe_cost(parser: ArgumentParser) -> None:
    parser.add_argument("--budget", type=_money, help="cap that is never passed, in the currency of prices")
    parser.add_argument("--price-in", type=_money, default=Decimal(0), help="of a million tokens sent")
    parser.add_argument("--price-out", type=_money, default=Decimal(0), help="of a million tokens written")
    parser.add_argument("--photo-tokens", type=int, help="most that the endpoint counts for one photo")


def _describe_pace(parser: ArgumentParser) -> None:
    parser.add_argument("--parallel", type=int, default=4, help="requests at once (%(default)s)")
    parser.add_argument("--tries", type=int, default=6, help="of each request (%(default)s)")
    parser.add_argument("--first-wait", type=float, default=1.0, help="seconds, then doubled (%(default)s)")
    parser.add_argument("--timeout", type=float, default=180.0, help="seconds for an answer (%(default)s)")
    parser.add_argument("--give-up", action="store_true", help="what has no answer counts as empty")


def run(args: Namespace) -> Iterator[str]:
    """Ask, and yield how that went; what is stored is not asked again."""
    from attacker.endpoint.answering import Terms, dry_run
    from attacker.packs.pack_archive import manifest_of

    manifest = manifest_of(args.pack)
    plan, terms = _plan(args, manifest), Terms(args.budget, _prices(args))
    if args.dry_run:
        yield from dry_run(plan, manifest, terms, _log_of(args))
    else:
        yield from _asked(args, plan, manifest, terms)


def _asked(args: Namespace, plan: Plan, manifest: Manifest, terms: Terms) -> Iterator[str]:
    from attacker.endpoint.answering import ask_pack, outcome, require_consent
    from attacker.endpoint.asking import Pace, utc_now
    from attacker.endpoint.place import PRIVATE_ORIGINS, place_of
    from attacker.endpoint.request_log import RequestLog

    place = place_of(plan.base_url, os.environ.get(PRIVATE_ORIGINS, "").split(","))
    require_consent(manifest, place)
    pace = Pace(args.parallel, args.tries, args.first_wait)
    with closing(RequestLog(_log_of(args), plan, utc_now())) as log, closing(_client(args, place)) as chat:
        if log.torn:
            yield f"{log.path}: {log.torn} bytes at its end were no whole line, and were dropped"
        total = len(manifest.stimuli) * plan.repeats
        with tqdm(total=total, initial=len(log.replies), desc="asking", unit="request", delay=0.5) as bar:
            end = ask_pack(args.pack, plan, log, chat, terms, pace, bar.update)
        yield from outcome(plan, manifest, log, end, args.out / "answers.csv", args.give_up)


def _client(args: Namespace, place: Place) -> ChatClient:
    try:
        from attacker.endpoint.chat_client import ChatClient
    except ImportError as error:
        raise ConfigError(f"this needs a package more ({error}): pip install '.[endpoint]'") from error
    return ChatClient(place, os.environ.get(KEY, ""), args.timeout)


def _log_of(args: Namespace) -> Path:
    path: Path = args.out / "requests.jsonl"
    return path


def _plan(args: Namespace, manifest: Manifest) -> Plan:
    from attacker.endpoint.ask_plan import STRUCTURED_TEMPLATE, TEMPLATE, Plan
    from attacker.photos.decoding import read_bytes

    template = STRUCTURED_TEMPLATE if args.structured else TEMPLATE
    return Plan(
        pack=manifest.pack,
        base_url=args.base_url,
        model=args.model,
        template=read_bytes(args.template).decode() if args.template else template,
        temperature=args.temperature,
        repeats=args.repeats,
        size=args.size,
        image_format=args.image_format,
        structured=args.structured,
        written_tokens=args.written_tokens,
        token_field=args.token_field,
        seed=args.seed,
        shots=args.examples,
    )


def _prices(args: Namespace) -> Prices:
    from attacker.endpoint.budget import Prices

    has_prices = args.price_in or args.price_out
    if args.budget is not None and (not has_prices or args.photo_tokens is None):
        raise ConfigError(
            "a budget needs --price-in and --price-out, and with --photo-tokens the most tokens that the "
            "endpoint counts for one photo of this size: its price list says"
        )
    return Prices(args.price_in, args.price_out, args.photo_tokens or 0, args.written_tokens)


def _money(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise ArgumentTypeError(f"{text!r} is no amount of money, as 2.50")
    return amount


def _temperature(text: str) -> float | None:
    try:
        return None if text == "own" else float(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is neither a number nor 'own'") from error
