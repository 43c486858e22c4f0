"""`ask`: a server that speaks the chat interface answers a pack, and `take` takes its table."""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest

from attacker.__main__ import main
from attacker.endpoint.ledger import Failed, Sent
from attacker.endpoint.place import place_of
from tests.attacker.endpoint.asked import PARALLEL, PRICES, arguments, lines, replies, table
from tests.attacker.endpoint.chat_server import (
    KEY,
    Trouble,
    serving,
)
from tests.attacker.endpoint.packed import pack_of

pytestmark = pytest.mark.usefixtures("key_in_the_environment")


@pytest.mark.thorough
def test_a_machine_that_sees_the_colour_is_taken_with_all_its_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack, key = pack_of(tmp_path, 12)
    with serving() as server:
        assert main(arguments(tmp_path, server.base_url, *PRICES)) == 0
    taken = ["take", str(pack), str(tmp_path / "out" / "answers.csv"), "--key", str(key), "--name", "vlm"]
    assert main([*taken, "--kind=zero-shot", "--out", str(tmp_path / "predictions.csv")]) == 0
    printed = capsys.readouterr().out
    assert "test: balanced accuracy 1.000 on 12 photos" in printed
    assert f"they cost {server.bill.normalize():f}, and at most 0 more" in printed
    assert {body["temperature"] for body in server.bodies} == {0.0}
    for sent in (line for line in lines(tmp_path) if isinstance(line, Sent)):
        assert sorted(sent.order) == [0, 1, 2]
    assert len({reply.order for reply in replies(tmp_path)}) > 1, "orders are drawn for each request"


@pytest.mark.thorough
def test_the_table_says_what_each_answer_took_and_its_costs_are_the_bill(
    tmp_path: Path,
) -> None:
    pack, key = pack_of(tmp_path, 6)
    with serving(lambda number, attempt: Trouble.TOO_MANY if attempt == 0 else Trouble.NONE) as server:
        assert main(arguments(tmp_path, server.base_url, *PRICES, "--repeats=2")) == 0
    written = table(tmp_path)
    assert sum(Decimal(row["cost"]) for row in written) == server.bill
    by_stimulus: Counter[str] = Counter()
    for reply in replies(tmp_path):
        by_stimulus[reply.ask.partition("/")[0]] += round(1000 * reply.seconds)
    assert {row["stimulus"]: round(1000 * float(row["seconds"])) for row in written} == by_stimulus
    taken = ["take", str(pack), str(tmp_path / "out" / "answers.csv"), "--key", str(key), "--name", "vlm"]
    assert main([*taken, "--out", str(tmp_path / "predictions.csv")]) == 0
    with (tmp_path / "predictions.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(Decimal(row["answer_cost"]) for row in rows) == server.bill
    assert all(float(row["answer_seconds"]) > 0 for row in rows)


def test_without_prices_the_cost_of_an_answer_is_not_known(tmp_path: Path) -> None:
    pack_of(tmp_path, 3)
    with serving() as server:
        assert main(arguments(tmp_path, server.base_url)) == 0
    assert {row["cost"] for row in table(tmp_path)} == {""}
    assert all(row["seconds"] for row in table(tmp_path))


def test_every_way_to_name_no_choice_has_its_row_in_the_table_of_states(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack, key = pack_of(tmp_path, 12)
    ways = [Trouble.JUNK, Trouble.SEVERAL, Trouble.EMPTY, Trouble.REFUSAL, Trouble.FILTER, Trouble.NONE]
    with serving(lambda number, attempt: ways[number % 6]) as server:
        assert main(arguments(tmp_path, server.base_url)) == 0
    printed = capsys.readouterr().out
    for row in ("answered          2        2   16.7%", "refused           4        4   33.3%"):
        assert row in printed
    states = Counter(row["state"] for row in table(tmp_path))
    assert states == {"answered": 2, "refused": 4, "off-list": 2, "several": 2, "empty": 2}
    assert all(reply.reason and not reply.choice for reply in replies(tmp_path) if reply.state != "answered")
    taken = ["take", str(pack), str(tmp_path / "out" / "answers.csv"), "--key", str(key), "--name", "vlm"]
    assert main([*taken, "--out", str(tmp_path / "predictions.csv")]) == 0
    assert "(2 answered, 4 refused, 2 off-list, 2 several, 2 empty)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "trouble",
    [Trouble.TOO_MANY, Trouble.BROKEN, Trouble.CUT, Trouble.OTHER_JSON, Trouble.PAGE],
    ids=lambda trouble: trouble.name,
)
def test_trouble_that_passes_is_asked_again_until_there_is_an_answer(
    tmp_path: Path, trouble: Trouble
) -> None:
    pack_of(tmp_path, 6)
    with serving(lambda number, attempt: trouble if attempt < 2 else Trouble.NONE) as server:
        assert main(arguments(tmp_path, server.base_url, *PRICES)) == 0
    assert {row["state"] for row in table(tmp_path)} == {"answered"}
    failed = [line for line in lines(tmp_path) if isinstance(line, Failed)]
    assert (len(failed), server.made[trouble]) == (12, 12), "no client asks again behind our back"
    free = {Decimal(0)} if trouble == Trouble.TOO_MANY else {None}
    assert {line.cost for line in failed} == free


@pytest.mark.sampled
@pytest.mark.parametrize("trouble", [Trouble.NO_KEY, Trouble.NO_MONEY, Trouble.ELSEWHERE])
def test_trouble_that_stays_stops_at_once_and_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], trouble: Trouble
) -> None:
    pack_of(tmp_path, 30)
    with serving(lambda number, attempt: trouble) as server:
        assert main(arguments(tmp_path, server.base_url)) == 1
    assert server.asked.total() <= PARALLEL
    assert set(server.paths) == {"/v1/chat/completions"}, "redirects are not followed"
    assert "Look at address, key, model and settings" in capsys.readouterr().err


