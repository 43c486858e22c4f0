"""The web by itself: it needs nothing that trains networks, and what does says so."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from config import celery
from config.stack import up
from config.stack.errors import StackError
from tests.config.blocked_torch import ATTACKER_PACKAGES

CHECKOUT = Path(__file__).parents[2]
# Each of these loaded torch in a click of a researcher, before what the web reads lay apart from it.
DESK = (
    "tests/pipeline/desk/people/test_roles.py",
    "tests/pipeline/desk/test_desk_pages.py",
    "tests/pipeline/api/test_api.py",
    "tests/pipeline/api/test_api_tokens.py",
    "tests/pipeline/actions/test_looks_ask_first.py",
)


@pytest.mark.thorough
def test_the_desk_does_all_its_work_without_torch() -> None:
    options = ("-q", "-p", "tests.config.blocked_torch", "-p", "no:cacheprovider", "-p", "no:randomly")
    ended = subprocess.run(
        (sys.executable, "-m", "pytest", *options, *DESK), cwd=CHECKOUT, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stdout[-3000:]
    assert " passed" in ended.stdout


def test_the_base_has_no_package_that_trains_and_the_extra_has_them_all() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    base = {Requirement(line).name for line in project["dependencies"]}
    extra = {Requirement(line).name for line in project["optional-dependencies"]["attacker"]}
    names = {name.replace("pytorch_grad_cam", "grad-cam") for name in ATTACKER_PACKAGES}
    assert extra == names
    assert not base & names


@pytest.fixture
def nothing_that_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (celery, up):
        monkeypatch.setattr(module, "find_spec", lambda _name: None)


@pytest.mark.usefixtures("nothing_that_trains")
def test_a_worker_takes_no_jobs_and_says_what_to_install() -> None:
    with pytest.raises(SystemExit, match=r"pip install '\.\[attacker\]'"):
        celery.require_what_trains()


@pytest.mark.usefixtures("nothing_that_trains")
def test_the_stack_of_one_machine_does_not_start_half_and_says_what_to_do() -> None:
    with pytest.raises(StackError, match="make install"):
        up.up(up.Options(up.Site("127.0.0.1", 8000)), print)


def test_the_attackers_commands_say_what_to_install() -> None:
    code = (
        "import importlib.util as modules, runpy; find = modules.find_spec; "
        "modules.find_spec = lambda name, *of: None if name == 'torch' else find(name, *of); "
        "runpy.run_module('attacker', run_name='__main__', alter_sys=True)"
    )
    ended = subprocess.run((sys.executable, "-c", code), cwd=CHECKOUT, capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stderr == (
        "error: torch is not installed here: only what serves the site is; pip install '.[attacker]'\n"
    )
