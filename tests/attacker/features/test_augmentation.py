"""Augmented views: they depend on the photo and their number alone, and never leave the photo."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from attacker.errors import ConfigError
from attacker.features.augmentation import View, ViewSet, render, square, view_of
from attacker.features.extractor import Frozen
from attacker.networks.runtime import runtime
from attacker.networks.staged import build
from attacker.photos.decoding import fit
from tests.attacker import planted

FILL = torch.full((1, 3, 1, 1), 0.5)


def _squares(*images: int) -> torch.Tensor:
    return torch.from_numpy(
        np.stack([square(fit(planted.photo(0, i), 32), 32, (0.5, 0.5, 0.5)) for i in images])
    )


def test_the_first_view_is_the_photo_itself() -> None:
    squares = _squares(0, 1)
    torch.testing.assert_close(render(squares, [View(), View()], FILL), squares.float() / 255)


def test_the_mirrored_view_swaps_left_and_right() -> None:
    squares = _squares(0)
    mirrored = render(squares, [view_of("a" * 64, "mirrored", 0, (32, 32))], FILL)
    assert torch.equal(mirrored, (squares.float() / 255).flip(3))


def test_places_in_a_view_are_not_rounded_to_bf16() -> None:
    config = planted.tiny(precision="bf16")
    frozen = Frozen(build(config, 3), config.architecture, 0, 32, runtime(config))
    views = [view_of("c" * 64, "augmented", number, (32, 32)) for number in (1, 2)]
    squares = _squares(0, 1).numpy()
    with frozen.runtime.autocast():
        inside = frozen.inputs(squares, views)
    assert torch.equal(inside, frozen.inputs(squares, views))


def test_a_view_is_a_function_of_photo_and_number() -> None:
    assert view_of("a" * 64, "augmented", 3, (32, 32)) == view_of("a" * 64, "augmented", 3, (32, 32))
    assert view_of("a" * 64, "augmented", 3, (32, 32)) != view_of("a" * 64, "augmented", 4, (32, 32))
    assert view_of("a" * 64, "augmented", 3, (32, 32)) != view_of("b" * 64, "augmented", 3, (32, 32))


@pytest.mark.thorough
@given(st.integers(0, 2**64 - 1), st.integers(1, 50), st.integers(1, 64), st.integers(1, 64))
def test_a_zoom_never_leaves_the_photo(photo: int, number: int, height: int, width: int) -> None:
    view = view_of(f"{photo:016x}", "augmented", number, (height, width))
    for side, centre, length in zip(view.side, view.centre, (width, height), strict=True):
        extent = length / max(width, height)
        assert abs(centre) + min(side, extent) <= extent + 1e-9


def test_views_of_a_batch_do_not_depend_on_their_neighbours() -> None:
    views = [view_of(f"{i:064x}", "augmented", 1, (32, 32)) for i in (5, 6)]
    together = render(_squares(0, 1), views, FILL)
    alone = torch.cat([render(_squares(i), [view], FILL) for i, view in enumerate(views)])
    torch.testing.assert_close(together, alone)


def test_a_wide_photo_is_centred_on_the_fill() -> None:
    made = square(np.full((3, 2, 8), 200, dtype=np.uint8), 8, (0.0, 0.0, 0.0))
    assert made[:, 3:5].min() == 200
    assert made[:, :3].max() == made[:, 5:].max() == 0


def test_fixed_view_sets_have_their_own_number() -> None:
    with pytest.raises(ConfigError, match="mirrored"):
        ViewSet("mirrored", 3)
