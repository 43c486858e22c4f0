"""What a person can do in front of any browser's window, whichever program drives it."""

from __future__ import annotations

from typing import Literal, Protocol

Hand = Literal["key", "mouse", "touch"]
Size = tuple[int, int]
PHONE: Size = (390, 664)
LAPTOP: Size = (1366, 768)
PATIENCE_S = 30.0
ARROWS = {  # as WebDriver writes them
    "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
}


class Window(Protocol):
    """An open window; all but `sees` wait until what they name is there to be seen."""

    @property
    def address(self) -> str: ...

    def open(self, address: str) -> None: ...

    def wait_for(self, selector: str) -> None:
        """Wait for what a CSS selector names."""

    def sees(self, selector: str) -> bool:
        """Return at once whether what a CSS selector names is there to be seen."""

    def text_of(self, selector: str) -> str: ...

    def press(self, name: str, hand: Hand) -> None:
        """Press the button of this name: by a key once it has the focus, by mouse, or by finger."""

    def choose(self, selector: str, hand: Hand) -> None:
        """Choose what a CSS selector names, such as an answer, a circle or a box to tick."""

    def type_key(self, key: str) -> None:
        """Press and release a key, named as `KeyboardEvent.key` names it."""

    def rest(self, ms: float) -> None:
        """Do nothing for a while, as people do."""
