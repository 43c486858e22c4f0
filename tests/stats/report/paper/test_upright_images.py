"""Photos in figures are upright and in their place where a reader of SVG knows no transform on them."""

from __future__ import annotations

import io
import re
from base64 import b64decode

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from stats.figures import attention_figure, svg
from stats.report.paper.upright_images import IMAGE, upright

HREF = re.compile(r'base64,([^"]*)"')
BOX = re.compile(r' x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)"/>')
VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def figure() -> str:
    return svg(attention_figure({"dunk": np.array([[1.0, 0.0], [0.0, 0.0]])}))


def pixels(drawing: str) -> NDArray[np.uint8]:
    encoded = HREF.search(drawing)
    assert encoded
    with Image.open(io.BytesIO(b64decode(encoded[1]))) as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.thorough
def test_no_transform_is_left() -> None:
    assert IMAGE.search(figure())
    assert not IMAGE.search(upright(figure()))
    assert "scale(1 -1)" not in upright(figure())


@pytest.mark.thorough
def test_the_attended_corner_is_at_the_top() -> None:
    image = pixels(upright(figure())).astype(int)
    assert image[0, 0].sum() > image[-1, 0].sum()
    np.testing.assert_array_equal(image, pixels(figure())[::-1])


def test_the_image_lies_inside_the_figure() -> None:
    drawing = upright(figure())
    x, y, width, height = map(float, BOX.search(drawing).groups())
    right, bottom = map(float, VIEW.search(drawing).groups())
    assert 0 <= x <= x + width <= right
    assert 0 <= y <= y + height <= bottom
