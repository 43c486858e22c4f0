"""The notebook of the API runs a whole simulated study on a real stack: web, broker, worker."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.config.conftest import MANAGE
from tests.config.running import CHECKOUT, Stack

NOTEBOOK = CHECKOUT / "docs" / "api" / "whole-study.ipynb"


def code_of(notebook: Path) -> list[str]:
    """The code of each cell."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def test_every_cell_is_python_and_none_was_stored_with_its_output() -> None:
    for code in code_of(NOTEBOOK):
        ast.parse(code)
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    assert [cell["outputs"] for cell in cells if cell["cell_type"] == "code" and cell["outputs"]] == []


@pytest.mark.slow
@pytest.mark.server
def test_the_notebook_takes_a_study_from_photos_to_a_verdict(
    start: Callable[[], Stack], local_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = start()
    manage(
        local_environment, "createsuperuser", "--noinput", "--username", "ada", "--email", "ada@lab.example"
    )
    secret = manage(local_environment, "study", "token", "notebook", "--as", "ada", "--scope", "work").strip()
    monkeypatch.setenv("SWEETSPOT_URL", f"http://127.0.0.1:{stack.port}")
    monkeypatch.setenv("SWEETSPOT_TOKEN", secret)
    monkeypatch.chdir(CHECKOUT)
    names: dict[str, Any] = {}
    for code in code_of(NOTEBOOK):
        exec(compile(code, str(NOTEBOOK), "exec"), names)
    names["site"].close()  # what a kernel does when it ends
    assert names["people"]["counted"] > 0
    assert "the people are robots" in names["analysis"]["verdict"]["warnings"][0]
    assert len(names["rows"]) > 12 * 15


def manage(environment: dict[str, str], *words: str) -> str:
    """Run a command of the site; accounts get a password that nobody needs here."""
    password = {"DJANGO_SUPERUSER_PASSWORD": os.urandom(12).hex()}
    command = [sys.executable, str(MANAGE), *words]
    done = subprocess.run(command, env=environment | password, capture_output=True, text=True, check=True)
    return done.stdout
