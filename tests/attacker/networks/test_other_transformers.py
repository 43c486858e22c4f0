"""EVA-02, DINOv3, BEiT, XCiT, MViTv2, Hiera and CaiT are cut block by block, and have maps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from timm.models.beit import Beit
from timm.models.cait import Cait
from timm.models.eva import Eva
from timm.models.hiera import Hiera
from timm.models.mvitv2 import MultiScaleVit, MultiScaleVitCfg
from timm.models.xcit import Xcit
from torch import Tensor, nn

from attacker.attention.grad_cam import grad_cam
from attacker.networks.heads import drop_classifier
from attacker.networks.partition import cut
from attacker.networks.staged import StagedNetwork, staged
from attacker.networks.zoo import Source

SIDE = 32
SIZE = {"img_size": SIDE, "patch_size": 8, "embed_dim": 32, "depth": 3, "num_heads": 2}


def mvit(**changes: object) -> nn.Module:
    config = MultiScaleVitCfg(depths=(1, 1, 2), embed_dim=16, num_heads=1, **changes)
    return MultiScaleVit(config, img_size=SIDE)


SMALL: dict[str, tuple[Callable[[], nn.Module], int, int, int]] = {  # stages, tokens before, patches in a row
    "EVA-02": (lambda: Eva(**SIZE, use_rot_pos_emb=True, swiglu_mlp=True), 3, 1, 4),
    "EVA, mean": (lambda: Eva(**SIZE, use_rot_pos_emb=True, global_pool="avg"), 3, 1, 4),
    "DINOv3": (
        lambda: Eva(
            **SIZE, use_abs_pos_emb=False, use_rot_pos_emb=True, rope_type="dinov3", num_reg_tokens=4,
            dynamic_img_size=True, no_embed_class=True,
        ),
        3, 5, 4,
    ),
    "EVA, mixed": (
        lambda: Eva(**SIZE, use_rot_pos_emb=True, rope_type="mixed"), 3, 1, 4,
    ),
    "BEiT": (lambda: Beit(**SIZE, use_abs_pos_emb=False, use_rel_pos_bias=True, init_values=0.1), 3, 1, 4),
    "BEiT, shared": (lambda: Beit(**SIZE, use_shared_rel_pos_bias=True, global_pool="token"), 3, 1, 4),
    "XCiT": (lambda: Xcit(**SIZE | {"cls_attn_layers": 1, "eta": 1.0}), 4, 0, 4),
    "MViTv2": (mvit, 4, 0, 2),
    "MViTv2, class": (lambda: mvit(use_cls_token=True), 4, 1, 2),
    "Hiera": (
        lambda: Hiera(img_size=(64, 64), embed_dim=16, num_heads=1, stages=(1, 1, 2, 1)), 6, 0, 2,
    ),
    "CaiT": (lambda: Cait(**SIZE | {"init_values": 1.0}), 4, 0, 4),
}  # fmt: skip


def pieces_of(name: str) -> tuple[StagedNetwork, nn.Module, Tensor]:
    """Return a small network in pieces, the whole of it, and two photos."""
    torch.manual_seed(0)
    whole = SMALL[name][0]().eval()
    drop_classifier(whole, name)
    side = 64 if name == "Hiera" else SIDE
    photos = torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(1))
    source = Source(whole, (0.5,) * 3, (0.5,) * 3, side)
    return StagedNetwork(source, cut(whole, photos[:1], name), 3, "random").eval(), whole, photos


@pytest.mark.parametrize("name", SMALL)
def test_the_pieces_compute_what_the_whole_computes(name: str) -> None:
    network, whole, photos = pieces_of(name)
    _, stages, prefix, side = SMALL[name]
    with torch.no_grad():
        last = network.run(photos)
        torch.testing.assert_close(network.neck(last), whole(photos), rtol=1e-4, atol=1e-5)
        for start in range(1, len(network.stages)):
            entered = network(network.run(photos, 0, start), start)
            torch.testing.assert_close(entered, network.classify(last), rtol=1e-4, atol=1e-5)
    assert (len(network.stages), network.prefix) == (stages, prefix)
    assert network.grid(last).shape[2:] == (side, side)


@pytest.mark.parametrize("name", SMALL)
def test_a_map_is_where_the_evidence_is(name: str) -> None:
    """A patch that is changed moves the last map most at its own place, so cells lie where they belong."""
    network, _, photos = pieces_of(name)
    first, second = photos[:1], photos[:1].clone()
    eighth = photos.shape[-1] // 8
    second[:, :, -2 * eighth :, :eighth] = 1.0 - second[:, :, -2 * eighth :, :eighth]  # below, on the left
    with torch.no_grad():
        moved = (network.grid(network.run(first)) - network.grid(network.run(second))).norm(dim=1)[0]
    row, column = divmod(int(moved.argmax()), moved.shape[1])
    assert row >= moved.shape[0] // 2
    assert column < (moved.shape[1] + 1) // 2


@pytest.mark.parametrize("name", SMALL)
def test_it_has_a_map_and_a_gradient_in_every_weight(name: str) -> None:
    network, _, photos = pieces_of(name)
    maps = grad_cam(network, network.run(photos), torch.tensor([0, 1]))
    assert maps.shape == (2, *network.grid(network.run(photos)).shape[2:])
    assert torch.isfinite(maps).all()
    network.train()
    network(photos).square().sum().backward()
    assert [key for key, value in network.named_parameters() if value.grad is None] == []


def test_a_network_that_rectifies_its_last_map_in_place_has_a_map() -> None:
    network = staged("squeezenet1_1", "random", 64, "frozen", 2)
    assert grad_cam(network, network.run(torch.rand(1, 3, 64, 64)), None).shape == (1, 3, 3)
