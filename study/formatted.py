"""Researchers' texts on participants' pages: Markdown in, and out nothing that a page could run or load."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from study.languages.own_texts import Passage

# HTML in a text is shown as it is written, addresses with scripts are no links, nothing is fetched.
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")


def formatted(text: str) -> SafeString:
    r"""Return Markdown (headings, lists, emphasis, links) as HTML that is safe on a page.

    Examples
    --------
    >>> formatted("# Who we are")
    '<h2>Who we are</h2>\n'
    >>> formatted("<script>alert(1)</script>")
    '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n'
    """
    tokens = _markdown.parse(text)
    for token in _all(tokens):
        if token.tag in ("h1", "h2", "h3", "h4", "h5"):
            token.tag = f"h{int(token.tag[1]) + 1}"
        if token.type == "link_open":
            token.attrSet("target", "_blank")
            token.attrSet("rel", "noopener noreferrer")
    html: str = _markdown.renderer.render(tokens, _markdown.options, {})
    return mark_safe(html)  # noqa: S308 - see above


def formatted_passage(passage: Passage) -> SafeString:
    r"""Return a text as HTML that says its language and direction, where it may not be in the page's own.

    Examples
    --------
    >>> formatted_passage(Passage("Guten Tag", "de"))
    '<div lang="de" dir="auto"><p>Guten Tag</p>\n</div>'
    """
    html = formatted(passage.text)
    if not passage.language:
        return html
    return format_html('<div lang="{}" dir="auto">{}</div>', passage.language, html)


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])
