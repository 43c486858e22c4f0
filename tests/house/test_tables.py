"""A table of the desk scrolls inside its panel where a phone is narrower than it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from tests.house.source_code import ROOT

PAGES = ROOT / "templates" / "pipeline"
BOXES = {"div", "section"}
TEMPLATE_TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)


class Tables(HTMLParser):
    """Notes the line of each table that stands in no element that scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen = 0
        self.loose: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BOXES:
            self.open.append(dict(attrs).get("class") or "")
        if tag == "table":
            self.seen += 1
            if not any("scroll" in classes.split() for classes in self.open):
                self.loose.append(self.getpos()[0])

    def handle_endtag(self, tag: str) -> None:
        if tag in BOXES and self.open:
            self.open.pop()


def tables_of(text: str) -> Tables:
    tables = Tables()
    tables.feed(TEMPLATE_TAGS.sub(lambda tag: "x" + "\n" * tag[0].count("\n"), text))
    return tables


def test_every_table_of_the_desk_scrolls_inside_its_panel() -> None:
    pages = {path: tables_of(path.read_text(encoding="utf-8")) for path in PAGES.rglob("*.html")}
    assert sum(page.seen for page in pages.values()) > 20
    assert {path.name: page.loose for path, page in pages.items() if page.loose} == {}


def test_a_table_in_a_plain_panel_is_noticed() -> None:
    assert tables_of('<div class="panel">\n<table></table></div>').loose == [2]
    assert tables_of('<div class="wide scroll" aria-label="{{ title }}"><table></table></div>').loose == []
