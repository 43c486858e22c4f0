"""The project's own modules as syntax trees, for tests that count rooms, names and functions."""

from __future__ import annotations

import ast
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
        inside = (
            node for scope in ast.walk(self.tree) if isinstance(scope, Scope) for node in ast.walk(scope)
        )
        return {binding for node in inside if (binding := _binding(node))}


def _binding(node: ast.AST) -> tuple[int, str] | None:
    match node:
        case ast.Name(id=str(name), ctx=ast.Store()) | ast.arg(arg=str(name)):
            return node.lineno, name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return node.lineno, name
    return None


@cache
def modules(*packages: str) -> tuple[Module, ...]:
    """Parse every module of the packages (all six by default), database migrations apart."""
    paths = (path for package in packages or PACKAGES for path in (ROOT / package).rglob("*.py"))
    return tuple(
        Module(path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(paths)
        if "migrations" not in path.parts
    )


def named_modules() -> list[Module]:
    """Return the modules that have a name of their own: neither `__init__` nor `__main__`."""
    return [module for module in modules() if not module.path.stem.startswith("__")]
