"""WebKitGTK, driven by selenium: its small browser, which needs a screen."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.browser.webdriver_window import LOOK_AGAIN_S, WebDriverWindow
from tests.browser.window import ARROWS, PATIENCE_S, Hand, Size

DRIVER = "WebKitWebDriver"
WALKS = 3  # that a browser may crash in before the page is to blame
# The bar with the address makes the window wider than a phone is.
NARROW_BARS = "* { min-width: 0; min-height: 0; padding: 0; margin: 0; }"


def small_browser() -> Path:
    """Return the browser that comes with WebKitGTK; without it the test skips and says what to do."""
    libraries = Path("/usr").glob("lib*/**/webkit2gtk-4.*/MiniBrowser")
    path = next(libraries, None)
    if path is None or shutil.which(DRIVER) is None:
        pytest.skip("no WebKitGTK here: install webkit2gtk-driver")
    return path


@contextmanager
def running_webkit(folder: Path, display: str) -> Iterator[Any]:
    """A small browser with nothing but what is in the folder."""
    selenium = pytest.importorskip("selenium.webdriver")
    style = folder / "gtk-3.0" / "gtk.css"
    style.parent.mkdir()
    style.write_text(NARROW_BARS)
    options = selenium.WebKitGTKOptions()
    options.binary_location = str(small_browser())
    options.add_argument("--automation")
    service = selenium.webkitgtk.service.Service(
        shutil.which(DRIVER), env={**os.environ, "DISPLAY": display, "XDG_CONFIG_HOME": str(folder)}
    )
    browser = selenium.WebKitGTK(options=options, service=service)
    try:
        yield browser
    finally:
        with suppress(*_broken()):  # there is nothing to quit after a crash
            browser.quit()


def _broken() -> tuple[type[Exception], ...]:
    """Return what the client raises where the browser, or the driver beside it, is gone."""
    from selenium.common.exceptions import WebDriverException
    from urllib3.exceptions import HTTPError

    return WebDriverException, HTTPError


class WebKitWindow(WebDriverWindow):
    """It has no finger: its driver tells pages of a mouse, whatever is asked for."""

    def __init__(self, browser: Any) -> None:
        from selenium.common import exceptions

        self.browser = browser
        self.gone = (exceptions.StaleElementReferenceException, exceptions.NoSuchElementException)

    @property
    def address(self) -> str:
        return str(self.browser.current_url)

    def open(self, address: str) -> None:
        self.browser.get(address)

    def forget(self) -> None:
        """Leave nothing of a person to the next one."""
        self.browser.delete_all_cookies()
        self.browser.get("about:blank")

    def become(self, size: Size, hand: Hand) -> None:
        """Ask for a window of this size and its bars until the page has it: a busy screen may be late."""
        assert hand != "touch", "its driver has no finger"
        self.browser.get("about:blank")
        end = time.monotonic() + PATIENCE_S
        while (seen := tuple(self._run("return [innerWidth, innerHeight]"))) != size:
            assert time.monotonic() < end, f"the window stays at {seen}, {size} was asked for"
            bars = self._run("return [outerWidth - innerWidth, outerHeight - innerHeight]")
            self.browser.set_window_size(*(wanted + bar for wanted, bar in zip(size, bars, strict=True)))
            time.sleep(LOOK_AGAIN_S)

    def type_key(self, key: str) -> None:
        from selenium.webdriver import ActionChains, Keys

        ActionChains(self.browser).send_keys(Keys.ENTER if key == "Enter" else ARROWS.get(key, key)).perform()

    def _elements(self, by: str, selector: str) -> list[Any]:
        return list(self.browser.find_elements(by, selector))

    def _run(self, script: str, *arguments: Any) -> Any:
        return self.browser.execute_script(script, *arguments)

    def _tap(self, element: Any) -> None:
        raise NotImplementedError(self.__doc__)


class LastingWebKit:
    """A window that outlives the browser: where that has crashed, another one is opened for the same walk.

    A run of these tests met a crash of WebKitGTK's compositor. What a page does wrong stays an error, and
    a page that crashes the browser does so each time.
    """

    def __init__(self, folders: Callable[[], Path], display: str) -> None:
        self._folders, self._display = folders, display
        self._open = ExitStack()
        self._window: WebKitWindow | None = None

    def walk(self, walk: Callable[[WebKitWindow], None]) -> None:
        """Do all of a walk in one window, from its start, up to three times where the browser crashes."""
        for left in reversed(range(WALKS)):
            window = self._living_window()
            try:
                walk(window)
            except _broken():
                if left == 0 or not self._has_crashed(window):
                    raise
                self.close()
            else:
                return

    def close(self) -> None:
        self._window = None
        self._open.close()

    def _living_window(self) -> WebKitWindow:
        if self._window is None:
            browser = self._open.enter_context(running_webkit(self._folders(), self._display))
            self._window = WebKitWindow(browser)
        return self._window

    def _has_crashed(self, window: WebKitWindow) -> bool:
        try:
            return not window.address
        except _broken():
            return True
