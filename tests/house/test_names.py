"""Names say what a thing is, and a private function earns its name."""

from __future__ import annotations

import pytest

from tests.house.source_code import Function, Module, modules

NAMELESS = {"found", "told", "one", "said", "kept"}  # they say that there is something, not what it is
SHORT = 3  # lines
MOST_SHORT_PRIVATE_FUNCTIONS = 15


@pytest.mark.thorough
def test_no_local_name_leaves_open_what_it_stands_for() -> None:
    nameless = [
        f"{module.path}:{line} {name}"
        for module in (*modules(), *modules("tests", "benchmarks"))
        for line, name in sorted(module.bindings())
        if name in NAMELESS
    ]
    assert nameless == []


@pytest.mark.thorough
def test_hardly_any_short_private_function_is_used_but_once() -> None:
    short = [
        f"{module.path}:{function.lineno} {function.name}"
        for module in modules()
        for function in module.functions()
        if _is_short_and_private(function) and module.uses_of(function.name) == 1
    ]
    assert len(short) <= MOST_SHORT_PRIVATE_FUNCTIONS, short


def _is_short_and_private(function: Function) -> bool:
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    return function.name.startswith("_") and not function.name.startswith("__") and lines <= SHORT


@pytest.mark.thorough
def test_no_test_patches_a_name_by_a_string() -> None:
    patched = [place for module in modules("tests") for place in _patches_by_string(module)]
    assert patched == []


def _patches_by_string(module: Module) -> list[str]:
    import ast

    calls = (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))
    return [
        f"{module.path}:{call.lineno}"
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in {"setattr", "delattr", "patch"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and "." in str(call.args[0].value)
    ]


def test_no_tests_share_a_row_of_random_numbers() -> None:
    """What a test draws from a module's generator depends on which tests drew before it."""
    shared = [place for module in modules("tests") for place in _generators_of_modules(module)]
    assert shared == []


def _generators_of_modules(module: Module) -> list[str]:
    import ast

    made = (node.value for node in module.tree.body if isinstance(node, ast.Assign | ast.AnnAssign))
    return [
        f"{module.path}:{call.lineno}"
        for call in made
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith((".default_rng", "random.Random"))
    ]
