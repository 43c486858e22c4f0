"""Accessibility by the rules of axe-core, which comes from npm."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

PACKAGE = "axe-core@4.14.1"
RUN = """() => axe.run(document, {resultTypes: ["violations"]}).then(({violations}) =>
    violations.map(({id, nodes}) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`))"""


def fetch_axe(folder: Path) -> str:
    """The source of axe-core; where there is no npm, the test skips and says so."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm here to fetch axe-core with")
    fetched = subprocess.run(
        [npm, "install", "--silent", "--no-save", "--prefix", folder, PACKAGE], check=False
    )
    if fetched.returncode:
        pytest.skip("npm could not fetch axe-core")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text()


def violations(page: Page, source: str) -> list[str]:
    """What axe finds wrong with a page as it stands, a sentence per rule."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(source)
    return page.evaluate(RUN)
