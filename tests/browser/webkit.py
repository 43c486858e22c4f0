"""WebKitGTK, driven by selenium: its small browser, which needs a screen."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.browser.webdriver_window import LOOK_AGAIN_S, WebDriverWindow
from tests.browser.window import ARROWS, PATIENCE_S, Hand, Size

DRIVER = "WebKitWebDriver"
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
        browser.quit()


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
