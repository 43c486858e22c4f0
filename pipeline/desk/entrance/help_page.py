"""The tutorial as a page of the site, with an address for the heading of every stage."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

PICTURE = re.compile(r"tutorial/([a-z-]+)\.png")


@require_safe
@staff_member_required
def tutorial(request: HttpRequest) -> HttpResponse:
    """Show the tutorial that comes with this version."""
    text = (_docs() / "tutorial.md").read_text(encoding="utf-8")
    return render(request, "pipeline/help.html", {"text": _as_html(text), "title": "Help"})


@require_safe
@staff_member_required
def picture(_request: HttpRequest, name: str) -> HttpResponse:
    """Deliver a picture of the tutorial."""
    path = _docs() / "tutorial" / f"{name}.png"
    if not path.is_file():
        raise Http404
    return HttpResponse(path.read_bytes(), content_type="image/png")


def _docs() -> Path:
    return Path(settings.BASE_DIR) / "docs"


def _as_html(text: str) -> SafeString:
    """Return the project's own Markdown as HTML; the page's title takes the place of its first heading."""
    markdown = MarkdownIt("commonmark", {"html": False})
    tokens = markdown.parse(text.partition("\n")[2])
    for opened, inside in pairwise(tokens):
        if opened.type == "heading_open":
            opened.attrSet("id", slugify(inside.content))
        for part in inside.children or []:
            file = PICTURE.fullmatch(str(part.attrs.get("src", "")))
            if file:
                part.attrSet("src", reverse("pipeline:help-picture", args=[file[1]]))
    html: str = markdown.renderer.render(tokens, markdown.options, {})
    return mark_safe(html)  # noqa: S308 - the text comes with the site, and HTML in it is escaped
