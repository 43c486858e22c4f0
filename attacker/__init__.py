"""The machine: a pretrained network that learns to recognise cropped photos, and says how sure it is.

The names are those of ``__init__.pyi``. Each is imported on first use, so ``import attacker`` and
``attacker.AttackerConfig`` stay free of torch.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