def test_the_key_goes_to_the_endpoint_and_nowhere_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack_of(tmp_path, 6)
    with serving(lambda number, attempt: Trouble.NO_KEY) as server:
        main(arguments(tmp_path, server.base_url))
    assert {headers["authorization"] for headers in server.headers} == {f"Bearer {KEY}"}
    names = {name for headers in server.headers for name in headers}
    assert not {name for name in names if name.startswith(("x-", "openai"))}, "nor does it learn more of us"
    printed = capsys.readouterr()
    assert "[key]" in printed.err
    stored = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert KEY not in printed.out + printed.err + stored.decode()


def test_photos_leave_only_with_a_pack_that_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack_of(tmp_path, 3)
    assert main(arguments(tmp_path, "https://93.184.216.34/v1")) == 1
    assert "does not allow that its photos are sent to https://93.184.216.34" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("base_url", "problem"),
    [
        ("http://93.184.216.34/v1", "readable on the way"),
        ("https://10.0.0.7/v1", "leads inside the network"),
        ("https://me:secret@93.184.216.34/v1", "holds a name, password or query"),
        ("https://93.184.216.34/v1?key=secret", "holds a name, password or query"),
        ("ftp://93.184.216.34", "begins with https:// or http://"),
    ],
)
def test_addresses_that_may_not_be_called(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], base_url: str, problem: str
) -> None:
    pack_of(tmp_path, 3, may_leave=True)
    assert main(arguments(tmp_path, base_url)) == 1
    printed = capsys.readouterr().err
    assert problem in printed
    assert "secret" not in printed


def test_an_address_inside_the_network_is_called_where_the_administrator_allows_it() -> None:
    place = place_of("http://10.0.0.7:8000/v1", ["http://10.0.0.7:8000"])
    assert (place.ip, place.is_inside) == ("10.0.0.7", True)
    assert not place_of("https://93.184.216.34/v1").is_inside


