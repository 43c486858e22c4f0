"""`python -m config.stack up` in this process: what it refuses in words, and what it starts, in order."""

from __future__ import annotations

import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from config.stack import services
from config.stack.__main__ import main
from config.stack.layout import Layout, Site
from config.stack.service import Service
from config.stack.supervisor import Supervisor

Make = Callable[..., Service]
SLEEP = "import time; time.sleep(600)"


@pytest.fixture
def var(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("SWEETSPOT_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("BROKER_URL", raising=False)
    return tmp_path / "var"


@pytest.fixture
def run_before(monkeypatch: pytest.MonkeyPatch, make_service: Make) -> list[str]:
    """Programs that sleep in place of the parts; others are only written down, and the demo ends with 7."""
    commands: list[str] = []

    def run(_: Supervisor, command: tuple[str, ...], log: Path | None = None) -> int:
        commands.append(" ".join(command[1:]))
        return 7 if "demo" in command else 0

    monkeypatch.setattr(Supervisor, "run", run)
    for part in ("broker", "beat", "worker"):
        monkeypatch.setattr(services, part, lambda _, part=part: make_service(SLEEP, part))
    monkeypatch.setattr(services, "web", lambda *_: make_service(SLEEP, "web"))
    return commands


def test_a_demo_of_own_photos_ends_the_command_with_its_code(
    var: Path, run_before: list[str], free_port: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["up", "--demo", "--once", "--port", str(free_port), "--photos", str(tmp_path)]
    assert main(words) == 7
    prepared, demo = run_before
    assert prepared == "-m config.stack.prepare"
    assert demo.endswith(f"demo --base-url http://127.0.0.1:{free_port} --photos {tmp_path}")
    printed = capsys.readouterr().out
    assert printed.index("broker ready") < printed.index("preparing database") < printed.index("web ready")
    assert "The demo ended with code 7." in printed


def test_the_addresses_are_told_with_the_key_of_the_first_account(
    var: Path,
    run_before: list[str],
    free_port: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(Supervisor, "keep_running", lambda _: None)
    layout = Layout(var)
    layout.create()
    layout.first_account.write_text("secret", encoding="ascii")
    assert main(["up", "--host", "0.0.0.0", "--port", str(free_port)]) == 0
    printed = capsys.readouterr().out
    assert f"http://127.0.0.1:{free_port}/first-account/?token=secret" in printed
    assert str(layout.log("*")) in printed


def test_a_taken_port_is_named_with_a_way_out(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["up", "--port", str(port)]) == 1
    refusal = capsys.readouterr().err
    assert f"127.0.0.1:{port} cannot be used" in refusal
    assert f"--port {port + 1}" in refusal


def test_a_broker_from_elsewhere_is_refused_rather_than_ignored(
    var: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BROKER_URL", "redis://queue.example.org/0")
    assert main(["up"]) == 1
    assert "BROKER_URL is set" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "why"),
    [(["--once"], "go with --demo"), (["--demo", "--photos", "/none"], "no directory /none")],
)
def test_words_that_do_not_go_together_are_refused(
    words: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["up", *words])
    assert why in capsys.readouterr().err


def test_the_broker_opens_no_port_and_only_this_user_reaches_its_socket_and_data(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.create()
    command = services.broker(layout).command
    assert command[command.index("--port") + 1] == "0"
    assert command[command.index("--unixsocket") + 1] == str(layout.socket)
    for private in (layout.socket.parent, layout.broker_data):
        assert stat.S_IMODE(private.stat().st_mode) == 0o700


def test_the_worker_gives_way_to_the_web_and_does_both_queues(tmp_path: Path, free_port: int) -> None:
    layout, site = Layout(tmp_path), Site("0.0.0.0", free_port)
    worker, beat, web = services.worker(layout), services.beat(layout), services.web(layout, site)
    assert worker.niceness > web.niceness == beat.niceness == 0
    assert worker.command[worker.command.index("--queues") + 1] == "gpu,cpu"
    assert web.environment["WEB_BIND"] == f"0.0.0.0:{free_port}"
    assert not web.is_ready()
    assert not worker.is_ready()
