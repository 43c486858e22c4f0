"""The attacker beside the plain way and beside pytorch-grad-cam: one run, medians, ratios, differences.

    python -m benchmarks.attacker [--photos FOLDER] [--repeats 5] [--threads 2]

Prints a table and writes var/benchmarks/attacker.json. Photos default to drawn noise: speed does not depend
on what they show, but the check of bf16 against fp32 does, and is only made on real ones.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import cv2
import numpy as np
import timm
import torch
import torchvision
from PIL import Image
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import nn

from attacker import AttackerConfig, Example, train
from attacker.architectures import StagedNetwork, build
from attacker.attention import grad_cam
from attacker.cache import DiskStore
from attacker.devices import Runtime, runtime
from attacker.features import bank
from attacker.frozen import Frozen
from attacker.packaged import packaged_state
from attacker.photos import hashes_of
from attacker.trained import channels_last

CLASSES, BATCH, SIZE = 3, 8, 224
EPOCHS = 10


@dataclass(frozen=True)
class Row:
    """One comparison: seconds of each repeat, the plain way's and ours, and what must come of it."""

    name: str
    plain: list[float]
    ours: list[float]
    goal: float
    note: str = ""

    def ratios(self) -> np.ndarray:
        return np.array(self.plain) / np.array(self.ours)

    def goal_entry(self) -> dict[str, object]:
        low, middle, high = np.quantile(self.ratios(), [0.25, 0.5, 0.75])
        entry = {
            "ratio": middle,
            "quartiles": [low, high],
            "goal": self.goal,
            "met": bool(middle >= self.goal),
        }
        seconds = {"plain_s": float(np.median(self.plain)), "ours_s": float(np.median(self.ours))}
        return {**entry, **seconds, **({"note": self.note} if self.note else {})}


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def beside(
    name: str, plain: Callable[[], object], ours: Callable[[], object], goal: float, repeats: int
) -> Row:
    """Time both in turn, so that a busy moment of the machine falls on both; one unmeasured round first."""
    plain(), ours()
    pairs = [(timed(plain), timed(ours)) for _ in range(repeats)]
    row = Row(name, [a for a, _ in pairs], [b for _, b in pairs], goal)
    show(row)
    return row


def show(row: Row) -> None:
    entry = row.goal_entry()
    print(
        f"{row.name:44} plain {entry['plain_s']:8.3f} s  ours {entry['ours_s']:8.3f} s  "
        f"ratio {entry['ratio']:7.1f}  goal {row.goal:5.1f}  {'met' if entry['met'] else 'MISSED'}",
        flush=True,
    )


def plain_network() -> nn.Module:
    """The packaged network as one would take it: unfolded, contiguous, float32."""
    network = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    network.load_state_dict(packaged_state("efficientnet_lite0"))
    network.reset_classifier(CLASSES)
    return network.eval()


def our_network(precision: str) -> tuple[StagedNetwork, Frozen]:
    config = AttackerConfig.quick(precision=precision, device="cpu")
    network = channels_last(build(config, CLASSES))
    return network, Frozen(network, config.architecture, len(network.stages) - 2, SIZE, runtime(config))


def same_head(plain: nn.Module, network: StagedNetwork) -> None:
    with torch.no_grad():
        network.head.weight.normal_(0, 0.1, generator=torch.Generator().manual_seed(0))
        plain.classifier.weight.copy_(network.head.weight)
        plain.classifier.bias.copy_(network.head.bias)


def our_maps(
    network: StagedNetwork, frozen: Frozen, x: torch.Tensor, targets: torch.Tensor | None
) -> torch.Tensor:
    with torch.no_grad(), frozen.runtime.autocast():
        feature_map = network.run(x.contiguous(memory_format=torch.channels_last))
    return grad_cam(network, feature_map, targets)


