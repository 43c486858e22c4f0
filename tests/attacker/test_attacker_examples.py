"""Every public function that needs neither pretrained weights nor long work has an example, and it holds."""

from __future__ import annotations

import doctest
import inspect
import pkgutil
from importlib import import_module
from types import ModuleType

import pytest

from attacker import (
    addresses,
    attention,
    config,
    endpoint,
    evaluation,
    example,
    features,
    grid,
    networks,
    photos,
    progress,
    search,
    shots,
    subjects,
    training,
)

ROOMS = (photos, features, networks, training, evaluation, attention, subjects, endpoint, search, shots)
MODULES = [
    *(addresses, config, example, grid, progress),
    *(
        import_module(f"{room.__name__}.{module.name}")
        for room in ROOMS
        for module in pkgutil.iter_modules(room.__path__)
    ),
]
# These need weights, an optional program, a network and photos, or the cells of a whole set of photos.
WITHOUT_EXAMPLE = {
    "bank",
    "build",
    "build_detector",
    "from_hub",
    "estimate_landmarks",
    "estimator_name",
    "packaged_state",
    "source",
    "staged",
} | {
    "compressed",
    "learn_again",
    "readable_stages",
}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_hold(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.sampled
@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_public_function_has_an_example(module: ModuleType) -> None:
    functions = {
        name: function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if inspect.unwrap(function).__module__ == module.__name__ and not name.startswith("_")
    }
    missing = {name for name, function in functions.items() if ">>>" not in (function.__doc__ or "")}
    assert missing <= WITHOUT_EXAMPLE
