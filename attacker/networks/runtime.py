"""Device and precision of a run, repeatable kernels, and memory errors that say what to lower."""

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
from attacker.networks.allocator import reuse_freed_memory

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
        Why it is slower than it could be, empty where it is not.
    compiles_from
        Number of steps from which a training is compiled; infinite where nothing is compiled.
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
        """The type that numbers are computed in."""
        return torch.bfloat16 if self.precision == "bf16" else torch.float32

    @property
    def has_fused_kernels(self) -> bool:
        """Whether convolutions can apply the activation after them and keep their bits; see `fused`."""
        return self.device.type == "cpu" and self.precision == "bf16" and _has_bf16(self.device)

    def photos_at_once(self, views: int) -> int:
        """Return how many photos of `views` views each make a batch of a frozen network.

        On an H100 EfficientNet-Lite0 takes .22 ms a view in batches of 32 and .09 ms in batches of 64. On two
        CPU cores a photo takes 4.8 ms in batches of 8, 4.2 ms of 16 and 3.9 ms of 32; but a batch always has
        this size, however few photos there are.
        """
        batch = 64 if self.device.type == "cuda" else 16
        return max(1, batch // views)

    def to_device(self, array: NDArray[Any]) -> Tensor:
        """Return an array as a tensor on the device; see the function of the same name."""
        return to_device(array, self.device)

    def to_host(self, tensor: Tensor) -> NDArray[Any]:
        """Return a tensor's values as an array; from a GPU through pinned memory, which is reused."""
        if self.device.type != "cuda":
            return tensor.numpy()
        return torch.empty(tensor.shape, dtype=tensor.dtype, pin_memory=True).copy_(tensor).numpy()

    def compiled(self, network: Network) -> Network:
        """Return the network, compiled; its parameters stay the same tensors.

        Each size of batch gets its own kernels: one kernel for all sizes would be built at the second size
        that occurs, and in a resumed run sizes occur in another order. What earlier trainings of the process
        compiled is discarded, because torch.compile gives up after a few. Kernels are not chosen by timing
        them: another run would choose others, which round differently.
        """
        torch._dynamo.reset()
        return cast(Network, torch.compile(network, dynamic=False, options={"deterministic": True}))

    def autocast(self) -> torch.autocast:
        """Return a context in which the network computes in the run's precision."""
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.precision == "bf16")


def to_device(array: NDArray[Any], device: torch.device) -> Tensor:
    """Return an array as a tensor on a device; to a GPU through pinned memory, so that the CPU does not wait.

    Examples
    --------
    >>> import numpy as np
    >>> to_device(np.arange(3), torch.device("cpu")).tolist()
    [0, 1, 2]
    """
    tensor = torch.from_numpy(array)
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor


def runtime(config: AttackerConfig) -> Runtime:
    """Choose device and precision for a config.

    Raises
    ------
    DeviceError
        If the config demands CUDA and there is none.

    Examples
    --------
    >>> chosen = runtime(AttackerConfig(device="cpu", precision="fp32"))
    >>> chosen.name, chosen.precision
    ('cpu', 'fp32')
    """
    device = torch.device(_device(config.device))
    precision, slow = _precision(config.precision, device)
    compiles_from = _COMPILES_FROM[config.compile] if device.type == "cuda" else math.inf
    # Triton builds its launchers with a C compiler.
    has_compiler = bool(os.environ.get("CC") or shutil.which("gcc") or shutil.which("clang"))
    missing = _NO_COMPILER if compiles_from < math.inf and not has_compiler else ""
    notes = "; ".join(note for note in (slow, missing) if note)
    return Runtime(device, precision, notes, math.inf if missing else compiles_from)


def _precision(requested: str, device: torch.device) -> tuple[str, str]:
    """Return the precision to run in, and why it is not the fast one."""
    fast = _has_bf16(device)
    if requested == "auto":
        note = "" if fast else f"this {device.type} has no bf16 arithmetic: fp32 is used, about twice as slow"
        return "bf16" if fast else "fp32", note
    slow = requested == "bf16" and not fast
    return requested, "bf16 is emulated here and slow; use precision='auto'" if slow else ""


def _device(requested: str) -> str:
    if requested == "cuda" and not torch.cuda.is_available():
        raise DeviceError(
            "device='cuda', but torch sees no CUDA device; install a CUDA build or use device='auto'"
        )
    if requested == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return requested


def _has_bf16(device: torch.device) -> bool:
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


@contextmanager
def repeatable() -> Iterator[None]:
    """Make CUDA give the same bits each time, and compute float32 in full precision, not in TensorFloat-32.

    Of its ways to compute attention only the plain one gives the same bits each time.

    Examples
    --------
    >>> with repeatable():
    ...     torch.backends.cudnn.deterministic
    True
    """
    plainly = sdpa_kernel(SDPBackend.MATH) if torch.cuda.is_available() else nullcontext()
    with torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=False), plainly:
        yield


@contextmanager
def computing(what_to_lower: str) -> Iterator[None]:
    """Run networks in this context: repeatable, fast with memory, and with errors that say what to lower.

    Parameters
    ----------
    what_to_lower
        Settings that save memory, as the error names them.

    Raises
    ------
    OutOfMemoryError
        If there is not enough memory.
    DeviceError
        If a network cannot be compiled.

    Examples
    --------
    >>> with computing("batch_size"):
    ...     raise MemoryError
    Traceback (most recent call last):
    attacker.errors.OutOfMemoryError: out of memory; lower batch_size
    """
    with repeatable(), reuse_freed_memory(), memory_guard(what_to_lower):
        yield


def is_out_of_memory(error: Exception) -> bool:
    """Return whether an error of torch means that there was no memory left.

    Examples
    --------
    >>> is_out_of_memory(RuntimeError("CUDA out of memory"))
    True
    """
    return any(phrase in str(error) for phrase in _OUT_OF_MEMORY)


@contextmanager
def memory_guard(what_to_lower: str) -> Iterator[None]:
    """Turn running out of memory into an error that says what to lower; see `computing`.

    Examples
    --------
    >>> with memory_guard("image_size"):
    ...     raise RuntimeError("not enough memory")
    Traceback (most recent call last):
    attacker.errors.OutOfMemoryError: out of memory; lower image_size
    """
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
