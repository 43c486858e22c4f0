"""Rollout and relevance follow what a transformer's tokens attend to, and change nothing in it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision
from torch import Tensor, nn
from torch.nn import functional

from attacker import Example
from attacker.attention.tokens.attention_weights import recorded_attention
from attacker.attention.tokens.rollout import relevance, rollout, token_maps
from attacker.errors import DataError, NoRolloutError
from attacker.networks.heads import drop_classifier
from attacker.networks.partition import cut
from attacker.networks.staged import StagedNetwork, staged
from attacker.networks.zoo import Source
from tests.attacker import planted


def seeded(count: int, side: int) -> Tensor:
    return torch.rand(count, 3, side, side, generator=torch.Generator().manual_seed(1))


def small_vit(layers: int = 3) -> StagedNetwork:
    """torchvision's build, with a head that tells classes apart."""
    torch.manual_seed(0)
    whole = torchvision.models.VisionTransformer(32, 8, layers, 2, 16, 32).eval()
    drop_classifier(whole, "vit")
    pieces = cut(whole, seeded(1, 32), "vit")
    network = StagedNetwork(Source(whole, (0.5,) * 3, (0.5,) * 3, 32), pieces, 3, "random").eval()
    nn.init.normal_(network.head.weight, generator=torch.Generator().manual_seed(2))
    return network


NETWORKS = {
    "torchvision": (small_vit, 32),
    "timm, class token": (lambda: staged("timm:test_vit", "random", 160, "frozen", 3), 160),
    "timm, registers": (lambda: staged("timm:test_vit4", "random", 160, "frozen", 3), 160),
}


@pytest.mark.sampled
@pytest.mark.parametrize("name", NETWORKS)
def test_recording_changes_no_answer_and_leaves_nothing_behind(name: str) -> None:
    build, side = NETWORKS[name]
    network, x = build(), seeded(2, side)
    fused = [getattr(module, "fused_attn", None) for module in network.modules()]
    with torch.no_grad():
        before = network(x)
        with recorded_attention(network.network) as weights:
            torch.testing.assert_close(network(x), before, rtol=1e-4, atol=1e-5)
        recorded = len(weights)
        torch.testing.assert_close(network(x), before)
    assert recorded == len(weights) > 0
    assert [getattr(module, "fused_attn", None) for module in network.modules()] == fused
    for block in weights:
        torch.testing.assert_close(block.sum(-1), torch.ones_like(block.sum(-1)))


@pytest.mark.sampled
@pytest.mark.parametrize("name", NETWORKS)
def test_rollout_is_the_product_of_the_blocks_that_are_half_passed_by(name: str) -> None:
    build, side = NETWORKS[name]
    network, x = build(), seeded(2, side)
    with torch.no_grad(), recorded_attention(network.network) as weights:
        network(x)
    for photo in range(2):
        flow = np.eye(weights[0].shape[-1])
        for block in weights:
            mean = block[photo].double().mean(0).numpy()
            flow = (0.5 * mean + 0.5 * np.eye(len(mean))) @ flow
        np.testing.assert_allclose(flow.sum(1), 1.0, rtol=1e-5)
        prefix = network.prefix
        assert prefix is not None
        reads_class = getattr(network.network, "global_pool", "token") == "token"
        read = flow[0] if reads_class else flow[prefix:].mean(0)
        np.testing.assert_allclose(rollout(network, x)[photo].flatten(), read[prefix:], atol=1e-6)


def test_relevance_is_what_the_gradient_of_attention_says() -> None:
    """Of a single block it is attention times gradient, which finite differences of the logit give too."""
    network, photo, target = small_vit(layers=1), seeded(1, 32), 1
    expected = torch.zeros(17, dtype=torch.float64)
    with torch.no_grad():
        attention, logit = exact(network, photo.double(), target)
        for head in range(2):
            for token in range(17):
                nudge = torch.zeros_like(attention)
                nudge[0, head, 0, token] = 1e-5
                gradient = (logit(attention + nudge) - logit(attention - nudge)) / 2e-5
                expected[token] += max(gradient * float(attention[0, head, 0, token]), 0) / 2
    ours = relevance(network, photo, torch.tensor([target]))[0].flatten()
    assert expected[1:].max() > 1e-3
    torch.testing.assert_close(ours.double(), expected[1:], rtol=1e-3, atol=1e-7)


def exact(network: StagedNetwork, photo: Tensor, target: int) -> tuple[Tensor, Callable[[Tensor], float]]:
    """Return the only block's attention, in float64, and the logit as a function of it."""
    network = deepcopy(network).double()
    block = network.network.encoder.layers[0]
    inside, tokens = block.self_attention, network.run(photo)
    queries, keys, values = (
        part.unflatten(-1, (2, -1)).transpose(1, 2)
        for part in functional.linear(block.ln_1(tokens), inside.in_proj_weight, inside.in_proj_bias).chunk(
            3, -1
        )
    )

    def logit(attention: Tensor) -> float:
        after = tokens + inside.out_proj((attention @ values).transpose(1, 2).flatten(2))
        read = network.network.encoder.ln(after + block.mlp(block.ln_2(after)))[:, 0]
        return float(network.head(read)[0, target])

    return (queries @ keys.mT / queries.shape[-1] ** 0.5).softmax(-1), logit


def test_relevance_depends_on_the_class_and_rollout_on_none() -> None:
    network, x = small_vit(), seeded(1, 32)
    first, second = (relevance(network, x, torch.tensor([target])) for target in (0, 1))
    assert (first - second).abs().max() > 1e-6
    torch.testing.assert_close(relevance(network, x, None), relevance(network, x, network(x).argmax(1)))


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["swin_t", "timm:test_resnet", "timm:xcit_nano_12_p16_224"])
def test_a_network_without_attention_among_all_patches_is_refused(name: str) -> None:
    network = staged(name, "random", 64, "frozen", 3)
    refused = pytest.raises(NoRolloutError, match=r"no rollout for this network.*use its Grad-CAM maps")
    with refused:
        rollout(network, seeded(1, 64))
    with refused:
        relevance(network, seeded(1, 64), None)


def test_photos_are_mapped_in_the_order_given_and_over_their_own_shape(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    config = planted.tiny(
        architecture="timm:test_vit", image_size=160, head_epochs=1, finetune_epochs=0, views=1
    )
    trained = planted.fit(config, tmp_path / "run", training[::3], validation[::3])
    for method in ("rollout", "relevance"):
        maps = token_maps(trained, validation[:10], method, "predicted", grid=10)
        assert maps.shape == (10, 10, 10)
        assert (maps >= 0).all()
        np.testing.assert_allclose(
            token_maps(trained, validation[8:10], method, "predicted", grid=10), maps[8:10], atol=1e-6
        )
    with pytest.raises(DataError, match="no photos"):
        token_maps(trained, [], "rollout")
