"""The project's own modules as syntax trees, for tests that count rooms, names and functions."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("config", "pipeline", "study", "synthetic", "attacker", "stats")
Function = ast.FunctionDef | ast.AsyncFunctionDef
Scope = Function | ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(frozen=True)
class Module:
    """One source file; paths are relative to the checkout."""

    path: Path
    tree: ast.Module

    @property
    def room(self) -> str:
        return self.path.parent.as_posix()

    def functions(self) -> Iterator[Function]:
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def uses_of(self, name: str) -> int:
        """Count how often the module refers to a name, as a variable or as an attribute."""
        names = (getattr(node, "id", None) or getattr(node, "attr", None) for node in ast.walk(self.tree))
        return sum(used == name for used in names)

    def bindings(self) -> set[tuple[int, str]]:
        """Return line and name of all that functions and comprehensions bind, parameters included."""
        inside = (node for scope in self._outermost_scopes() for node in ast.walk(scope))
        return {binding for node in inside if (binding := _binding(node))}

    def _outermost_scopes(self) -> Iterator[Scope]:
        waiting: list[ast.AST] = [self.tree]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Scope):
                yield node
            else:
                waiting.extend(ast.iter_child_nodes(node))


def _binding(node: ast.AST) -> tuple[int, str] | None:
    match node:
        case ast.Name(id=str(name), ctx=ast.Store()) | ast.arg(arg=str(name)):
            return node.lineno, name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return node.lineno, name
    return None


def modules(*packages: str) -> tuple[Module, ...]:
    """Return every module of the packages (all six by default), database migrations apart."""
    return tuple(module for package in sorted(packages or PACKAGES) for module in _parsed(package))


@cache
def _parsed(package: str) -> tuple[Module, ...]:
    paths = [path for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts]
    gc.disable()  # millions of nodes, none of which is garbage: to look for some takes longest
    try:
        return tuple(Module(path.relative_to(ROOT), ast.parse(path.read_text("utf-8"))) for path in paths)
    finally:
        gc.enable()


def named_modules() -> list[Module]:
    """Return the modules that have a name of their own: neither `__init__` nor `__main__`."""
    return [module for module in modules() if not module.path.stem.startswith("__")]
