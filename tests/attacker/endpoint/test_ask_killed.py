"""`ask` under trouble: processes that are killed, a server that stumbles, a budget that ends."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from attacker.__main__ import main
from attacker.endpoint.ledger import Failed, Replied, Sent
from tests.attacker.endpoint.asked import PARALLEL, PRICES, arguments, lines, replies
from tests.attacker.endpoint.chat_server import (
    ChatServer,
    Trouble,
    serving,
)
from tests.attacker.endpoint.packed import pack_of

pytestmark = pytest.mark.usefixtures("key_in_the_environment")


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


@pytest.mark.thorough
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