def attention_rows(x: torch.Tensor, repeats: int) -> tuple[list[Row], dict[str, object]]:
    """Maps: pytorch-grad-cam batched, and the original script's pass (predict, then a map per photo)."""
    plain = plain_network()
    (bf16, frozen16), (fp32, frozen32) = our_network("auto"), our_network("fp32")
    for network in (bf16, fp32):
        same_head(plain, network)
    targets = torch.arange(len(x)) % CLASSES
    wanted = [ClassifierOutputTarget(int(target)) for target in targets]
    cam = GradCAM(plain, [plain.bn2])

    def original() -> None:
        with torch.no_grad():
            chosen = plain(x).argmax(1)
        for one, label in zip(x, chosen, strict=True):
            with GradCAM(plain, [plain.bn2]) as single:
                single(one[None], [ClassifierOutputTarget(int(label))])

    def peer() -> np.ndarray:
        return cam(x, wanted)

    rows = [
        beside("attention maps, bf16", peer, lambda: our_maps(bf16, frozen16, x, targets), 7.0, repeats),
        beside("attention maps, fp32", peer, lambda: our_maps(fp32, frozen32, x, targets), 3.0, repeats),
        beside("predict + map, bf16", original, lambda: our_maps(bf16, frozen16, x, None), 8.0, repeats),
    ]
    ours = np.stack([as_the_peer_scales(one) for one in our_maps(fp32, frozen32, x, targets).numpy()])
    same = GradCAM(fp32, [fp32.stages[-1]])(x, wanted)
    return rows, {
        "fp32_maps_difference": at_most(float(np.abs(ours - same).max()), 1e-5),
        "fp32_maps_difference_after_folding": at_most(float(np.abs(ours - peer()).max()), 1e-4),
    }


def as_the_peer_scales(one: np.ndarray) -> np.ndarray:
    """To [0, 1], enlarged, and to [0, 1] once more."""
    return unit(cv2.resize(unit(one), (SIZE, SIZE)))


def unit(one: np.ndarray) -> np.ndarray:
    lowered = one - one.min()
    return lowered / (1e-7 + lowered.max())


def at_most(value: float, goal: float) -> dict[str, object]:
    return {"value": value, "goal": goal, "met": value <= goal, "rule": "at most"}


def at_least(value: float, goal: float) -> dict[str, object]:
    return {"value": value, "goal": goal, "met": value >= goal, "rule": "at least"}


def head_change_row(x: torch.Tensor, repeats: int) -> Row:
    """New maps after the head has changed: again from pixels, or from the last maps kept."""
    plain, (network, frozen) = plain_network(), our_network("auto")
    with torch.no_grad(), frozen.runtime.autocast():
        kept = network.run(x.contiguous(memory_format=torch.channels_last))
    targets = torch.arange(len(x)) % CLASSES
    cam = GradCAM(plain, [plain.bn2])
    wanted = [ClassifierOutputTarget(int(target)) for target in targets]
    return beside(
        "maps after a new head",
        lambda: cam(x, wanted),
        lambda: grad_cam(network, kept, targets),
        100.0,
        repeats,
    )


def full_step_rows(x: torch.Tensor, repeats: int) -> list[Row]:
    """One optimizer step of the whole network: the study's own, and the offline one."""
    offline, (lite0, frozen) = plain_network(), our_network("auto")
    study = torchvision.models.resnet152(weights=None, num_classes=CLASSES)
    ours = channels_last(
        build(AttackerConfig(architecture="resnet152", weights="random", device="cpu"), CLASSES)
    )
    first = step_row("full fine-tuning step, resnet152", study, ours, frozen.runtime, x, repeats)
    second = step_row("full fine-tuning step, efficientnet_lite0", offline, lite0, frozen.runtime, x, repeats)
    return [first, replace(second, note=DEPTHWISE)]


DEPTHWISE = (
    "depthwise convolutions have little arithmetic to save: bf16 gains less than on the study's network"
)


def step_row(
    name: str, plain: nn.Module, network: StagedNetwork, where: Runtime, x: torch.Tensor, repeats: int
) -> Row:
    def forward(batch: torch.Tensor) -> torch.Tensor:
        with where.autocast():
            return network(batch)

    labels = torch.arange(len(x)) % CLASSES
    packed = x.contiguous(memory_format=torch.channels_last)
    plainly = stepper(plain, plain, x, labels, fused=False)
    return beside(name, plainly, stepper(network, forward, packed, labels, fused=True), 2.0, repeats)


