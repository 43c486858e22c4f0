"""The part of a network that is not trained, as a function of photos."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import timm
import torch
import torchvision
from numpy.typing import NDArray
from torch import Tensor, nn

from attacker.errors import ArchitectureError
from attacker.features.augmentation import AUGMENTATION, View, ViewSet, render, square
from attacker.features.fused_activations import fused
from attacker.networks.runtime import Runtime
from attacker.networks.staged import StagedNetwork
from attacker.photos.decoding import DECODING


@dataclass(frozen=True)
class Frozen:
    """The part of a network below stage `cut`, as a function of photos.

    Parameters
    ----------
    network
        The whole network.
    architecture
        Its name, for the cache key: the same weights may belong to different layers.
    cut
        First stage that is not in it; 0 leaves the pixels, one past the last stage takes in the neck.
    image_size
        Side of the input square in pixels.
    runtime
        Device and precision.
    base
        Stage from whose cached input the rest is computed; 0 starts at the pixels.
    """

    network: StagedNetwork
    architecture: str
    cut: int
    image_size: int
    runtime: Runtime
    base: int = 0

    @cached_property
    def weights(self) -> str:
        """Hash of the weights, computed once: they must not change as long as this object is used."""
        return self.network.lower_fingerprint(self.cut)

    def namespace(self, views: ViewSet) -> str:
        """Return the cache folder, whose name holds everything besides the photo that decides the values."""
        facts = [DECODING, AUGMENTATION, views.kind, self.architecture, self.image_size, self.cut]
        facts += [self.runtime.precision, self.runtime.device.type, self.weights]
        facts += [self.base]  # maps that were rounded on their way through the cache give other values
        facts += [torch.__version__, torchvision.__version__, timm.__version__]  # these round differently
        facts += [self.runtime.photos_at_once(views.count)]  # and so do other sizes of batches
        for buffer in ("mean", "std"):
            facts += self.network.get_buffer(buffer).flatten().tolist()
        return f"{hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:24]}-{views.name}"

    def __call__(self, squares: NDArray[np.uint8], views: Sequence[View]) -> NDArray[np.float16]:
        """Return features, float16 [n, ...], of one view of each photo [n, 3, S, S]."""
        with torch.inference_mode(), self.runtime.autocast():
            return self._features(self.inputs(squares, views), 0)

    def from_base(self, maps: NDArray[np.float16]) -> NDArray[np.float16]:
        """Return features, float16 [n, ...], of what stage `base` takes in, float16 [n, ...]."""
        with torch.inference_mode(), self.runtime.autocast():
            x = self.runtime.to_device(maps).to(self.runtime.dtype)
            return self._features(
                x.contiguous(memory_format=torch.channels_last) if x.ndim == 4 else x, self.base
            )

    def _features(self, x: Tensor, start: int) -> NDArray[np.float16]:
        x = self._run(x, start)
        x = self.network.neck(x) if self.cut > len(self.network.stages) else x
        features = self.runtime.to_host(x.to(torch.float16).contiguous())
        if not np.isfinite(features).all():  # a head trained on them would pass for a weak attacker
            raise ArchitectureError(
                f"{self.architecture}: features below stage {self.cut} are beyond what the cache holds "
                "(65,504); train the whole network (finetune_depth=None), or use another"
            )
        return features

    def _run(self, x: Tensor, start: int) -> Tensor:
        """Pass the input of a stage through the stages up to the cut."""
        stop = min(self.cut, len(self.network.stages))
        if not self.runtime.has_fused_kernels:
            return self.network.run(x, start, stop)
        if start not in self._fused:
            self._fused[start] = fused(self.network.stages[start:stop], x[:1])
        return self._fused[start](x)  # type: ignore[no-any-return]

    @cached_property
    def _fused(self) -> dict[int, nn.Sequential]:
        """Stages in fewer passes, by the one that they start with."""
        return {}

    def below(self) -> Frozen:
        """Return the part up to `base`, whose cached output this one starts from."""
        return replace(self, cut=self.base, base=0)

    def inputs(self, squares: NDArray[np.uint8], views: Sequence[View]) -> Tensor:
        """Return normalised network input, float32 [n, 3, S, S], channels last."""
        pixels = self.runtime.to_device(squares)
        fill = self.network.get_buffer("mean")
        with torch.autocast(self.runtime.device.type, enabled=False):  # places in bf16 are off by 1/5 pixel
            x = self.network.normalise(render(pixels, views, fill))
        return x.contiguous(memory_format=torch.channels_last)

    def square(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Centre pixels, uint8 [3, h, w], in the input square, uint8 [3, S, S]."""
        return square(pixels, self.image_size, self.network.fill)
