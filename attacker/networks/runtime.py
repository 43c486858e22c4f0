"""Which device and which precision, said openly, and memory errors that say what to lower."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from attacker.config import AttackerConfig
from attacker.errors import DeviceError, OutOfMemoryError
from attacker.networks.allocator import kept_memory

Network = TypeVar("Network", bound=nn.Module)

_OUT_OF_MEMORY = ("can't allocate memory", "not enough memory", "out of memory", "STATUS_ALLOC_FAILED")
_COMPILER = ("torch._dynamo", "torch._inductor")
# On an H100 compiling takes about a minute and saves 2.5 ms of the 41 that a step of ResNet152 takes.
_COMPILES_FROM = {"always": 0, "auto": 25_000, "never": math.inf}
_NO_COMPILER = "no C compiler here: whole networks are trained without torch.compile, and slower"
_UNCOMPILED = "set compile='never', or TORCH_COMPILE_DISABLE=1 for the whole worker"


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
    compiles_from
        Steps from which a training is compiled; infinite where nothing is.
    """

    device: torch.device
    precision: str
    note: str = ""
    compiles_from: float = math.inf

    @property
    def name(self) -> str:
        """The device as a report names it: ``cpu``, or ``cuda`` and which GPU."""
        gpu = f" ({torch.cuda.get_device_name(self.device)})" if self.device.type == "cuda" else ""
        return f"{self.device}{gpu}"

    @property
    def dtype(self) -> torch.dtype:
        return torch.bfloat16 if self.precision == "bf16" else torch.float32

    def photos_at_once(self, views: int) -> int:
        """Return how many photos of `views` views each pass a frozen network together.

        A GPU wants to be filled: on an H100 EfficientNet-Lite0 takes .22 ms a view where 32 pass together,
        .09 where 64 do. On two CPU cores a photo takes 4.8 ms where 8 pass together, 4.2 where 16 do, 3.9
        where 32 do; but a pass is always as large as this, however few photos there are.
        """
        together = 64 if self.device.type == "cuda" else 16
        return max(1, together // views)

    def take(self, array: NDArray[Any]) -> Tensor:
        """Bring an array to the device; see `carried`."""
        return carried(array, self.device)

    def bring_back(self, tensor: Tensor) -> NDArray[Any]:
        """Return a tensor's values; from a GPU through pinned memory, which is used over and over."""
        if self.device.type != "cuda":
            return tensor.numpy()
        return torch.empty(tensor.shape, dtype=tensor.dtype, pin_memory=True).copy_(tensor).numpy()

    def compiled(self, network: Network) -> Network:
        """Return the network, compiled; its parameters stay where they are.

        Each size of batch gets kernels of its own: one kernel for all sizes would be made at the second size
        that is met, and a resumed run would meet them in another order. What earlier trainings of the process
        compiled is forgotten, as torch.compile gives up after some. Kernels are not chosen by how fast they
        were just now: another run would choose others, which round differently.
        """
        torch._dynamo.reset()
        return cast(Network, torch.compile(network, dynamic=False, options={"deterministic": True}))

    def autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.precision == "bf16")


def carried(array: NDArray[Any], device: torch.device) -> Tensor:
    """Bring an array to a device; to a GPU through pinned memory, so that nobody waits for its last work."""
    tensor = torch.from_numpy(array)
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor


def runtime(config: AttackerConfig) -> Runtime:
    """Choose device and precision for `config`.

    Raises
    ------
    DeviceError
        If CUDA is asked for and not there.
    """
    device = torch.device(_device(config.device))
    precision, slow = _precision(config.precision, device)
    compiles_from = _COMPILES_FROM[config.compile] if device.type == "cuda" else math.inf
    missing = _NO_COMPILER if compiles_from < math.inf and not _has_compiler() else ""
    notes = "; ".join(note for note in (slow, missing) if note)
    return Runtime(device, precision, notes, math.inf if missing else compiles_from)


def _precision(asked: str, device: torch.device) -> tuple[str, str]:
    """Return the precision to run in, and why it is not the fast one."""
    fast = _has_bf16(device)
    if asked == "auto":
        note = "" if fast else f"this {device.type} has no bf16 arithmetic: fp32 is used, about twice as slow"
        return "bf16" if fast else "fp32", note
    slow = asked == "bf16" and not fast
    return asked, "bf16 is emulated here and slow; use precision='auto'" if slow else ""


def _device(asked: str) -> str:
    if asked == "cuda" and not torch.cuda.is_available():
        raise DeviceError(
            "device='cuda', but torch sees no CUDA device; install a CUDA build or use device='auto'"
        )
    if asked == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return asked


def _has_compiler() -> bool:
    """Whether Triton finds what it builds its launchers with."""
    return bool(os.environ.get("CC") or shutil.which("gcc") or shutil.which("clang"))


def _has_bf16(device: torch.device) -> bool:
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


@contextmanager
def repeatable() -> Iterator[None]:
    """Let CUDA give the same bits each time, and compute in float32 what is float32, not in 19 bits of it.

    Of its ways to compute attention only the plain one does.
    """
    plainly = sdpa_kernel(SDPBackend.MATH) if torch.cuda.is_available() else nullcontext()
    with torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=False), plainly:
        yield


@contextmanager
def computing(what_to_lower: str) -> Iterator[None]:
    """Whatever runs a network does so in here: repeatably, its memory kept, and with an error that helps."""
    with repeatable(), kept_memory(), memory_guard(what_to_lower):
        yield


def is_out_of_memory(error: Exception) -> bool:
    """Whether torch means by an error that there was no memory left."""
    return any(phrase in str(error) for phrase in _OUT_OF_MEMORY)


@contextmanager
def memory_guard(what_to_lower: str) -> Iterator[None]:
    """Turn running out of memory into an error that says what to lower."""
    try:
        yield
    except torch.cuda.OutOfMemoryError as error:
        raise OutOfMemoryError(f"out of GPU memory; lower {what_to_lower}") from error
    except RuntimeError as error:
        if type(error).__module__.startswith(_COMPILER):
            reason = " ".join(str(error).partition("\n\n")[0].split())
            raise DeviceError(f"the network cannot be compiled here ({reason}); {_UNCOMPILED}") from error
        if is_out_of_memory(error):
            raise OutOfMemoryError(f"out of memory; lower {what_to_lower}") from error
        raise
    except MemoryError as error:
        raise OutOfMemoryError(f"out of memory; lower {what_to_lower}") from error
