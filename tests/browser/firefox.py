"""Firefox, driven by Mozilla's own client: distributions bring the browser without geckodriver."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.browser.webdriver_window import WebDriverWindow
from tests.browser.window import ARROWS, Hand, Size

NAMES = ("firefox-esr", "firefox")
ROOM_FOR_BARS = 200  # around the page; nothing of it may lie outside the window
FINGER_PREFERENCES = {"ui.primaryPointerCapabilities": 1, "ui.allPointerCapabilities": 1}  # coarse, no hover
VIEW = """
    const view = gBrowser.selectedBrowser;
    Object.assign(view.style, {flex: "none", width: `${arguments[0]}px`, height: `${arguments[1]}px`});
    view.browsingContext.touchEventsOverride = arguments[2] ? "enabled" : "none";
"""


def firefox_path() -> str:
    """Return where Firefox is; without it the test skips and says what to do."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("no Firefox here: install firefox-esr")
    return path


@contextmanager
def running_firefox(log: str, display: str | None = None, **preferences: object) -> Iterator[Any]:
    """A Firefox on a display, else without its window, which nobody would see."""
    marionette_driver = pytest.importorskip("marionette_driver.marionette")
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as environment:
        if display is not None:
            environment.setenv("DISPLAY", display)
        warnings.simplefilter("ignore", ResourceWarning)  # the client leaves sockets open while it waits
        client = marionette_driver.Marionette(
            port=0,
            bin=firefox_path(),
            headless=display is None,
            gecko_log=log,
            prefs=preferences,
        )
        client.start_session()
    try:
        yield client
    finally:
        client.quit()
        client.cleanup()


class FirefoxWindow(WebDriverWindow):
    def __init__(self, client: Any) -> None:
        from marionette_driver import errors

        self.client = client
        self.gone = (errors.StaleElementException, errors.NoSuchElementException, errors.UnknownException)

    @property
    def address(self) -> str:
        return str(self.client.get_url())

    def open(self, address: str) -> None:
        self.client.navigate(address)

    def forget(self) -> None:
        """Leave nothing of a person to the next one."""
        self.client.delete_all_cookies()
        self.client.navigate("about:blank")

    def become(self, size: Size, hand: Hand) -> None:
        """A phone's view where fingers are used: one narrower than Firefox lets its window be."""
        width, height = size
        self.client.set_window_rect(width=width + ROOM_FOR_BARS, height=height + ROOM_FOR_BARS)
        by_finger = hand == "touch"
        for name, value in FINGER_PREFERENCES.items():
            self.client.set_pref(name, value) if by_finger else self.client.clear_pref(name)
        with self.client.using_context("chrome"):
            self.client.execute_script(VIEW, [width, height, by_finger])

    def type_key(self, key: str) -> None:
        from marionette_driver.keys import Keys
        from marionette_driver.marionette import ActionSequence

        value = Keys.ENTER if key == "Enter" else ARROWS.get(key, key)
        ActionSequence(self.client, "key", "keyboard").key_down(value).key_up(value).perform()

    def _elements(self, by: str, selector: str) -> list[Any]:
        return list(self.client.find_elements(by, selector))

    def _run(self, script: str, *arguments: Any) -> Any:
        return self.client.execute_script(script, arguments)

    def _tap(self, element: Any) -> None:
        from marionette_driver.marionette import ActionSequence

        finger = ActionSequence(self.client, "pointer", "finger", {"pointerType": "touch"})
        finger.pointer_move(0, 0, origin=element).pointer_down().pointer_up().perform()
