"""A window of Chromium, driven by playwright."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from tests.browser.window import Hand


class ChromiumWindow:
    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def address(self) -> str:
        return self.page.url

    def open(self, address: str) -> None:
        self.page.goto(address)

    def wait_for(self, selector: str) -> None:
        self.page.locator(selector).filter(visible=True).first.wait_for()

    def sees(self, selector: str) -> bool:
        return self.page.locator(selector).filter(visible=True).count() > 0

    def text_of(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()

    def press(self, name: str, hand: Hand) -> None:
        self._act(self.page.get_by_role("button", name=name), hand, "Enter")

    def choose(self, selector: str, hand: Hand) -> None:
        self._act(self.page.locator(selector), hand, "Space")

    def type_key(self, key: str) -> None:
        self.page.keyboard.press(key)

    def rest(self, ms: float) -> None:
        self.page.wait_for_timeout(ms)

    def _act(self, target: Locator, hand: Hand, key: str) -> None:
        if hand == "touch":
            target.tap()
        elif hand == "mouse":
            target.click()
        else:
            target.focus()
            self.page.keyboard.press(key)
