"""Augmented views of photos: a zoom, a mirror image and a change of colour.

A view depends on the photo's content and the view's number only, so views can be cached and shared. The zoom
is wide because attackers are tested on crops.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from attacker.errors import ConfigError
from attacker.features.distortion import distorted
from attacker.networks.runtime import to_device

AUGMENTATION = "zoom-mirror-colour-3"  # part of every cache key; raise the number when views change
_LUMA = (0.299, 0.587, 0.114)
USUAL_SMALLEST = 0.6
_STRETCH = 0.1
_COLOUR = 0.3


@dataclass(frozen=True)
class ViewSet:
    """How many views of a photo, and of which kind.

    Parameters
    ----------
    kind
        ``plain``: the photo as it is; ``mirrored``: its mirror image; ``augmented``: the photo, then random
        views.
    count
        How many views.
    smallest
        Least visible share of the width and height in an augmented view, in (0, 1].
    distorted
        Whether augmented views are distorted first (`attacker.features.distortion`).
    """

    kind: Literal["plain", "mirrored", "augmented"]
    count: int
    smallest: float = USUAL_SMALLEST
    distorted: bool = False

    def __post_init__(self) -> None:
        if self.kind != "augmented" and self.count != 1:
            raise ConfigError(f"a photo has one {self.kind} view, not {self.count}")

    @property
    def name(self) -> str:
        """What the views are, as names in the cache hold it."""
        zoomed = "" if self.smallest == USUAL_SMALLEST else f"-from-{self.smallest}"
        return f"{self.kind}-{self.count}{zoomed}{'-distorted' if self.distorted else ''}"

    @property
    def at_test(self) -> range:
        """Numbers of the views that are averaged at test time: the first augmented one is the plain photo."""
        return range(1, self.count) if self.kind == "augmented" else range(self.count)

    def of(self, photo_hash: str, number: int, shape: tuple[int, int]) -> View:
        """Return one view of a photo of some height and width; see `view_of`."""
        return view_of(photo_hash, self.kind, number, shape, self.smallest)

    def pixels(self, photo: NDArray[np.uint8], photo_hash: str, number: int) -> NDArray[np.uint8]:
        """Return the pixels, uint8 [3, h, w], that one view of a photo is rendered from."""
        return distorted(photo, photo_hash, number) if self.distorted else photo


PLAIN = ViewSet("plain", 1)
MIRRORED = ViewSet("mirrored", 1)


@dataclass(frozen=True)
class View:
    """One view of one photo.

    Parameters
    ----------
    side
        Visible share of the square's width and height (x, y); 1 shows all.
    centre
        Of the visible window, in [-1, 1] of the square (x, y).
    mirrored
        Left and right swapped.
    colour
        Factors of brightness, contrast and saturation; 1 leaves them.
    """

    side: tuple[float, float] = (1.0, 1.0)
    centre: tuple[float, float] = (0.0, 0.0)
    mirrored: bool = False
    colour: tuple[float, float, float] = (1.0, 1.0, 1.0)


def view_of(
    photo_hash: str, kind: str, number: int, shape: tuple[int, int], smallest: float = USUAL_SMALLEST
) -> View:
    """Return one view of a photo.

    Parameters
    ----------
    photo_hash
        Hexadecimal hash of the photo's content; decides the random views.
    kind
        See `ViewSet`.
    number
        Which view; number 0 is the photo itself.
    shape
        (height, width) of the photo's pixels.
    smallest
        Least visible share of the width and height, in (0, 1].

    Examples
    --------
    >>> view_of("ab" * 32, "augmented", 0, (200, 300)) == View()
    True
    >>> first, again = (view_of("ab" * 32, "augmented", 1, (200, 300)) for _ in range(2))
    >>> first == again != View()
    True
    """
    if kind == "mirrored":
        return View(mirrored=True)
    if number == 0:
        return View()
    return _random_view(np.random.default_rng([int(photo_hash[:16], 16), number]), shape, smallest)


def _random_view(random: np.random.Generator, shape: tuple[int, int], smallest: float) -> View:
    zoom = random.uniform(smallest, 1.0)
    stretch = np.exp(random.uniform(-_STRETCH, _STRETCH, 2))
    side = np.minimum(zoom * stretch, 1.0)
    extent = np.array([shape[1], shape[0]]) / max(shape)  # of the photo inside the square (x, y)
    centre = np.maximum(extent - side, 0.0) * random.uniform(-1.0, 1.0, 2)
    colour = random.uniform(1 - _COLOUR, 1 + _COLOUR, 3)
    return View(
        (float(side[0]), float(side[1])),
        (float(centre[0]), float(centre[1])),
        bool(random.random() < 0.5),
        (float(colour[0]), float(colour[1]), float(colour[2])),
    )


def square(pixels: NDArray[np.uint8], side: int, fill: Sequence[float]) -> NDArray[np.uint8]:
    """Centre pixels in a square.

    Parameters
    ----------
    pixels
        uint8 [3, h, w].
    side
        Side of the square in pixels, at least h and w.
    fill
        Colour of the rest, three values in [0, 1].

    Returns
    -------
    uint8 [3, side, side].

    Examples
    --------
    >>> square(np.full((3, 1, 2), 9, dtype=np.uint8), 3, (0, 0, 0))[0].tolist()
    [[0, 0, 0], [9, 9, 0], [0, 0, 0]]
    """
    _, height, width = pixels.shape
    canvas = np.empty((3, side, side), dtype=np.uint8)
    canvas[:] = np.round(255 * np.asarray(fill)).astype(np.uint8)[:, None, None]
    top, left = (side - height) // 2, (side - width) // 2
    canvas[:, top : top + height, left : left + width] = pixels
    return canvas


def render(squares: Tensor, views: Sequence[View], fill: Tensor) -> Tensor:
    """Return views of photos, one of each.

    Parameters
    ----------
    squares
        uint8 [n, 3, S, S].
    views
        One per photo.
    fill
        Colour around the photo, float [1, 3, 1, 1] in [0, 1].

    Returns
    -------
    float32 [n, 3, S, S] in [0, 1].

    Examples
    --------
    >>> import torch
    >>> squares = torch.tensor([[[[0, 255]]] * 3], dtype=torch.uint8)
    >>> render(squares, [View(mirrored=True)], torch.zeros(1, 3, 1, 1))[0, 0].tolist()
    [[1.0, 0.0]]
    """
    x = squares.float().div_(255)
    if all(view == View() for view in views):
        return x
    if all(view == View(mirrored=True) for view in views):
        return x.flip(3)
    return _zoomed(_coloured(x, views).sub_(fill), views).add_(fill).clamp_(0, 1)


def _coloured(x: Tensor, views: Sequence[View]) -> Tensor:
    """Change brightness, contrast and saturation in place: on a CPU each further array costs its memory."""
    factors = to_device(np.array([view.colour for view in views], dtype=np.float32), x.device)  # [n, 3]
    brightness, contrast, saturation = (factors[:, i].view(-1, 1, 1, 1) for i in range(3))
    x.mul_(brightness)
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    x.sub_(mean).mul_(contrast).add_(mean)
    grey = x[:, :1] * _LUMA[0]
    for channel, share in enumerate(_LUMA[1:], start=1):
        grey.add_(x[:, channel : channel + 1], alpha=share)
    return x.sub_(grey).mul_(saturation).add_(grey).clamp_(0, 1)


def _zoomed(x: Tensor, views: Sequence[View]) -> Tensor:
    """Show each view's window, whose sides are parallel to the photo's: columns and rows apart will do."""
    side = x.shape[-1]
    windows = [(*view.side, *view.centre, -1.0 if view.mirrored else 1.0) for view in views]
    width, height, across, down, mirror = to_device(
        np.array(windows, dtype=np.float32).T[:, :, None], x.device
    ).unbind()  # each [n, 1]
    centres = torch.linspace(-1, 1, side, device=x.device) * ((side - 1) / side)  # of pixels
    grid = torch.empty(len(views), side, side, 2, device=x.device)
    grid[..., 0] = (centres * (width * mirror) + across)[:, None, :]
    grid[..., 1] = (centres * height + down)[:, :, None]
    return functional.grid_sample(x, grid, padding_mode="zeros", align_corners=False)