def test_a_dry_run_says_number_and_cost_and_sends_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack_of(tmp_path, 10)
    with serving() as server:
        dry = arguments(tmp_path, server.base_url, *PRICES, "--repeats=3", "--budget=0.01", "--dry-run")
        assert main(dry) == 0
    printed = capsys.readouterr().out
    assert f"30 requests to {server.base_url} for 10 stimuli, 3 each; 0 are answered already" in printed
    assert "they cost at most 0.051675, each at most 0.0017225" in printed
    assert "surely pays for 5 of them" in printed
    assert "may not be sent to machines of others" in printed
    assert "Which colour?\nChoices:\n- " in printed
    assert server.asked.total() == 0
    assert not (tmp_path / "out").exists()


def test_a_budget_needs_prices(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack_of(tmp_path, 3)
    assert main(arguments(tmp_path, "http://127.0.0.1:9/v1", "--budget=1")) == 1
    assert "a budget needs --price-in and --price-out" in capsys.readouterr().err


@pytest.mark.thorough
def test_a_budget_is_never_passed_and_a_larger_one_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack_of(tmp_path, 40)
    with serving() as server:
        assert main(arguments(tmp_path, server.base_url, *PRICES, "--budget=0.02")) == 1
        assert "the next request might pass the budget" in capsys.readouterr().err
        assert Decimal("0.018") < server.bill <= Decimal("0.02")
        assert not (tmp_path / "out" / "answers.csv").exists()
        assert main(arguments(tmp_path, server.base_url, *PRICES, "--budget=0.05")) == 0
    assert set(server.given.values()) == {1}, "what is stored is not asked again"
    assert len(table(tmp_path)) == 40


@pytest.mark.thorough
def test_repeats_without_a_choice_have_no_vote_where_another_names_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack_of(tmp_path, 6)
    requests = count()  # the same order may be drawn twice, so that two repeats look alike to the server
    with serving(lambda *_: Trouble.REFUSAL if next(requests) < 12 else Trouble.NONE) as server:
        assert main(arguments(tmp_path, server.base_url, "--repeats=3", "--parallel=1")) == 0
    assert Counter(row["state"] for row in table(tmp_path)) == {"answered": 6}
    printed = capsys.readouterr().out
    assert "answered          6        6  100.0%" in printed
    assert "refused          12        0    0.0%" in printed


@pytest.mark.thorough
def test_what_never_gets_an_answer_counts_as_empty_only_if_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack_of(tmp_path, 6)
    with serving(lambda number, attempt: Trouble.BROKEN if number == 4 else Trouble.NONE) as server:
        assert main(arguments(tmp_path, server.base_url, "--tries=2")) == 1
        assert "1 requests have no answer yet: some requests failed at every try (1 answers 500)" in (
            capsys.readouterr().err
        )
        assert main(arguments(tmp_path, server.base_url, "--tries=2", "--give-up")) == 0
    assert Counter(row["state"] for row in table(tmp_path)) == {"answered": 5, "empty": 1}


def test_replies_without_a_price_count_at_their_worst(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack_of(tmp_path, 4)
    with serving(lambda number, attempt: Trouble.NO_USAGE) as server:
        assert main(arguments(tmp_path, server.base_url, *PRICES, "--budget=0.006")) == 1
    assert server.asked.total() == 3, "a fourth might cost .0017225 more than the .006"
    assert "0.0051675 of it is spent, or may be" in capsys.readouterr().err


@pytest.mark.thorough
def test_structured_output_is_asked_for_and_read(tmp_path: Path) -> None:
    pack_of(tmp_path, 6)
    with serving(lambda number, attempt: Trouble.JUNK if number == 4 else Trouble.NONE) as server:
        assert main(arguments(tmp_path, server.base_url, "--structured")) == 0
    assert {body["response_format"]["type"] for body in server.bodies} == {"json_schema"}
    assert Counter(row["state"] for row in table(tmp_path)) == {"answered": 5, "off-list": 1}
