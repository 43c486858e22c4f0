"""Researchers' texts: formatted, and nothing in them that a page could run or load."""

from __future__ import annotations

import pytest

from study.formatted import formatted


def test_headings_lists_emphasis_and_links_are_formatted_below_the_pages_own_heading() -> None:
    page = formatted("# Who\n\n- **one**\n- two\n\n[us](https://lab.example)")
    assert "<h2>Who</h2>" in page
    assert "<li><strong>one</strong></li>" in page
    assert '<a href="https://lab.example" target="_blank" rel="noopener noreferrer">us</a>' in page


def test_paragraphs_and_lines_stay_as_they_were_written() -> None:
    assert formatted("one\ntwo\n\nthree") == "<p>one<br />\ntwo</p>\n<p>three</p>\n"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[press](javascript:alert(1))",
        "[press](data:text/html;base64,PHNjcmlwdD4=)",
        "[press](vbscript:x)",
        "![](https://elsewhere.example/pixel.png)",
        '[a](https://x.example "onmouseover=alert(1)")',
        "<https://x.example/onload=1>\n<style>*{}</style>",
        "`<iframe src=x>`",
    ],
)
def test_nothing_runs_and_nothing_is_fetched(text: str) -> None:
    page = formatted(text)
    for tag in ("<script", "<img", "<style", "<iframe"):
        assert tag not in page
    for scheme in ("javascript:", "data:", "vbscript:"):
        assert f'href="{scheme}' not in page
    assert " onerror=" not in page.replace("&lt;img src=x onerror=alert(1)&gt;", "")
