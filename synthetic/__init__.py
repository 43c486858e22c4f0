"""Draw demonstration photos of three basketball actions, so that the product needs to ship none."""

from __future__ import annotations

from synthetic.photo_sets import draw_set

__all__ = ["draw_set"]
