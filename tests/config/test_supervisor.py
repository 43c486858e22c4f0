"""The supervisor, with small programs in the parts of broker, worker and web."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from config.stack import service
from config.stack import supervisor as supervisor_module
from config.stack.errors import CrashLoopError, NotReadyError, StackError
from config.stack.process import POLL_SECONDS
from config.stack.service import Child, Restarts, Service
from config.stack.stop_signal import StopSignal
from config.stack.supervisor import Supervisor

FOREVER = "import time; time.sleep(600)"


@pytest.fixture
def stop() -> StopSignal:
    return StopSignal()


@pytest.fixture
def messages() -> list[str]:
    return []


@pytest.fixture
def supervisor(stop: StopSignal, messages: list[str]) -> Iterator[Supervisor]:
    with Supervisor(stop, messages.append) as supervisor:
        yield supervisor


def running(pid: int) -> bool:
    """A zombie whose parent has yet to collect it runs no more."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def when(condition: Callable[[], bool], act: Callable[[], object]) -> threading.Thread:
    """Do something once a condition holds, while the supervisor works in the main thread."""

    def watch() -> None:
        wait_for(condition)
        act()

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def pids_in(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def noting_its_pid(file: Path, then: str = FOREVER) -> str:
    return f"import os; print(os.getpid(), file=open({str(file)!r}, 'a'), flush=True); {then}"


def test_a_killed_child_is_running_again(
    supervisor: Supervisor,
    stop: StopSignal,
    messages: list[str],
    make_service: Callable[..., Service],
    tmp_path: Path,
) -> None:
    pids = tmp_path / "pids"
    supervisor.start(make_service(noting_its_pid(pids), is_ready=pids.exists))
    wait_for(lambda: pids_in(pids))
    os.kill(pids_in(pids)[0], signal.SIGKILL)
    watcher = when(lambda: len(pids_in(pids)) == 2, stop.ask)
    supervisor.keep_running()
    watcher.join()
    assert len(pids_in(pids)) == 2
    assert any("ended with code -9; restarting" in line for line in messages)


def test_it_is_started_again_within_a_second(make_service: Callable[..., Service]) -> None:
    """By a clock that is handed in: how long a start takes is the machine's affair."""
    child = Child(make_service(FOREVER))
    died = child.pid
    try:
        assert child.tend(now=100.0) is None
        os.kill(died, signal.SIGKILL)
        wait_for(lambda: not running(died))
        assert "ended with code -9; restarting" in str(child.tend(now=100.0))
        assert child.tend(now=100.1) is None
        assert child.tend(now=101.0 - POLL_SECONDS) == f"{child.service.name} restarted"
        assert child.pid != died
        assert running(child.pid)
    finally:
        child.stop(lambda: True)


@pytest.mark.thorough
def test_a_program_that_keeps_dying_ends_the_stack_with_its_last_words(
    supervisor: Supervisor, make_service: Callable[..., Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "Restarts", partial(Restarts, first_delay=0.01))
    supervisor.start(make_service("import time; time.sleep(0.1); print('the disk is full')", name="worker"))
    with pytest.raises(CrashLoopError, match=r"worker keeps dying(.|\n)*the disk is full"):
        supervisor.keep_running()


def test_a_program_that_ends_while_starting_is_an_error_with_its_last_words(
    supervisor: Supervisor, make_service: Callable[..., Service]
) -> None:
    dying = make_service("raise SystemExit('no such table')", name="web", is_ready=lambda: False)
    with pytest.raises(NotReadyError, match=r"web ended with code 1 while starting(.|\n)*no such table"):
        supervisor.start(dying)


def test_a_program_that_never_gets_ready_is_an_error(
    supervisor: Supervisor, make_service: Callable[..., Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor_module, "LONGEST_START", 0.2)
    with pytest.raises(NotReadyError, match="was not ready within"):
        supervisor.start(make_service(FOREVER, is_ready=lambda: False))


def test_a_sign_of_readiness_left_by_an_earlier_start_does_not_count(
    supervisor: Supervisor, make_service: Callable[..., Service], tmp_path: Path
) -> None:
    sign = tmp_path / "ready"
    sign.touch()
    code = f"import time, pathlib; time.sleep(0.3); pathlib.Path({str(sign)!r}).touch(); time.sleep(600)"
    began = time.monotonic()
    supervisor.start(make_service(code, ready_file=sign, is_ready=sign.exists))
    assert time.monotonic() - began > 0.3


@pytest.mark.thorough
def test_the_parts_are_stopped_in_the_opposite_order(
    stop: StopSignal, messages: list[str], make_service: Callable[..., Service], tmp_path: Path
) -> None:
    ends = tmp_path / "ends"

    def telling(name: str) -> str:
        return (
            "import signal, sys, time\n"
            f"def end(*_): print({name!r}, file=open({str(ends)!r}, 'a')); sys.exit()\n"
            f"signal.signal(signal.SIGTERM, end); open({str(tmp_path / name)!r}, 'w'); time.sleep(600)"
        )

    with Supervisor(stop, messages.append) as supervisor:
        for name in ("broker", "web", "worker"):
            supervisor.start(make_service(telling(name), name, is_ready=(tmp_path / name).exists))
    assert ends.read_text().split() == ["worker", "web", "broker"]


@pytest.mark.thorough
def test_descendants_of_a_stopped_part_are_gone_too(
    stop: StopSignal, messages: list[str], make_service: Callable[..., Service], tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    grandchild = noting_its_pid(
        pids, "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + FOREVER
    )
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {grandchild!r}])"
    with Supervisor(stop, messages.append) as supervisor:
        supervisor.start(make_service(code, is_ready=lambda: bool(pids_in(pids))))
    wait_for(lambda: not running(pids_in(pids)[0]), seconds=2)


@pytest.mark.thorough
def test_a_part_that_ignores_sigterm_is_killed_when_its_grace_is_over(
    stop: StopSignal, messages: list[str], make_service: Callable[..., Service], tmp_path: Path
) -> None:
    deaf = (
        f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {noting_its_pid(tmp_path / 'pids')}"
    )
    began = time.monotonic()
    with Supervisor(stop, messages.append) as supervisor:
        supervisor.start(make_service(deaf, is_ready=(tmp_path / "pids").exists, grace_seconds=0.3))
    assert 0.3 <= time.monotonic() - began < 3


def test_asking_twice_does_not_wait_for_the_grace(
    stop: StopSignal, messages: list[str], make_service: Callable[..., Service], tmp_path: Path
) -> None:
    deaf = (
        f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {noting_its_pid(tmp_path / 'pids')}"
    )
    stop.ask()
    stop.ask()
    began = time.monotonic()
    with Supervisor(stop, messages.append) as supervisor, pytest.raises(KeyboardInterrupt):
        supervisor.start(make_service(deaf, is_ready=lambda: False, grace_seconds=60))
    assert time.monotonic() - began < 5


def test_a_required_program_that_fails_shows_its_log(supervisor: Supervisor, tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"ended with code 3(.|\n)*cannot migrate"):
        supervisor.require(
            (sys.executable, "-c", "print('cannot migrate', flush=True); raise SystemExit(3)"),
            tmp_path / "log",
        )


@pytest.mark.thorough
def test_a_program_in_the_foreground_gives_its_exit_code(supervisor: Supervisor) -> None:
    assert supervisor.run((sys.executable, "-c", "raise SystemExit(7)")) == 7


@pytest.mark.thorough
def test_a_program_in_the_foreground_ends_with_a_request_to_stop(
    supervisor: Supervisor, stop: StopSignal, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    watcher = when(lambda: pids_in(pids), stop.ask)
    with pytest.raises(KeyboardInterrupt):
        supervisor.run((sys.executable, "-c", noting_its_pid(pids)))
    watcher.join()
    assert not running(pids_in(pids)[0])


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_children_die_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    code = (
        "import sys; from config.stack.process import launch\n"
        f"launch([sys.executable, '-c', {noting_its_pid(pids)!r}], output=None)\n"
        "import time; time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[2])
    wait_for(lambda: pids_in(pids))
    parent.kill()
    parent.wait()
    wait_for(lambda: not running(pids_in(pids)[0]), seconds=2)
