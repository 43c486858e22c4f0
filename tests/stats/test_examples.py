"""Every public function of the rooms that compute has an example, and every example gives what it says."""

from __future__ import annotations

import doctest
import inspect
import pkgutil
from importlib import import_module
from types import ModuleType

import pytest

import stats

ROOMS = (
    *("apa", "files", "imports", "table", "inference"),
    *("decision", "machine", "planning", "psychophysics", "designs", "individual_thresholds"),
)
PRINTERS = ("figures", "secondary", "report")  # examples where a short one is possible
NAMES = [module.name for module in pkgutil.walk_packages(stats.__path__, "stats.")]
MODULES = [import_module(name) for name in NAMES if name.split(".")[1] in ROOMS]
LONG = {"stats.planning.calibration_runs"}  # simulates for ten seconds
OTHERS = [import_module(name) for name in NAMES if name.split(".")[1] in PRINTERS]


@pytest.mark.parametrize(
    "module",
    [
        pytest.param(module, marks=[pytest.mark.thorough] if module.__name__ in LONG else [])
        for module in (stats, *MODULES, *OTHERS)
    ],
    ids=lambda module: module.__name__,
)
def test_examples_give_what_they_say(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_public_function_has_an_example(module: ModuleType) -> None:
    functions = [
        function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    ]
    assert [function.__name__ for function in functions if ">>>" not in (function.__doc__ or "")] == []
