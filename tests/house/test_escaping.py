"""Texts of people stay texts: no template, script or module has a way to make them run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source_code import ROOT, modules

UNESCAPED = re.compile(r"\|\s*(?:safe|safeseq)\b|{%\s*autoescape\s+off")
RUNS = re.compile(
    r"\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|\beval\(|new Function|setHTMLUnsafe"
)
# Both escape what they were given; each says why beside the call.
MARK_AS_SAFE = {
    "study/formatted.py",
    "pipeline/desk/entrance/account_page.py",
    "pipeline/desk/entrance/help_page.py",
}


@pytest.mark.thorough
def test_no_template_switches_escaping_off() -> None:
    assert hits(UNESCAPED, (ROOT / "templates").rglob("*.html")) == []
    assert {module for module, _ in calls_of("mark_safe")} == MARK_AS_SAFE


def test_no_script_writes_html_or_runs_a_text() -> None:
    scripts = [path for room in ("study", "pipeline") for path in (ROOT / room / "static").rglob("*.js")]
    assert len(scripts) > 5
    assert hits(RUNS, scripts) == []


@pytest.mark.thorough
def test_no_module_builds_a_template_from_a_text() -> None:
    built = {module for name in ("Template", "from_string") for module, _ in calls_of(name)}
    assert built == {"study/languages/messages.py"}, "it reads files of the checkout, for translators"


def test_what_would_run_is_noticed() -> None:
    assert UNESCAPED.search("{{ title|safe }}")
    assert RUNS.search("page.innerHTML = title")
    assert not UNESCAPED.search("{{ title|safe_name }} {{ safe }}")


def hits(pattern: re.Pattern[str], paths: Iterator[Path] | list[Path]) -> list[str]:
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    return [f"{name}: {match[0]}" for name, text in sorted(texts.items()) for match in pattern.finditer(text)]


def calls_of(name: str) -> list[tuple[str, int]]:
    """Modules and lines that call a function or method of this name."""
    return [
        (module.path.as_posix(), node.lineno)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and name in (getattr(node.func, "id", ""), getattr(node.func, "attr", ""))
    ]
