"""What can be translated on the people's side, read from its sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from django.template import Engine
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from study.languages.offered import RESEARCHERS

STUDY = Path(__file__).resolve().parent.parent
PAGES = STUDY.parent / "templates"
LIBRARIES = ("i18n", "l10n", "static")
ENGINE = Engine(libraries={name: f"django.templatetags.{name}" for name in LIBRARIES})
CALLS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "ngettext": 2}  # how many of their arguments are texts


def messages_for(language: str) -> list[tuple[str, ...]]:
    """Return what a catalogue must translate: texts for participants, and for researchers where they read it.

    Each message is one text, or a singular with its plural.
    """
    rooms = (STUDY / name for name in ("asking", "views"))
    of_participants = [STUDY / "texts.py", *(path for room in rooms for path in room.glob("*.py"))]
    modules = STUDY.rglob("*.py") if language in RESEARCHERS else of_participants
    pages = [*sorted(PAGES.glob("*.html")), *sorted((PAGES / "study").glob("*.html"))]
    of_pages = (message for page in pages for message in _of_page(page))
    of_modules = (message for path in sorted(modules) for message in _of_module(path))
    return list(dict.fromkeys((*of_pages, *of_modules)))


def _of_page(path: Path) -> Iterator[tuple[str, ...]]:
    nodes = ENGINE.from_string(path.read_text()).nodelist
    for node in cast(list[Any], nodes.get_nodes_by_type(TranslateNode)):
        yield (str(node.filter_expression.var.literal),)
    for block in cast(list[Any], nodes.get_nodes_by_type(BlockTranslateNode)):
        yield tuple(block.render_token_list(tokens)[0] for tokens in (block.singular, block.plural) if tokens)


def _of_module(path: Path) -> Iterator[tuple[str, ...]]:
    if "migrations" in path.parts:
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            texts = node.args[: CALLS[node.func.id]]
            yield tuple(str(ast.literal_eval(text)) for text in texts)
