"""No page has a violation that axe finds, and none is wider than its screen, in either direction of writing.

The rules come from npm (axe-core); where there is no npm these tests skip and say so.
"""

import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.visitor import Visitor
from tests.study.factories import open_study_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = "axe-core@4.14.1"
RUN_AXE = """() => axe.run(document, {resultTypes: ["violations"]}).then(({violations}) =>
    violations.map(({id, nodes}) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`))"""


@pytest.fixture(scope="session")
def axe(tmp_path_factory) -> str:
    """The source of axe-core."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm here to fetch axe-core with")
    folder: Path = tmp_path_factory.mktemp("axe")
    fetched = subprocess.run([npm, "install", "--silent", "--no-save", "--prefix", folder, AXE], check=False)
    if fetched.returncode:
        pytest.skip("npm could not fetch axe-core")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text()


class Inspector:
    """Looks at a page whenever it is asked to, and remembers what is wrong where."""

    def __init__(self, page: Page, source: str) -> None:
        self.page, self.source = page, source
        self.violations: list[str] = []
        self.seen: list[str] = []

    def look(self, name: str, sign: str) -> None:
        """Inspect the page once it shows its sign, a text or a selector."""
        self.page.locator(sign).first.wait_for()
        self.page.evaluate(self.source)
        self.seen.append(name)
        self.violations += [f"{name}: {text}" for text in self.page.evaluate(RUN_AXE)]
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        if self.page.evaluate(width) > 0:
            self.violations.append(f"{name}: wider than the screen")


def walk(visitor: Visitor, look) -> None:
    """Every page of the participant's way, in its order."""
    page = visitor.page
    page.goto(visitor.address)
    look("landing", "text=Voluntary")
    visitor.press("Start")
    look("consent", "[name=agree]")
    page.get_by_role("checkbox").check()
    visitor.press("Continue")
    look("device", "text=Everything is fine.")
    visitor.press("Continue")
    look("instructions", "text=What you will do")
    visitor.pass_instructions()
    page.get_by_role("button", name="Show the photos").wait_for()
    look("ready", "#start")
    visitor.start_block()
    due = visitor.due()
    visitor.wait_for_photo(1)
    look("trial", "#trial[data-phase='answering']")
    for place, trial in enumerate(due, start=1):
        visitor.answer(trial, place)
    visitor.play_block()
    page.get_by_role("button", name="Continue").wait_for()
    look("break", "#continue")
    visitor.play_block("Continue")
    page.get_by_role("button", name="Finish").wait_for()
    look("questions", "text=Two last questions")
    visitor.finish()
    look("completed", "#completion-code")
    page.get_by_role("link", name="Withdraw my answers").click()
    look("withdraw", "text=Withdraw from the study?")
    visitor.press("Erase my answers")
    look("withdrawn", "text=Your answers are erased")


@pytest.mark.parametrize("device", ["phone_page", pytest.param("page", marks=pytest.mark.slow)])
def test_the_whole_way_is_without_violations(request, live_server, axe, device):
    page = request.getfixturevalue(device)
    version = open_study_version(fixation_ms=60)
    inspector = Inspector(page, axe)
    address = f"{live_server}/s/{version.study.code}/"
    walk(Visitor(page, address, by_touch=device == "phone_page"), inspector.look)
    assert inspector.violations == []
    assert len(inspector.seen) == 11


def test_pages_turn_round_for_languages_written_from_right_to_left(phone_page, live_server, axe, settings):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    version = open_study_version(fixation_ms=60)
    phone_page.set_extra_http_headers({"Accept-Language": "ar"})
    inspector = Inspector(phone_page, axe)
    visitor = Visitor(phone_page, f"{live_server}/s/{version.study.code}/", by_touch=True)
    phone_page.goto(visitor.address)
    assert phone_page.locator("html").get_attribute("dir") == "rtl"
    inspector.look("landing", "text=Voluntary")
    phone_page.locator("button.primary").tap()
    inspector.look("consent", "[name=agree]")
    assert inspector.violations == []