def stepper(
    network: nn.Module,
    forward: Callable[[torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    labels: torch.Tensor,
    *,
    fused: bool,
) -> Callable[[], None]:
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-5, fused=fused)

    def step() -> None:
        loss = nn.functional.cross_entropy(forward(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def frozen_stage_row(examples: list[Example], repeats: int) -> Row:
    """A head on the study's network for ten epochs: the backbone every epoch, or features once."""
    plain = torchvision.models.resnet152(weights=None).eval()
    half = len(examples) // 2
    pairs = []
    for _ in range(repeats):
        one_epoch = timed(lambda: pixels_through(plain, examples))  # validation passes through it as well
        pairs.append((EPOCHS * one_epoch, timed(lambda: head_from_cache(examples[:half], examples[half:]))))
    row = Row(
        "frozen stage, 10 epochs, resnet152", [a for a, _ in pairs], [b for _, b in pairs], 20.0, FROZEN
    )
    show(row)
    return row


FROZEN = (
    "plain: one epoch timed, times ten; ours: everything, filling the empty cache and checkpoints included"
)


def head_from_cache(training: list[Example], validation: list[Example]) -> None:
    config = AttackerConfig(
        architecture="resnet152",
        weights="random",
        head_epochs=EPOCHS,
        patience=EPOCHS,
        finetune_epochs=0,
        views=1,
        device="cpu",
    )
    with tempfile.TemporaryDirectory() as scratch:
        train(
            config,
            ("0", "1", "2"),
            training,
            validation,
            run_dir=Path(scratch, "run"),
            cache_dir=Path(scratch, "cache"),
        )


def pixels_through(network: nn.Module, examples: list[Example]) -> None:
    for start in range(0, len(examples), BATCH):
        batch = np.stack([decoded(example.path) for example in examples[start : start + BATCH]])
        with torch.no_grad():
            network(torch.from_numpy(batch).float() / 127.5 - 1)


def decoded(path: Path) -> np.ndarray:
    image = Image.open(path).convert("RGB").resize((SIZE, SIZE))
    return np.asarray(image).transpose(2, 0, 1)


def loader_row(folder: Path, repeats: int) -> Row:
    """Photos of 1024 px to network input: decoded each epoch, or read back from the cache."""
    examples = noise_photos(folder / "large", 32, 1024)
    _, frozen = our_network("fp32")
    pixels = Frozen(frozen.network, frozen.architecture, 0, SIZE, frozen.runtime)
    store, hashes, rows = DiskStore(folder / "cache"), hashes_of(examples), list(range(len(examples)))
    bank(pixels, examples, hashes, store)

    def from_disk() -> None:
        bank(pixels, examples, hashes, store).batch(rows, [0] * len(rows))

    def by_pil() -> None:
        batch = np.stack([decoded(example.path) for example in examples])
        torch.from_numpy(batch).float().div_(127.5).sub_(1)

    return beside("loader, 1024 px", by_pil, from_disk, 5.0, repeats)


def agreement(examples: list[Example]) -> dict[str, object]:
    """bf16 beside fp32 on trained weights and real photos: same answers, same regions?"""
    with tempfile.TemporaryDirectory() as scratch:
        half = len(examples) // 2
        config = AttackerConfig.quick(device="cpu", finetune_epochs=3)
        trained = train(config, ("0", "1", "2"), examples[:half], examples[half:], run_dir=Path(scratch))
    network, held_out = trained.network, examples[half:]
    pixels = Frozen(network, config.architecture, 0, SIZE, runtime(config))
    x = torch.cat(
        [
            bank(pixels, held_out, hashes_of(held_out), DiskStore(Path(tempfile.mkdtemp()))).batch([i], [0])
            for i in range(len(held_out))
        ]
    )
    found = []
    for precision in ("bf16", "fp32"):
        frozen = Frozen(
            network, config.architecture, 0, SIZE, runtime(AttackerConfig(precision=precision, device="cpu"))
        )
        with torch.no_grad(), frozen.runtime.autocast():
            feature_map = network.run(x)
        found.append(
            (
                network.classify(feature_map).argmax(1),
                grad_cam(network, feature_map, torch.tensor([e.label for e in held_out])),
            )
        )
    same = float((found[0][0] == found[1][0]).float().mean())
    overlap = [top_overlap(a, b) for a, b in zip(found[0][1], found[1][1], strict=True)]
    return {
        "bf16_same_predictions": at_least(same, 0.99),
        "bf16_top_region_iou": {**at_least(float(np.mean(overlap)), 0.98), "note": COARSE},
    }


COARSE = "the map has 7 x 7 cells: one cell that changes its rank costs a tenth of the top region"


def top_overlap(a: torch.Tensor, b: torch.Tensor) -> float:
    """Intersection over union of the top fifth of both maps, cells without evidence left out."""
    fine = [nn.functional.interpolate(m[None, None], (28, 28), mode="bilinear").flatten() for m in (a, b)]
    tops = [{i for i in one.topk(round(0.2 * one.numel())).indices.tolist() if one[i] > 0} for one in fine]
    return len(tops[0] & tops[1]) / len(tops[0] | tops[1]) if tops[0] | tops[1] else 1.0


def noise_photos(folder: Path, count: int, side: int) -> list[Example]:
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number in range(count):
        coarse = np.random.default_rng(number).integers(0, 255, (side // 16, side // 16, 3), dtype=np.uint8)
        path = folder / f"{number}.jpg"
        Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC).save(path, quality=90)
        made.append(Example(path, number % CLASSES, str(path), 0, str(path)))
    return made


def real_photos(root: Path, count: int) -> list[Example]:
    folders = sorted(folder for folder in root.iterdir() if folder.is_dir())[:CLASSES]
    columns = [sorted(folder.iterdir())[: count // CLASSES] for folder in folders]
    return [
        Example(p, label, str(p), 0, str(p))
        for paths in zip(*columns, strict=True)
        for label, p in enumerate(paths)
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, help="real photos, one folder per class, for the bf16 check")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--out", type=Path, default=Path("var/benchmarks/attacker.json"))
    chosen = parser.parse_args()
    warnings.simplefilter("ignore", DeprecationWarning)  # the peer's own
    torch.set_num_threads(chosen.threads)
    with tempfile.TemporaryDirectory() as scratch:
        goals = measured(Path(scratch), chosen)
    report = {"goals": goals, "machine": machine(chosen)}
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps(report, indent=1))
    print(f"{sum(bool(goal['met']) for goal in goals.values())} of {len(goals)} goals met -> {chosen.out}")
    return 0


def measured(scratch: Path, chosen: argparse.Namespace) -> dict[str, dict[str, object]]:
    x = torch.rand(BATCH, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(0)) * 2 - 1
    rows, differences = attention_rows(x, chosen.repeats)
    rows.append(head_change_row(x, chosen.repeats))
    rows += full_step_rows(x, chosen.repeats)
    rows.append(loader_row(scratch, chosen.repeats))
    rows.append(frozen_stage_row(noise_photos(scratch / "small", 48, SIZE), max(2, chosen.repeats // 2)))
    goals = {row.name: row.goal_entry() for row in rows} | differences
    if chosen.photos is not None:
        goals |= agreement(real_photos(chosen.photos, 240))
    for name, goal in goals.items():
        if "value" in goal:
            verdict = "met" if goal["met"] else "MISSED"
            print(f"{name:44} {goal['value']:.2e}  goal {goal['rule']} {goal['goal']}  {verdict}")
    return goals


def machine(chosen: argparse.Namespace) -> dict[str, object]:
    note = runtime(AttackerConfig(device="cpu")).note
    load = os.getloadavg()[0]
    return {
        "platform": platform.platform(),
        "cpu": torch.backends.cpu.get_cpu_capability(),
        "cores": os.cpu_count(),
        "threads": chosen.threads,
        "repeats": chosen.repeats,
        "load_at_end": load,
        "torch": torch.__version__,
        "precision": note or "bf16",
    }


if __name__ == "__main__":
    sys.exit(main())
