"""Which device and which precision, said openly, and memory errors that say what to lower."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from attacker.config import AttackerConfig
from attacker.errors import DeviceError

_CPU_OUT_OF_MEMORY = ("can't allocate memory", "not enough memory")


@dataclass(frozen=True)
class Runtime:
    """Where and how precisely a network runs.

    Parameters
    ----------
    device
        The torch device.
    precision
        ``bf16`` or ``fp32``.
    note
        Why it is not faster, where it is not; empty otherwise.
    """

    device: torch.device
    precision: str
    note: str = ""

    @property
    def dtype(self) -> torch.dtype:
        return torch.bfloat16 if self.precision == "bf16" else torch.float32

    def photos_at_once(self, views: int) -> int:
        """Return how many photos of `views` views each pass a frozen network together.

        A GPU wants to be filled. On a CPU the feature maps should stay in its cache: EfficientNet-Lite0
        passes 8 views in 3.1 ms each and 32 in 5.2 ms.
        """
        together = 32 if self.device.type == "cuda" else 8
        return max(1, together // views)

    def autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.precision == "bf16")


def runtime(config: AttackerConfig) -> Runtime:
    """Choose device and precision for `config`.

    Raises
    ------
    DeviceError
        If CUDA is asked for and not there.
    """
    device = torch.device(_device(config.device))
    fast = _has_bf16(device)
    if config.precision == "auto":
        note = "" if fast else f"this {device.type} has no bf16 arithmetic: fp32 is used, about twice as slow"
        return Runtime(device, "bf16" if fast else "fp32", note)
    slow = config.precision == "bf16" and not fast
    return Runtime(
        device, config.precision, "bf16 is emulated here and slow; use precision='auto'" if slow else ""
    )


def _device(asked: str) -> str:
    if asked == "cuda" and not torch.cuda.is_available():
        raise DeviceError(
            "device='cuda', but torch sees no CUDA device; install a CUDA build or use device='auto'"
        )
    if asked == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return asked


def _has_bf16(device: torch.device) -> bool:
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


@contextmanager
def memory_guard(what_to_lower: str) -> Iterator[None]:
    """Turn running out of memory into an error that says what to lower."""
    try:
        yield
    except torch.cuda.OutOfMemoryError as error:
        raise DeviceError(f"out of GPU memory; lower {what_to_lower}") from error
    except RuntimeError as error:
        if any(phrase in str(error) for phrase in _CPU_OUT_OF_MEMORY):
            raise DeviceError(f"out of memory; lower {what_to_lower}") from error
        raise
    except MemoryError as error:
        raise DeviceError(f"out of memory; lower {what_to_lower}") from error
