"""A camera for a virtual screen: sees the frames of any browser, and presses keys at times that are known.

It reads one pixel of the screen's memory about four thousand times a second, so it knows when a photo came
and went to a fraction of a millisecond, whatever the browser says of itself. It is no photodiode: a virtual
screen shows a frame as soon as the browser hands it over, a real one with its next refresh.
"""

from __future__ import annotations

import mmap
import multiprocessing
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

LOOK_S = 0.0002
RED, OTHERS = 200, 60  # a photo for the camera is red: more of red, less of green and blue
COARSE = 8  # every eighth pixel is looked at to find the photo
LEAST = 100  # of them must be red
ASIDE = 80  # pixels from there to the arrow of the mouse, which is drawn into the screen as well
WAIT_S = (0.25, 0.45)  # from the photo to the press

Hand = Literal["key", "mouse"]


@dataclass(frozen=True)
class Sight:
    """A photo as it was seen, and when the answer was sent, in seconds of the machine's clock."""

    onset_s: float
    offset_s: float
    pressed_s: float | None


@dataclass
class Film:
    """What the camera has seen once it has stopped."""

    sights: list[Sight] = field(default_factory=list)


@contextmanager
def filming(display: str, pixels: Path, hand: Hand | None = None) -> Iterator[Film]:
    """Watch a screen meanwhile, in a process of its own; with a hand, answer every photo."""
    context = multiprocessing.get_context("spawn")
    stop, seen = context.Event(), context.Queue()
    camera = context.Process(target=_watch, args=(display, pixels, hand, stop, seen), daemon=True)
    camera.start()
    film = Film()
    try:
        yield film
    finally:
        stop.set()
        film.sights = [Sight(*times) for times in seen.get(timeout=30)]
        camera.join()


def _watch(display: str, pixels: Path, hand: Hand | None, stop: Any, seen: Any) -> None:
    with pixels.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as memory:
        image = screen_of(memory)
        place = None
        while place is None and not stop.is_set():
            place = red_place(image)
        press = _hand_of(display, hand, place) if hand and place else None
        seen.put(_sights(image, place, press, stop) if place else [])
        del image  # the memory cannot be closed before


def screen_of(memory: mmap.mmap) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return the pixels of a screen's file (X window dump), (rows, columns, blue green red and padding)."""
    header = np.frombuffer(memory, ">u4", 25)
    size, height, row_bytes, colours = (int(header[word]) for word in (0, 5, 12, 19))
    start = size + 12 * colours
    return np.frombuffer(memory, np.uint8, row_bytes * height, start).reshape(height, row_bytes // 4, 4)


def red_place(image: np.ndarray[Any, np.dtype[np.uint8]]) -> tuple[int, int] | None:
    """Return row and column of the middle of a red photo, if there is one."""
    blue, green, red = np.moveaxis(image[::COARSE, ::COARSE, :3].astype(int), 2, 0)
    rows, columns = np.nonzero((red > RED) & (green < OTHERS) & (blue < OTHERS))
    if rows.size < LEAST:
        return None
    return int(rows.mean()) * COARSE, int(columns.mean()) * COARSE


def _sights(image: Any, place: tuple[int, int], press: Any, stop: Any) -> list[list[float | None]]:
    """Look until told to stop; the photo by which the place was found is none of the trials."""
    pixel, sights, due, was_red = image[place], [], None, True
    while not stop.is_set():
        is_red, now = bool(pixel[2] > RED and pixel[1] < OTHERS), time.time()
        if is_red and not was_red:
            sights.append([now, None, None])
            due = now + random.uniform(*WAIT_S)
        elif was_red and not is_red and sights:
            sights[-1][1] = now
        if press and due and now >= due:
            sights[-1][2], due = press(), None
        was_red = is_red
        time.sleep(LOOK_S)
    return [sight for sight in sights if sight[1] is not None]


def _hand_of(display: str, hand: Hand, place: tuple[int, int]) -> Any:
    """Return a function that presses the key 1, or the mouse on the photo, and returns when."""
    from Xlib import X
    from Xlib import display as xlib
    from Xlib.ext import xtest

    screen = xlib.Display(display)
    down, up, what = X.KeyPress, X.KeyRelease, screen.keysym_to_keycode(ord("1"))
    if hand == "mouse":
        down, up, what = X.ButtonPress, X.ButtonRelease, 1
    # Without a window manager a key goes to the window below the pointer.
    xtest.fake_input(screen, X.MotionNotify, x=place[1] + ASIDE, y=place[0] + ASIDE)

    def press() -> float:
        sent = time.time()
        xtest.fake_input(screen, down, what)
        xtest.fake_input(screen, up, what)
        screen.sync()
        return sent

    return press
