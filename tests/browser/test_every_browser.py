"""The whole way in every browser that people bring: laptop and phone, by keyboard, mouse and touch.

Chromium by keyboard and by touch is gone elsewhere, with more to see on the way. WebKitGTK has no touch here:
its driver passes fingers on as a mouse.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from study.models import Session
from tests.browser.chromium_window import ChromiumWindow
from tests.browser.firefox import FirefoxWindow, running_firefox
from tests.browser.virtual_screen import virtual_screen
from tests.browser.visitor import Visitor
from tests.browser.webkit import LastingWebKit, WebKitWindow
from tests.browser.window import LAPTOP, PHONE, Hand, Size, Window
from tests.study.factories import open_study_version

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning"),  # selenium of itself
]


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirefoxWindow]:
    with running_firefox(str(tmp_path_factory.mktemp("firefox") / "log")) as client:
        yield FirefoxWindow(client)


@pytest.fixture(scope="module")
def webkit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LastingWebKit]:
    with virtual_screen() as screen:
        lasting = LastingWebKit(lambda: tmp_path_factory.mktemp("webkit"), screen.display)
        with closing(lasting):
            yield lasting


@pytest.mark.parametrize(("size", "hand"), [(LAPTOP, "key"), (LAPTOP, "mouse"), (PHONE, "touch")])
def test_firefox(firefox: FirefoxWindow, live_server: LiveServer, size: Size, hand: Hand) -> None:
    firefox.become(size, hand)
    assert_the_whole_way(Visitor(firefox, address_of_a_study(live_server), hand=hand), size)
    firefox.forget()


@pytest.mark.parametrize(("size", "hand"), [(LAPTOP, "key"), (PHONE, "mouse")])
def test_webkit(webkit: LastingWebKit, live_server: LiveServer, size: Size, hand: Hand) -> None:
    def walk(window: WebKitWindow) -> None:
        window.become(size, hand)
        assert_the_whole_way(Visitor(window, address_of_a_study(live_server), hand=hand), size)
        window.forget()

    webkit.walk(walk)


def test_chromium_by_mouse(page: Page, live_server: LiveServer) -> None:
    page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
    visitor = Visitor(ChromiumWindow(page), address_of_a_study(live_server), hand="mouse")
    assert_the_whole_way(visitor, LAPTOP)


def address_of_a_study(site: LiveServer) -> str:
    version = open_study_version(fixation_ms=60, stimulus_ms=100, mask_ms=50)
    return f"{site}/s/{version.study.code}/"


def assert_the_whole_way(visitor: Visitor, size: Size) -> None:
    """Every answer has arrived, is right, came by the hand in use, and was timed."""
    session, code = visitor.go_the_whole_way()
    assert session.status == Session.Status.COMPLETED
    assert code == session.completion_code
    assert (session.viewport_w, session.viewport_h) == size
    assert session.input_device == ("touch" if visitor.hand == "touch" else "pointer")
    rows = list(session.trials.values_list("response_status", "correct", "late", "response_input"))
    assert rows == [("answered", True, False, visitor.hand)] * 9
    assert not session.trials.filter(mask_ms_achieved=None).exists()
    assert not session.trials.filter(rt_ms__lte=0).exists()


@pytest.mark.parametrize("task", ["yes_no", "two_photos", "same_different", "naming"])
def test_other_tasks_in_firefox(firefox: FirefoxWindow, live_server: LiveServer, task: str) -> None:
    firefox.become(LAPTOP, "key")
    assert_every_answer_is_right(firefox, live_server, task)
    firefox.forget()


@pytest.mark.parametrize("task", ["yes_no", "two_photos", "same_different", "naming"])
def test_other_tasks_in_webkit(webkit: LastingWebKit, live_server: LiveServer, task: str) -> None:
    def walk(window: WebKitWindow) -> None:
        window.become(LAPTOP, "key")
        assert_every_answer_is_right(window, live_server, task)
        window.forget()

    webkit.walk(walk)


def test_a_crash_of_webkit_costs_another_walk_and_a_fault_of_the_page_none(webkit: LastingWebKit) -> None:
    walked: list[WebKitWindow] = []

    def ends_its_browser_once(window: WebKitWindow) -> None:
        walked.append(window)
        window.open("about:blank")
        if len(walked) == 1:
            window.browser.execute("quit")  # the driver stays, as after a crash
        window.open("about:blank")

    webkit.walk(ends_its_browser_once)
    assert len(walked) == 2
    assert walked[0].browser is not walked[1].browser

    def sees_a_fault(window: WebKitWindow) -> None:
        walked.append(window)
        raise AssertionError("the answer is wrong")

    with pytest.raises(AssertionError, match="the answer is wrong"):
        webkit.walk(sees_a_fault)
    assert len(walked) == 3


def assert_every_answer_is_right(window: Window, live_server: LiveServer, task: str) -> None:
    photos = {"test_photos": 8, "validation_photos": 10}
    version = open_study_version(task=task, fixation_ms=60, trials_per_person=6, block_size=6, **photos)
    visitor = Visitor(window, f"{live_server}/s/{version.study.code}/", hand="key")
    visitor.begin()
    visitor.play_block()
    visitor.play_block()
    code = visitor.finish()
    session = visitor.session
    assert session.completion_code == code
    for trial in session.trials.select_related("stimulus__item__category", "target"):
        name = trial.stimulus.item.category.name
        assert trial.response_status == "answered"
        if task == "naming":
            assert trial.response_text == name
        else:
            assert trial.correct
