"""What can be translated on the people's side, read from its sources, and what a catalogue makes of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.template import engines
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

ROOT = Path(settings.BASE_DIR)
CALLS = {"_", "gettext", "gettext_lazy"}


def messages() -> set[str]:
    """Every message id of the participants' pages and of the modules in `study`."""
    pages = [*(ROOT / "templates" / "study").glob("*.html"), *(ROOT / "templates").glob("*.html")]
    modules = (path for path in (ROOT / "study").rglob("*.py") if "migrations" not in path.parts)
    of_pages = {text for page in pages for text in _of_page(page)}
    return of_pages | {text for module in modules for text in _of_module(module)}


def _of_page(path: Path) -> Iterator[str]:
    nodes = engines["django"].from_string(path.read_text()).template.nodelist
    for node in nodes.get_nodes_by_type(TranslateNode):
        yield str(node.filter_expression.var.literal)
    for node in nodes.get_nodes_by_type(BlockTranslateNode):
        for tokens in filter(None, (node.singular, node.plural)):
            yield node.render_token_list(tokens)[0]


def _of_module(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            yield str(ast.literal_eval(node.args[0]))


def entries(catalogue: Path) -> Iterator[tuple[list[str], list[str], str]]:
    """Ids and translations of each entry of a .po file, with its comments; plurals have two of either."""
    for block in catalogue.read_text().split("\n\n"):
        lines = block.splitlines()
        comments = "\n".join(line for line in lines if line.startswith("#"))
        ids, texts = _texts(lines, "msgid"), _texts(lines, "msgstr")
        if ids:
            yield ids, texts, comments


def _texts(lines: list[str], keyword: str) -> list[str]:
    """The quoted texts behind a keyword; lines that begin with a quote go on with the text before them."""
    texts: list[str] = []
    here = False
    for line in lines:
        if line.startswith("msg"):
            here = line.startswith(keyword)
            if here:
                texts.append("")
        if here:
            texts[-1] += ast.literal_eval(line[line.index('"') :])
    return texts
