"""Photos whose colours and shapes are changed at random before they are looked at."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torchvision.transforms.v2 import RandAugment

_OPERATIONS, _MAGNITUDE = 2, 9  # of 31; the values that the paper found for networks of this size
_FILL = 128  # grey, where a photo is turned or moved away


def distorted(pixels: NDArray[np.uint8], photo_hash: str, number: int) -> NDArray[np.uint8]:
    """Return one distorted view of a photo.

    Parameters
    ----------
    pixels
        Uint8 [3, h, w].
    photo_hash
        Hexadecimal hash of the photo's content; it and the view's number decide what is drawn.
    number
        Which view; number 0 is the photo itself.

    Returns
    -------
    Uint8 [3, h, w].

    References
    ----------
    Cubuk, Zoph, Shlens and Le (2020), RandAugment: Practical automated data augmentation with a reduced
    search space, CVPR workshops.

    Examples
    --------
    >>> photo = np.arange(3 * 8 * 8, dtype=np.uint8).reshape(3, 8, 8)
    >>> first, again = (distorted(photo, "ab" * 32, 1) for _ in range(2))
    >>> first.shape, bool((first == again).all()), bool((distorted(photo, "ab" * 32, 0) == photo).all())
    ((3, 8, 8), True, True)
    """
    if number == 0:
        return pixels
    draw = RandAugment(_OPERATIONS, _MAGNITUDE, fill=_FILL)
    with torch.random.fork_rng(devices=[]):  # torchvision draws from the generator that all of torch shares
        torch.manual_seed(int(photo_hash[:12], 16) + number)
        changed: NDArray[np.uint8] = draw(torch.from_numpy(pixels)).numpy()
    return changed
