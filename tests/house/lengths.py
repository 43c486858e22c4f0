"""Lengths of the product's modules and functions; `python -m tests.house.lengths` prints them.

Whole lines are what an editor shows. Lines of code hold more than a comment or a docstring; a function's are
those of its body: what it does, not what it is called with. Functions inside functions count too.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.house.source_code import PACKAGES, ROOT, Function

NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
Documented = ast.Module | ast.ClassDef | Function


@dataclass(frozen=True)
class Length:
    """How long a module or a function is, in whole lines and in lines of code."""

    place: str
    whole: int
    code: int


@dataclass(frozen=True)
class Lengths:
    """The lengths of all modules and functions of a tree."""

    modules: tuple[Length, ...]
    functions: tuple[Length, ...]

    def figures(self) -> dict[tuple[str, str, int], float]:
        """Return percentiles 50 and 90 by what is measured, its lines, and the percentile."""
        measured = {
            ("modules", "whole"): [length.whole for length in self.modules],
            ("modules", "code"): [length.code for length in self.modules],
            ("functions", "whole"): [length.whole for length in self.functions],
            ("functions", "code"): [length.code for length in self.functions],
        }
        return {
            (*what, share): float(np.percentile(lines, share))
            for what, lines in measured.items()
            for share in (50, 90)
        }


def product_modules(root: Path = ROOT) -> list[Path]:
    """Return every module of the six packages and `manage.py`, without `__init__.py` and migrations."""
    paths = [root / "manage.py", *(path for package in PACKAGES for path in (root / package).rglob("*.py"))]
    return sorted(path for path in paths if path.name != "__init__.py" and "migrations" not in path.parts)


def measure(root: Path = ROOT) -> Lengths:
    """Measure every product module below a checkout's root."""
    modules, functions = [], []
    for path in product_modules(root):
        text, place = path.read_text(encoding="utf-8"), path.relative_to(root).as_posix()
        module, inside = lengths_of(text, place)
        modules.append(module)
        functions += inside
    return Lengths(tuple(modules), tuple(functions))


def lengths_of(text: str, place: str) -> tuple[Length, list[Length]]:
    """Measure a module's source text, and each function in it."""
    tree = ast.parse(text)
    code = _code_lines(text, tree)
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    inside = [_length_of_function(function, code, place) for function in functions]
    return Length(place, len(text.splitlines()), len(code)), inside


def _code_lines(text: str, tree: ast.Module) -> set[int]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    spans = ((token.start[0], token.end[0]) for token in tokens if token.type not in NO_CODE)
    lines = {line for first, last in spans for line in range(first, last + 1)}
    return lines - {line for docstring in _docstrings(tree) for line in docstring}


def _docstrings(tree: ast.Module) -> Iterator[range]:
    for node in ast.walk(tree):
        if isinstance(node, Documented) and ast.get_docstring(node, clean=False) is not None:
            yield _lines(node.body[0])


def _length_of_function(function: Function, code: set[int], place: str) -> Length:
    body = range(function.body[0].lineno, _lines(function).stop)
    named = f"{place}:{function.lineno} {function.name}"
    return Length(named, len(_lines(function)), sum(line in code for line in body))


def _lines(node: Function | ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def main(root: Path = ROOT) -> None:
    """Print the figures of a checkout, and its longest functions by lines of code."""
    lengths = measure(root)
    lines = [f"{len(lengths.modules)} modules, {len(lengths.functions)} functions"]
    lines += [
        f"{what} {kind} p{share}: {value:g}" for (what, kind, share), value in lengths.figures().items()
    ]
    longest = sorted(lengths.functions, key=lambda length: -length.code)[:20]
    lines += [f"{length.code:4} {length.whole:4} {length.place}" for length in longest]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*(Path(root).resolve() for root in sys.argv[1:]))
