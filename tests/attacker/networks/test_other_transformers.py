"""Networks over patches, of many builds, are cut block by block, and have maps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from timm.layers import GatedMlp
from timm.models.beit import Beit
from timm.models.cait import Cait
from timm.models.convit import ConVit
from timm.models.efficientformer import EfficientFormer
from timm.models.eva import Eva
from timm.models.hiera import Hiera
from timm.models.levit import Levit
from timm.models.mlp_mixer import Affine, MlpMixer, ResBlock, SpatialGatingBlock
from timm.models.mvitv2 import MultiScaleVit, MultiScaleVitCfg
from timm.models.naflexvit import NaFlexVit, NaFlexVitCfg
from timm.models.pit import PoolingVisionTransformer
from timm.models.twins import Twins
from timm.models.volo import VOLO
from timm.models.xcit import Xcit
from torch import Tensor, nn

from attacker.attention.grad_cam import grad_cam
from attacker.networks.heads import drop_classifier
from attacker.networks.partition import cut
from attacker.networks.staged import StagedNetwork, staged
from attacker.networks.zoo import Source

SIDE = 32
OTHER_SIDES = {"Hiera": 64, "VOLO": 64, "LeViT": 64, "EfficientFormer": 56}
SIZE = {"img_size": SIDE, "patch_size": 8, "embed_dim": 32, "depth": 3, "num_heads": 2}


def mvit(**changes: object) -> nn.Module:
    config = MultiScaleVitCfg(depths=(1, 1, 2), embed_dim=16, num_heads=1, **changes)
    return MultiScaleVit(config, img_size=SIDE)


def pit(*, distilled: bool) -> nn.Module:
    return PoolingVisionTransformer(
        SIDE, patch_size=8, stride=4, base_dims=(8, 8), depth=(2, 2), heads=(1, 2), distilled=distilled
    )


def mixer(**changes: object) -> nn.Module:
    return MlpMixer(img_size=SIDE, patch_size=8, num_blocks=3, embed_dim=16, **changes)


def levit(*, use_conv: bool) -> nn.Module:
    """One stage: the next one's patches remember nothing of their places until it has learned to."""
    return Levit(64, embed_dim=(16,), key_dim=8, depth=(2,), num_heads=(2,), use_conv=use_conv)


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
    "VOLO": (
        lambda: VOLO(
            (1, 1, 1), img_size=64, patch_size=8, stem_hidden_dim=8, embed_dims=(8, 16, 16),
            num_heads=(1, 2, 2), downsamples=(True, False, False),
            outlook_attention=(True, False, False), mlp_ratio=2.0,
        ),
        3, 0, 4,
    ),
    "ConViT": (lambda: ConVit(**SIZE | {"embed_dim": 16, "local_up_to_layer": 1}), 3, 1, 4),
    "ConViT, joined last": (lambda: ConVit(**SIZE | {"embed_dim": 16, "local_up_to_layer": 2}), 3, 0, 4),
    "PiT": (lambda: pit(distilled=False), 5, 1, 4),
    "PiT, distilled": (lambda: pit(distilled=True), 5, 2, 4),
    "NaFlexViT": (
        lambda: NaFlexVit(NaFlexVitCfg(patch_size=8, embed_dim=32, depth=3, num_heads=2, reg_tokens=2)),
        3, 2, 4,
    ),
    "MLP-Mixer": (lambda: mixer(), 4, 0, 4),
    "ResMLP": (lambda: mixer(block_layer=ResBlock, norm_layer=Affine, mlp_ratio=4), 4, 0, 4),
    "gMLP": (lambda: mixer(block_layer=SpatialGatingBlock, mlp_layer=GatedMlp, mlp_ratio=4), 4, 0, 4),
    "LeViT": (lambda: levit(use_conv=False), 2, 0, 4),
    "LeViT of convolutions": (lambda: levit(use_conv=True), 2, 0, 4),
    "EfficientFormer": (lambda: EfficientFormer((1, 1), (8, 16), num_vit=1, mlp_ratios=2), 3, 0, 7),
    "Twins": (
        lambda: Twins(
            SIDE, embed_dims=(8, 16), num_heads=(1, 2), depths=(2, 2), sr_ratios=(2, 1), wss=(2, 2),
            mlp_ratios=(2, 2),
        ),
        2, 0, 4,
    ),
}  # fmt: skip


def pieces_of(name: str) -> tuple[StagedNetwork, nn.Module, Tensor]:
    """Return a small network in pieces, the whole of it, and two photos."""
    torch.manual_seed(0)
    whole = SMALL[name][0]().eval()
    drop_classifier(whole, name)
    side = OTHER_SIDES.get(name.partition(" ")[0], SIDE)
    photos = torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(1))
    source = Source(whole, (0.5,) * 3, (0.5,) * 3, side)
    return StagedNetwork(source, cut(whole, photos[:1], name), 3, "random").eval(), whole, photos


@pytest.mark.sampled
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


@pytest.mark.sampled
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
