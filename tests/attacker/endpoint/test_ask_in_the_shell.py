"""`ask`: a server that speaks the chat interface answers a pack, and `take` takes its table."""

from __future__ import annotations

import csv
import math
import os
import signal
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from itertools import count
from pathlib import Path

import msgspec
import pytest

from attacker.__main__ import main
from attacker.endpoint.place import place_of
from attacker.endpoint.request_log import Failed, Line, Replied, Sent
from tests.attacker.endpoint.chat_server import (
    KEY,
    PHOTO_TOKENS,
    PRICE_IN,
    PRICE_OUT,
    ChatServer,
    Trouble,
    serving,
)
from tests.attacker.endpoint.packed import pack_of

PARALLEL = 4
PRICES = [
    f"--price-in={PRICE_IN}",
    f"--price-out={PRICE_OUT}",
    f"--photo-tokens={PHOTO_TOKENS}",
    "--written-tokens=8",
]


@pytest.fixture(autouse=True)
def _key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENDPOINT_API_KEY", KEY)
    monkeypatch.delenv("ENDPOINT_PRIVATE_ORIGINS", raising=False)


def arguments(folder: Path, base_url: str, *more: str) -> list[str]:
    """The command without waits that a test would feel."""
    pace = [f"--parallel={PARALLEL}", "--first-wait=0.01"]
    place = [f"--base-url={base_url}", "--model=planted", f"--out={folder / 'out'}"]
    return ["ask", str(folder / "pack.zip"), *place, *pace, *more]


def lines(folder: Path) -> list[Line]:
    content = (folder / "out" / "requests.jsonl").read_bytes()
    return [msgspec.json.decode(line, type=Line) for line in content.splitlines()]


def replies(folder: Path) -> list[Replied]:
    return [line for line in lines(folder) if isinstance(line, Replied)]


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "out" / "answers.csv").open(newline="") as file:
        return list(csv.DictReader(file))


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


def test_structured_output_is_asked_for_and_read(tmp_path: Path) -> None:
    pack_of(tmp_path, 6)
    with serving(lambda number, attempt: Trouble.JUNK if number == 4 else Trouble.NONE) as server:
        assert main(arguments(tmp_path, server.base_url, "--structured")) == 0
    assert {body["response_format"]["type"] for body in server.bodies} == {"json_schema"}
    assert Counter(row["state"] for row in table(tmp_path)) == {"answered": 5, "off-list": 1}


def five_percent_trouble_and_three_percent_junk(number: int, attempt: int) -> Trouble:
    """Of each hundred: three are too many at first, two break at first, three are junk."""
    place = number % 100
    if place in (10, 40, 70, 20, 60) and attempt == 0:
        return Trouble.TOO_MANY if place in (10, 40, 70) else Trouble.BROKEN
    return Trouble.JUNK if place in (5, 35, 65) else Trouble.NONE


def killed_after(server: ChatServer, command: list[str], answers: int, temporary: Path) -> None:
    """Run the command in a process of its own, and kill it when the server has answered so much in all.

    The server holds everything else back meanwhile, so that the process cannot end before it is killed.
    """
    server.hold_at(answers)
    environment = os.environ | {"TMPDIR": str(temporary)}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    server.wait_until_held()
    process.send_signal(signal.SIGKILL)
    assert process.wait(timeout=60) == -signal.SIGKILL
    server.hold_at(math.inf)


def asked_with_two_kills(folder: Path, photos: int) -> tuple[ChatServer, str]:
    """Ask about a pack with trouble, kill the process at a third and at two thirds, and go on to the end."""
    pack, key = pack_of(folder, photos)
    temporary = folder / "temporary"
    temporary.mkdir()
    with serving(five_percent_trouble_and_three_percent_junk) as server:
        command = arguments(folder, server.base_url, *PRICES, "--budget=100")
        process = [sys.executable, "-m", "attacker", *command]
        killed_after(server, process, photos // 3, temporary)
        killed_after(server, process, 2 * photos // 3, temporary)
        assert list(temporary.rglob("*.png")) == [], "a killed process has left photos of the study"
        run = subprocess.run(process, capture_output=True, text=True, timeout=100, check=False)
    assert run.returncode == 0, run.stderr
    taken = ["take", str(pack), str(folder / "out" / "answers.csv"), "--key", str(key), "--name", "vlm"]
    assert main([*taken, "--out", str(folder / "predictions.csv")]) == 0
    return server, run.stdout


def check_the_books(folder: Path, server: ChatServer, photos: int) -> None:
    """Nothing stored was asked again, and the log's costs agree with the server's bill to the last digit."""
    answered: set[str] = set()
    for line in lines(folder):
        if isinstance(line, Sent):
            assert line.ask not in answered, "asked again after it was stored"
        elif isinstance(line, Replied):
            assert line.ask not in answered
            answered.add(line.ask)
    assert len(answered) == photos
    lost = server.given.total() - photos
    assert 0 <= lost <= 2 * PARALLEL, "only what was under way when the process was killed is asked twice"
    (each,) = {reply.cost for reply in replies(folder)}
    assert each * (photos + lost) == server.bill


def test_a_run_that_is_killed_twice_ends_as_if_it_had_not_been(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server, printed = asked_with_two_kills(tmp_path, 100)
    check_the_books(tmp_path, server, 100)
    assert "97   97.0%" in printed
    assert "97 answered, 3 off-list" in capsys.readouterr().out
    assert (server.made[Trouble.TOO_MANY], server.made[Trouble.BROKEN]) == (3, 2)


@pytest.mark.slow
def test_two_thousand_requests_killed_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server, _ = asked_with_two_kills(tmp_path, 2000)
    check_the_books(tmp_path, server, 2000)
    assert "1940 answered, 60 off-list" in capsys.readouterr().out
    assert (server.made[Trouble.TOO_MANY], server.made[Trouble.BROKEN]) == (60, 40)


@pytest.mark.slow
def test_two_thousand_requests_within_a_budget_for_half_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack_of(tmp_path, 2000)
    with serving(five_percent_trouble_and_three_percent_junk) as server:
        assert main(arguments(tmp_path, server.base_url, *PRICES, "--budget=1.00")) == 1
    assert "the next request might pass the budget" in capsys.readouterr().err
    booked = sum((reply.cost for reply in replies(tmp_path) if reply.cost is not None), Decimal(0))
    assert booked == server.bill <= 1
    worst = {(line.ask, line.attempt): line.worst for line in lines(tmp_path) if isinstance(line, Sent)}
    unsure = sum(
        (
            worst[line.ask, line.attempt]
            for line in lines(tmp_path)
            if isinstance(line, Failed) and line.cost is None
        ),
        Decimal(0),
    )
    assert 1 - max(worst.values()) < booked + unsure <= 1
