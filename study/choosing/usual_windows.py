"""Windows of usual devices, for who designs a study."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Window:
    """A window of a usual device, in CSS pixels."""

    device: Promise
    width: int
    height: int
    has_keys: bool = False

    def __str__(self) -> str:
        return f"{self.device} ({self.width} x {self.height})"


USUAL_WINDOWS = (
    Window(_("small phone"), 320, 568),
    Window(_("phone"), 390, 664),
    Window(_("phone held across"), 750, 320),
    Window(_("laptop"), 1366, 768, has_keys=True),
)
