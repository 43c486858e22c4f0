"""A window that is driven by the commands of WebDriver, whichever client sends them."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import Any

from tests.browser.window import PATIENCE_S, Hand, Size

LOOK_AGAIN_S = 0.05
PLACE = """
    arguments[0].scrollIntoView({block: "nearest"});
    const {x, y} = arguments[0].getBoundingClientRect();
    return [x, y];
"""
BUTTON = "//button[contains(normalize-space(), {name!r})]"


class WebDriverWindow(ABC):
    """Elements come and go with the pages, so each is looked for anew until it is there or patience ends.

    The clients of Firefox and of WebKitGTK share the methods of their elements; what differs is abstract.
    """

    gone: tuple[type[Exception], ...]  # what the client raises for an element of a page that was left

    def wait_for(self, selector: str) -> None:
        self._seen("css selector", selector)

    def sees(self, selector: str) -> bool:
        return self._first_in_view("css selector", selector) is not None

    def text_of(self, selector: str) -> str:
        return self._seen("css selector", selector).text

    def press(self, name: str, hand: Hand) -> None:
        self._act(self._seen("xpath", BUTTON.format(name=name)), hand, "Enter")

    def choose(self, selector: str, hand: Hand) -> None:
        self._act(self._seen("css selector", selector), hand, " ")

    def rest(self, ms: float) -> None:
        time.sleep(ms / 1000)

    @property
    @abstractmethod
    def address(self) -> str: ...

    @abstractmethod
    def type_key(self, key: str) -> None: ...

    @abstractmethod
    def become(self, size: Size, hand: Hand) -> None:
        """Become the window of a device of this size, which has this hand in front of it."""

    @abstractmethod
    def _elements(self, by: str, selector: str) -> list[Any]: ...

    @abstractmethod
    def _run(self, script: str, *arguments: Any) -> Any:
        """Return what the body of a function returns in the page."""

    @abstractmethod
    def _tap(self, element: Any) -> None: ...

    def _seen(self, by: str, selector: str) -> Any:
        """Return the first such element that can be seen."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if (element := self._first_in_view(by, selector)) is not None:
                return element
            time.sleep(LOOK_AGAIN_S)
        words = self._run("return document.body.innerText")
        raise TimeoutError(f"{selector} was not to be seen at {self.address}, but: {words}")

    def _first_in_view(self, by: str, selector: str) -> Any:
        """Return an element or nothing; one may vanish while it is looked at."""
        try:
            return next((element for element in self._elements(by, selector) if element.is_displayed()), None)
        except self.gone:
            return None

    def _come_to_rest(self, element: Any) -> None:
        """Wait until an element stands still: what is being loaded moves what is below it."""
        place = None
        while place != (place := self._run(PLACE, element)):
            time.sleep(LOOK_AGAIN_S)

    def _act(self, element: Any, hand: Hand, key: str) -> None:
        if hand != "key":
            self._come_to_rest(element)
        if hand == "touch":
            self._tap(element)
        elif hand == "mouse":
            element.click()
        else:
            self._run("arguments[0].focus()", element)
            self.type_key(key)
